from django.db import migrations, models
from django.db.models.functions import Upper


class Migration(migrations.Migration):
    """Cells are found by address whatever the case of its letters."""

    dependencies = [("stock", "0009_supplies")]

    operations = [
        migrations.AddIndex("location", models.Index("warehouse", Upper("code"), name="location_by_address")),
    ]
