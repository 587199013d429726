"""The papers of commission trade are told in the changes feed, too."""

from importlib import import_module

import django.contrib.postgres.fields
from django.db import migrations, models

import exchange.models.connection

# A module whose name begins with a digit; its triggers note changes for whichever kind they are told.
watch = import_module("exchange.migrations.0004_register_changes").watch

# table → (kind of object, column with its id, events)
WATCHED = {
    "shipping_handover": ("handover", "id", "IUD"),
    "shipping_handoverorder": ("handover", "handover_id", "IUD"),
    "shipping_supply": ("supply", "id", "IUD"),
    "shipping_supplyline": ("supply", "supply_id", "IUD"),
    "settlements_agreement": ("agreement", "id", "IUD"),
    "settlements_report": ("report", "id", "IU"),
    "settlements_payment": ("payment", "id", "IU"),
}


class Migration(migrations.Migration):
    dependencies = [
        ("exchange", "0007_stock_documents"),
        ("shipping", "0004_protect_supplies"),
        ("settlements", "0002_protect"),
    ]

    operations = [
        migrations.AlterField(
            model_name="connection",
            name="scopes",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("catalog.read", "read goods, prices, channels and listings"),
                        ("catalog.write", "send goods, prices and stock"),
                        ("stock.read", "read warehouses, stock and moves"),
                        ("orders.read", "take orders"),
                        ("orders.write", "send changes of orders"),
                        ("papers.read", "read transfers to commissioners, agreements, reports and payments"),
                    ],
                    max_length=30,
                ),
                default=exchange.models.connection.cml_scopes,
                size=None,
            ),
        ),
        *(watch(table, kind, column, event) for table, (kind, column, events) in WATCHED.items() for event in events),
    ]
