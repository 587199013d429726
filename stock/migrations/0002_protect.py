from django.db import migrations

from backoffice.kernel.audit import Audit
from backoffice.kernel.rls import AppendOnly, Protect


class Migration(migrations.Migration):
    """What Django cannot say: rows hidden from other merchants, and what is append-only."""

    dependencies = [("stock", "0001_initial"), ("merchants", "0001_initial")]

    operations = [
        Protect("stock_warehousemerchant"),
        Protect("stock_move"),
        Protect("stock_balance"),
        Protect("stock_stockrow"),
        Protect("stock_reservation"),
        Protect("stock_feed"),
        Protect("stock_sharerule"),
        AppendOnly("stock_move"),
        Audit("stock_feed"),
        Audit("stock_sharerule"),
        Audit("stock_warehousemerchant"),
    ]
