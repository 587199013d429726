"""Promises hang on stock rows of their own merchant."""

import django.db.models.deletion
from django.db import migrations, models

from backoffice.kernel.rls import Belongs


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0006_import_row_names_its_sku"),
        ("merchants", "0001_initial"),
        ("stock", "0007_protect_counts"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="stockrow",
            name="stock_row_by_sku",
        ),
        migrations.AlterField(
            model_name="reservation",
            name="merchant",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="merchants.merchant",
            ),
        ),
        migrations.AlterField(
            model_name="reservation",
            name="sku",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="catalog.sku",
            ),
        ),
        migrations.AlterField(
            model_name="reservation",
            name="warehouse",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="stock.warehouse",
            ),
        ),
        migrations.AddConstraint(
            model_name="stockrow",
            constraint=models.UniqueConstraint(fields=("merchant", "sku", "warehouse"), name="stock_row_of_merchant"),
        ),
        Belongs("stock_reservation", ["sku_id", "warehouse_id"], "stock_stockrow", ["sku_id", "warehouse_id"]),
    ]
