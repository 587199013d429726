from django.db import migrations, models


class Migration(migrations.Migration):
    """What marketplaces tell in orders: the fee they expect to take, and why an order was cancelled."""

    dependencies = [
        ("orders", "0005_ties"),
    ]

    operations = [
        migrations.AddField(
            model_name="order",
            name="cancel_reason",
            field=models.CharField(blank=True, db_default="", default="", max_length=200),
        ),
        migrations.AddField(
            model_name="orderline",
            name="estimated_fee",
            field=models.DecimalField(decimal_places=2, max_digits=14, null=True),
        ),
    ]
