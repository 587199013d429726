"""The migration operation that has the database itself record every change of a table."""

from collections.abc import Sequence

from django.db.migrations.operations import RunSQL

# One statement for all rows of a statement: a function called for each of a hundred thousand rows costs more than
# storing them.  What is null stands in the record of a new row; stamps of time alone are no change.  OFFSET 0 keeps the
# planner from making a row's document anew for each place that reads from it.
AUDIT_CHANGES = """
CREATE OR REPLACE FUNCTION audit_changes() RETURNS trigger LANGUAGE plpgsql AS $$
-- Arguments: the column that names the merchant (may be empty), and the masked columns joined by commas.
DECLARE
    merchant_column text := TG_ARGV[0];
    masked jsonb := (SELECT coalesce(jsonb_object_agg(name, '***'), '{}')
                       FROM unnest(string_to_array(TG_ARGV[1], ',')) AS name);
    stamps text[] := '{created_at,changed_at,last_login}';
    person bigint := nullif(current_setting('app.person', true), '')::bigint;
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO merchants_auditrecord (at, merchant_id, person_id, change, subject, object_id, before, after)
        SELECT now(), nullif(fresh ->> merchant_column, '')::bigint, person, 'insert', TG_TABLE_NAME,
               (fresh ->> 'id')::bigint, '{}', (fresh - stamps) || masked
          FROM (SELECT to_jsonb(n) AS fresh FROM new_rows n OFFSET 0) AS row;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO merchants_auditrecord (at, merchant_id, person_id, change, subject, object_id, before, after)
        SELECT now(), nullif(gone ->> merchant_column, '')::bigint, person, 'delete', TG_TABLE_NAME,
               (gone ->> 'id')::bigint, (gone - stamps) || masked, '{}'
          FROM (SELECT to_jsonb(o) AS gone FROM old_rows o OFFSET 0) AS row;
    ELSE
        INSERT INTO merchants_auditrecord (at, merchant_id, person_id, change, subject, object_id, before, after)
        SELECT now(), nullif(fresh ->> merchant_column, '')::bigint, person, 'update', TG_TABLE_NAME,
               (fresh ->> 'id')::bigint, changed.before, changed.after
          FROM (SELECT to_jsonb(o) - stamps AS past, to_jsonb(n) - stamps AS fresh
                  FROM old_rows o JOIN new_rows n USING (id) OFFSET 0) AS row
         CROSS JOIN LATERAL (
               SELECT jsonb_object_agg(key, coalesce(masked -> key, was.value)) AS before,
                      jsonb_object_agg(key, coalesce(masked -> key, is_now.value)) AS after
                 FROM jsonb_each(past) AS was JOIN jsonb_each(fresh) AS is_now USING (key)
                WHERE was.value IS DISTINCT FROM is_now.value) AS changed
         WHERE past <> fresh;
    END IF;
    RETURN NULL;
END $$
"""


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
            sql=[AUDIT_CHANGES, *triggers(table, f"'{merchant}', '{','.join(masked)}'")],
            reverse_sql=[f'DROP TRIGGER {name} ON "{table}"' for name in ("audit", "audit_update", "audit_delete")],
        )

    def deconstruct(self) -> tuple[str, list[object], dict[str, object]]:
        return self.__class__.__name__, [self.table], {"masked": self.masked, "merchant": self.merchant}

    def describe(self) -> str:
        return f"Record changes of {self.table} in the audit log"


def triggers(table: str, arguments: str) -> list[str]:
    """One for each kind of change, because their rows have different names; those that are there are replaced."""
    return [
        f'CREATE OR REPLACE TRIGGER {name} AFTER {verb} ON "{table}" REFERENCING {rows}'
        f" FOR EACH STATEMENT EXECUTE FUNCTION audit_changes({arguments})"
        for name, verb, rows in (
            ("audit", "INSERT", "NEW TABLE AS new_rows"),
            ("audit_update", "UPDATE", "OLD TABLE AS old_rows NEW TABLE AS new_rows"),
            ("audit_delete", "DELETE", "OLD TABLE AS old_rows"),
        )
    ]
