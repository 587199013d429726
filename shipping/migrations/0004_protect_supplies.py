from django.db import migrations

from backoffice.kernel.audit import Audit
from backoffice.kernel.rls import Protect


class Migration(migrations.Migration):
    """Supplies are hidden from other merchants, and who changed what of them is recorded."""

    dependencies = [("shipping", "0003_supplies"), ("merchants", "0001_initial")]

    operations = [
        Protect("shipping_supply"),
        Protect("shipping_supplyline"),
        Audit("shipping_supply"),
        Audit("shipping_supplyline"),
    ]
