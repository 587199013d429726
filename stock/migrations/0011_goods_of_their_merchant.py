"""Stock rows, balances and moves are of SKUs of their own merchant."""

import django.db.models.deletion
from django.db import migrations, models

from backoffice.kernel.rls import Belongs


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0009_tied"),
        ("merchants", "0002_audit_by_statement"),
        ("stock", "0010_by_address"),
    ]

    operations = [
        migrations.AlterField(
            model_name="balance",
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
            model_name="balance",
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
            model_name="move",
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
            model_name="move",
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
            model_name="stockrow",
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
            model_name="stockrow",
            name="sku",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="catalog.sku",
            ),
        ),
        Belongs("stock_stockrow", ["sku_id"], "catalog_sku"),
        Belongs("stock_balance", ["sku_id"], "catalog_sku"),
        Belongs("stock_move", ["sku_id"], "catalog_sku"),
        # Both change with every order and move, in no column that an index holds: with room on its page a new version
        # of a row stays beside the old one, and no index is touched.
        migrations.RunSQL(
            "ALTER TABLE stock_stockrow SET (fillfactor = 50)", "ALTER TABLE stock_stockrow RESET (fillfactor)"
        ),
        migrations.RunSQL(
            "ALTER TABLE stock_balance SET (fillfactor = 70)", "ALTER TABLE stock_balance RESET (fillfactor)"
        ),
    ]
