from django.db import migrations

from backoffice.kernel.audit import Audit
from backoffice.kernel.rls import Protect


class Migration(migrations.Migration):
    """Handovers and supplies are hidden from other merchants, and who changed what of a supply is recorded."""

    replaces = [("shipping", "0002_protect")]
    dependencies = [("shipping", "0001_tables")]

    operations = [
        Protect("shipping_handover"),
        Protect("shipping_handoverorder"),
        Protect("shipping_document"),
        Protect("shipping_supply"),
        Protect("shipping_supplyline"),
        Audit("shipping_supply"),
        Audit("shipping_supplyline"),
    ]
