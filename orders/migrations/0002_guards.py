from django.db import migrations

from backoffice.kernel.rls import AppendOnly, Belongs, Protect

PROTECTED = [
    "orders_order",
    "orders_orderline",
    "orders_orderevent",
    "orders_unit",
    "orders_unitmark",
    "orders_buyerdata",
]


class Migration(migrations.Migration):
    """Orders are hidden from other merchants; lines and timelines hang on orders of their own one."""

    replaces = [("orders", "0003_protect")]
    dependencies = [("orders", "0001_tables")]

    operations = [
        *(Protect(table) for table in PROTECTED),
        AppendOnly("orders_orderevent"),
        Belongs("orders_orderline", ["order_id"], "orders_order"),
        Belongs("orders_orderevent", ["order_id"], "orders_order"),
    ]
