"""Transfers between warehouses as a program keeps them."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("exchange", "0007_stock_papers"),
        ("stock", "0004_transfers"),
    ]

    operations = [
        migrations.AddField(
            model_name="stockdocument",
            name="to_warehouse",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="stock.warehouse",
            ),
        ),
        migrations.AlterField(
            model_name="stockdocument",
            name="kind",
            field=models.CharField(
                choices=[
                    ("receipt", "receipt"),
                    ("write_off", "write-off"),
                    ("transfer", "transfer between warehouses"),
                ],
                max_length=10,
            ),
        ),
    ]
