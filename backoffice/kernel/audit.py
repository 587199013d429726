"""The migration operation that has the database itself record every change of a table."""

from collections.abc import Sequence

from django.db.migrations.operations import RunSQL


class Audit(RunSQL):
    """
    Write every insert, update and delete of `table` to the audit log, bulk writes included.

    For tables that people change (settings, catalogue, people); tables of events keep their own history.
    masked: columns whose values are replaced by asterisks: secrets and personal data.
    merchant: the column that names the merchant; empty for a table of the installation.
    """

    def __init__(self, table: str, *, masked: Sequence[str] = (), merchant: str = "merchant_id") -> None:
        self.table, self.masked, self.merchant = table, list(masked), merchant
        super().__init__(
            sql=f"""
            CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON "{table}"
            FOR EACH ROW EXECUTE FUNCTION audit_change('{merchant}', '{",".join(masked)}')
            """,
            reverse_sql=f'DROP TRIGGER audit ON "{table}"',
        )

    def deconstruct(self) -> tuple[str, list[object], dict[str, object]]:
        return self.__class__.__name__, [self.table], {"masked": self.masked, "merchant": self.merchant}

    def describe(self) -> str:
        return f"Record changes of {self.table} in the audit log"
