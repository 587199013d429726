import django.contrib.postgres.fields
from django.db import migrations, models

import exchange.models.connection


class Migration(migrations.Migration):
    dependencies = [("exchange", "0008_register_papers")]

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
                        ("papers.write", "send commissioner reports"),
                    ],
                    max_length=30,
                ),
                default=exchange.models.connection.cml_scopes,
                size=None,
            ),
        ),
    ]
