from django.db import migrations, models


class Migration(migrations.Migration):
    """Pieces still to be picked or packed are found by article."""

    dependencies = [("orders", "0011_tied")]

    operations = [
        migrations.AddIndex(
            "unit",
            models.Index(fields=["sku"], condition=models.Q(state__in=["picked", "wanted"]), name="unit_in_hands"),
        ),
    ]
