from django.db import migrations

from backoffice.kernel.rls import Kept


class Migration(migrations.Migration):
    """People leave and merchants close; what they did goes on naming them."""

    dependencies = [("merchants", "0002_audit_reads_once")]

    operations = [Kept("merchants_merchant"), Kept("merchants_person")]
