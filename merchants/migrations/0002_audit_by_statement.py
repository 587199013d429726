"""Tables whose changes were recorded row by row have them recorded statement by statement."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from backoffice.kernel.audit import AUDIT_CHANGES, triggers

BY_ROW = """
SELECT c.relname, encode(t.tgargs, 'escape') FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
 WHERE t.tgfoid = 'audit_change'::regproc
"""


def replace(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    with editor.connection.cursor() as cursor:
        cursor.execute(AUDIT_CHANGES)
        cursor.execute(BY_ROW)
        for table, given in cursor.fetchall():
            arguments = ", ".join(f"'{word}'" for word in given.split("\\000")[:-1])
            cursor.execute(f'DROP TRIGGER audit ON "{table}"')
            for statement in triggers(table, arguments):
                cursor.execute(statement)
        cursor.execute("DROP FUNCTION audit_change()")


class Migration(migrations.Migration):
    dependencies = [("merchants", "0001_initial")]

    operations = [migrations.RunPython(replace, migrations.RunPython.noop)]
