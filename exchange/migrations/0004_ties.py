"""Goods of 1C hang on their parents statement by statement."""

import django.db.models.deletion
from django.db import migrations, models

from backoffice.kernel.rls import Tied


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0005_ties"),
        ("exchange", "0003_changes_feed"),
        ("merchants", "0001_people_and_audit"),
    ]

    operations = [
        migrations.AlterField(
            model_name="item",
            name="candidate",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="catalog.sku",
            ),
        ),
        migrations.AlterField(
            model_name="item",
            name="connection",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="exchange.connection",
            ),
        ),
        migrations.AlterField(
            model_name="item",
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
            model_name="item",
            name="product",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="catalog.product",
            ),
        ),
        migrations.AlterField(
            model_name="item",
            name="sku",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="catalog.sku",
            ),
        ),
        Tied(
            "exchange_item",
            [
                (["merchant_id", "connection_id"], "exchange_connection", ["merchant_id", "id"]),
                (["merchant_id", "product_id"], "catalog_product", ["merchant_id", "id"]),
                (["merchant_id", "sku_id"], "catalog_sku", ["merchant_id", "id"]),
                (["merchant_id", "candidate_id"], "catalog_sku", ["merchant_id", "id"]),
            ],
        ),
    ]
