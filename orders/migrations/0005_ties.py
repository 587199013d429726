"""Orders, their lines and timelines hang on their parents statement by statement."""

import django.db.models.deletion
from django.db import migrations, models

from backoffice.kernel.rls import Tied, Untied


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0005_ties"),
        ("merchants", "0001_people_and_audit"),
        ("orders", "0004_weights"),
    ]

    operations = [
        Untied("orders_orderline", ["order_id"], "orders_order"),
        Untied("orders_orderevent", ["order_id"], "orders_order"),
        migrations.AlterField(
            model_name="order",
            name="channel",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="catalog.channel",
            ),
        ),
        migrations.AlterField(
            model_name="order",
            name="channel_warehouse",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="catalog.channelwarehouse",
            ),
        ),
        migrations.AlterField(
            model_name="order",
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
            model_name="orderline",
            name="listing",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="catalog.listing",
            ),
        ),
        migrations.AlterField(
            model_name="orderline",
            name="sku",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="catalog.sku",
            ),
        ),
        Tied(
            "orders_order",
            [
                (["merchant_id", "channel_id"], "catalog_channel", ["merchant_id", "id"]),
                (["merchant_id", "channel_warehouse_id"], "catalog_channelwarehouse", ["merchant_id", "id"]),
            ],
        ),
        Tied(
            "orders_orderline",
            [
                (["merchant_id", "order_id"], "orders_order", ["merchant_id", "id"]),
                (["merchant_id", "sku_id"], "catalog_sku", ["merchant_id", "id"]),
                (["merchant_id", "listing_id"], "catalog_listing", ["merchant_id", "id"]),
            ],
        ),
        Tied("orders_orderevent", [(["merchant_id", "order_id"], "orders_order", ["merchant_id", "id"])]),
    ]
