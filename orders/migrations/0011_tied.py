"""Lines and timelines hang on orders of their own merchant."""

import django.db.models.deletion
from django.db import migrations, models

from backoffice.kernel.rls import Belongs


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0006_import_row_names_its_sku"),
        ("merchants", "0001_initial"),
        ("orders", "0010_returns"),
    ]

    operations = [
        migrations.AlterField(
            model_name="orderevent",
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
            model_name="orderevent",
            name="order",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="events",
                to="orders.order",
            ),
        ),
        migrations.AlterField(
            model_name="orderline",
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
            name="order",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="lines",
                to="orders.order",
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.UniqueConstraint(fields=("merchant", "id"), name="order_of_merchant"),
        ),
        Belongs("orders_orderline", ["order_id"], "orders_order"),
        Belongs("orders_orderevent", ["order_id"], "orders_order"),
    ]
