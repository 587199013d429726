from django.db import migrations

from backoffice.kernel.rls import AppendOnly, Protect


class Migration(migrations.Migration):
    """What Django cannot say: rows hidden from other merchants, and what is append-only."""

    dependencies = [("orders", "0002_initial"), ("merchants", "0001_initial")]

    operations = [
        Protect("orders_order"),
        Protect("orders_orderline"),
        Protect("orders_orderevent"),
        Protect("orders_unit"),
        Protect("orders_unitmark"),
        Protect("orders_buyerdata"),
        AppendOnly("orders_orderevent"),
    ]
