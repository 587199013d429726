"""Stock rows, balances, moves and promises hang on their parents statement by statement."""

import django.db.models.deletion
from django.db import migrations, models

from backoffice.kernel.rls import Tied, Untied


class Migration(migrations.Migration):
    dependencies = [
        ("stock", "0002_guards"),
    ]

    operations = [
        Untied("stock_stockrow", ["sku_id"], "catalog_sku"),
        Untied("stock_balance", ["sku_id"], "catalog_sku"),
        Untied("stock_move", ["sku_id"], "catalog_sku"),
        Untied("stock_reservation", ["sku_id", "warehouse_id"], "stock_stockrow", ["sku_id", "warehouse_id"]),
        migrations.AlterField(
            model_name="balance",
            name="location",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="stock.location",
            ),
        ),
        migrations.AlterField(
            model_name="move",
            name="from_location",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="stock.location",
            ),
        ),
        migrations.AlterField(
            model_name="move",
            name="to_location",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="stock.location",
            ),
        ),
        migrations.AlterField(
            model_name="stockrow",
            name="warehouse",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="stock.warehouse",
            ),
        ),
        Tied(
            "stock_stockrow",
            [
                (["merchant_id", "sku_id"], "catalog_sku", ["merchant_id", "id"]),
                (["warehouse_id"], "stock_warehouse", ["id"]),
            ],
        ),
        Tied(
            "stock_balance",
            [
                (["merchant_id", "sku_id"], "catalog_sku", ["merchant_id", "id"]),
                (["location_id"], "stock_location", ["id"]),
            ],
        ),
        Tied(
            "stock_move",
            [
                (["merchant_id", "sku_id"], "catalog_sku", ["merchant_id", "id"]),
                (["from_location_id"], "stock_location", ["id"]),
                (["to_location_id"], "stock_location", ["id"]),
            ],
        ),
        Tied(
            "stock_reservation",
            [
                (
                    ["merchant_id", "sku_id", "warehouse_id"],
                    "stock_stockrow",
                    ["merchant_id", "sku_id", "warehouse_id"],
                )
            ],
        ),
    ]
