"""
Migration operations for what Django cannot say: row-level security, keys of several columns, append-only tables.

The policy compares `merchant_id` with the array in `app.merchants`, set by `merchants.scope`.  The expression is
written directly, not as a sub-select, because only then does the planner see the array and keep the index.
"""

from collections.abc import Sequence

from django.db.migrations.operations import RunSQL

_ALLOWED = "merchant_id = ANY(nullif(current_setting('app.merchants', true), '')::int[])"


class Protect(RunSQL):
    """Hide the rows of `table` from everybody whose scope does not name their merchant."""

    def __init__(self, table: str) -> None:
        self.table = table
        super().__init__(
            sql=[
                f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY',
                f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY',
                f'CREATE POLICY tenant ON "{table}" USING ({_ALLOWED}) WITH CHECK ({_ALLOWED})',
            ],
            reverse_sql=[
                f'DROP POLICY tenant ON "{table}"',
                f'ALTER TABLE "{table}" NO FORCE ROW LEVEL SECURITY',
                f'ALTER TABLE "{table}" DISABLE ROW LEVEL SECURITY',
            ],
        )

    def deconstruct(self) -> tuple[str, list[object], dict[str, object]]:
        return self.__class__.__name__, [self.table], {}

    def describe(self) -> str:
        return f"Protect {self.table} by row-level security"


class Belongs(RunSQL):
    """
    Tie each row of `table` to the row of `parent` that has the same merchant and the same key.

    key: the columns beside merchant_id in `table`, parent_key: those of `parent`, unique there with merchant_id.  A key
    of one column would let a row hang on another merchant's parent; and since the parent's own merchant is proven, one
    look-up per row takes the place of one for each column.
    """

    def __init__(self, table: str, key: Sequence[str], parent: str, parent_key: Sequence[str] = ("id",)) -> None:
        self.table, self.key, self.parent, self.parent_key = table, list(key), parent, list(parent_key)
        name = f"{table}_of_{parent}"
        own, theirs = (", ".join(("merchant_id", *columns)) for columns in (key, parent_key))
        super().__init__(
            sql=[
                # Under FORCE the owner sees no rows without a scope, and would find every old row in order.
                f'ALTER TABLE "{table}" NO FORCE ROW LEVEL SECURITY',
                f'ALTER TABLE "{parent}" NO FORCE ROW LEVEL SECURITY',
                f'ALTER TABLE "{table}" ADD CONSTRAINT "{name}" FOREIGN KEY ({own}) REFERENCES "{parent}" ({theirs})'
                " DEFERRABLE INITIALLY DEFERRED",
                f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY',
                f'ALTER TABLE "{parent}" FORCE ROW LEVEL SECURITY',
            ],
            reverse_sql=f'ALTER TABLE "{table}" DROP CONSTRAINT "{name}"',
        )

    def deconstruct(self) -> tuple[str, list[object], dict[str, object]]:
        return self.__class__.__name__, [self.table, self.key, self.parent, self.parent_key], {}

    def describe(self) -> str:
        return f"Tie {self.table} to {self.parent} of the same merchant"


class AppendOnly(RunSQL):
    """
    Refuse UPDATE and DELETE on `table` in the database itself.

    The owner role passes when it says `SET LOCAL app.purge = 'on'`, which only the command `purge_merchant` does.
    """

    def __init__(self, table: str) -> None:
        self.table = table
        super().__init__(
            sql=[
                """
                CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                    IF current_setting('app.purge', true) = 'on' AND current_user = 'backoffice_owner' THEN
                        RETURN OLD;
                    END IF;
                    RAISE EXCEPTION 'rows of % are append-only', TG_TABLE_NAME
                        USING ERRCODE = 'integrity_constraint_violation';
                END $$
                """,
                f"""
                CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON "{table}"
                FOR EACH ROW EXECUTE FUNCTION refuse_change()
                """,
                "GRANT EXECUTE ON FUNCTION refuse_change() TO PUBLIC",
            ],
            reverse_sql=[f'DROP TRIGGER append_only ON "{table}"'],
        )

    def deconstruct(self) -> tuple[str, list[object], dict[str, object]]:
        return self.__class__.__name__, [self.table], {}

    def describe(self) -> str:
        return f"Make {self.table} append-only"


class ReverseOnly(RunSQL):
    """
    Let a row of `table` be changed once, from `mark` null to not null, and nothing but `mark` and `others` with it.

    For documents that count until they are reversed.  Deleting is refused, too, except to the purge of `AppendOnly`.
    """

    def __init__(self, table: str, *, mark: str, others: Sequence[str] = ()) -> None:
        self.table, self.mark, self.others = table, mark, list(others)
        free = ",".join([mark, *others])
        super().__init__(
            sql=[
                """
                CREATE OR REPLACE FUNCTION refuse_all_but_reversal() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                    IF current_setting('app.purge', true) = 'on' AND current_user = 'backoffice_owner' THEN
                        RETURN coalesce(NEW, OLD);
                    END IF;
                    IF TG_OP = 'UPDATE' AND to_jsonb(OLD) ->> TG_ARGV[0] IS NULL
                       AND to_jsonb(NEW) ->> TG_ARGV[0] IS NOT NULL
                       AND to_jsonb(OLD) - string_to_array(TG_ARGV[1], ',')
                         = to_jsonb(NEW) - string_to_array(TG_ARGV[1], ',') THEN
                        RETURN NEW;
                    END IF;
                    RAISE EXCEPTION 'rows of % are only ever reversed, once', TG_TABLE_NAME
                        USING ERRCODE = 'integrity_constraint_violation';
                END $$
                """,
                f"""
                CREATE TRIGGER reverse_only BEFORE UPDATE OR DELETE ON "{table}"
                FOR EACH ROW EXECUTE FUNCTION refuse_all_but_reversal('{mark}', '{free}')
                """,
                "GRANT EXECUTE ON FUNCTION refuse_all_but_reversal() TO PUBLIC",
            ],
            reverse_sql=[f'DROP TRIGGER reverse_only ON "{table}"'],
        )

    def deconstruct(self) -> tuple[str, list[object], dict[str, object]]:
        return self.__class__.__name__, [self.table], {"mark": self.mark, "others": self.others}

    def describe(self) -> str:
        return f"Let rows of {self.table} only be reversed"
