from django.db import migrations, models


class Migration(migrations.Migration):
    """Why the goods of an order came back, as the marketplace says it."""

    dependencies = [
        ("orders", "0007_cancel_reasons"),
    ]

    operations = [
        migrations.AddField(
            model_name="order",
            name="return_reason",
            field=models.CharField(blank=True, db_default="", default="", max_length=200),
        ),
    ]
