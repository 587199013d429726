from django.db import migrations

from backoffice.kernel.audit import Audit
from backoffice.kernel.rls import AppendOnly, Belongs, Protect

PROTECTED = [
    "stock_warehousemerchant",
    "stock_move",
    "stock_balance",
    "stock_stockrow",
    "stock_reservation",
    "stock_feed",
    "stock_sharerule",
    "stock_supplier",
    "stock_expectedreceipt",
    "stock_expectedline",
    "stock_minimum",
    "stock_countline",
]
AUDITED = [
    "stock_feed",
    "stock_sharerule",
    "stock_warehousemerchant",
    "stock_supplier",
    "stock_minimum",
]


class Migration(migrations.Migration):
    """Stock is hidden from other merchants and of their own SKUs; moves are only ever added."""

    replaces = [("stock", "0002_protect")]
    dependencies = [("stock", "0001_tables")]

    operations = [
        *(Protect(table) for table in PROTECTED),
        *(Audit(table) for table in AUDITED),
        AppendOnly("stock_move"),
        Belongs("stock_stockrow", ["sku_id"], "catalog_sku"),
        Belongs("stock_balance", ["sku_id"], "catalog_sku"),
        Belongs("stock_move", ["sku_id"], "catalog_sku"),
        Belongs("stock_reservation", ["sku_id", "warehouse_id"], "stock_stockrow", ["sku_id", "warehouse_id"]),
        # Room for the next version of a row beside it: these are rewritten all day.
        migrations.RunSQL(
            ["ALTER TABLE stock_stockrow SET (fillfactor = 50)", "ALTER TABLE stock_balance SET (fillfactor = 70)"],
            ["ALTER TABLE stock_stockrow RESET (fillfactor)", "ALTER TABLE stock_balance RESET (fillfactor)"],
        ),
    ]
