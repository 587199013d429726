from django.db import migrations

from backoffice.kernel.audit import Audit
from backoffice.kernel.rls import Protect


class Migration(migrations.Migration):
    """Deliveries, suppliers and minimums are hidden from other merchants."""

    dependencies = [("stock", "0004_expected"), ("merchants", "0001_initial")]

    operations = [
        Protect("stock_supplier"),
        Protect("stock_expectedreceipt"),
        Protect("stock_expectedline"),
        Protect("stock_minimum"),
        Audit("stock_supplier"),
        Audit("stock_minimum"),
    ]
