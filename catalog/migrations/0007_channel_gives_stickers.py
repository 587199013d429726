from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0006_import_row_names_its_sku"),
    ]

    operations = [
        migrations.AddField(
            model_name="channel",
            name="gives_stickers",
            field=models.BooleanField(default=False),
        ),
    ]
