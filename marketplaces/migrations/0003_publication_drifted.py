from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("marketplaces", "0002_guards")]

    operations = [
        migrations.AddIndex(
            model_name="publication",
            index=models.Index(
                condition=models.Q(drifted_at__isnull=False),
                fields=["merchant", "channel_warehouse"],
                name="publication_drifted",
            ),
        ),
    ]
