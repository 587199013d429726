"""The audit makes the document of a changed row once."""

from django.db import migrations

from backoffice.kernel.audit import AUDIT_CHANGES


class Migration(migrations.Migration):
    dependencies = [("merchants", "0001_people_and_audit")]

    operations = [migrations.RunSQL(AUDIT_CHANGES, migrations.RunSQL.noop)]
