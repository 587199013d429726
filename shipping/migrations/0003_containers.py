from django.db import migrations, models


class Migration(migrations.Migration):
    """In how many boxes the parcels of a handover are brought."""

    dependencies = [
        ("shipping", "0002_guards"),
    ]

    operations = [
        migrations.AddField(
            model_name="handover",
            name="containers",
            field=models.PositiveSmallIntegerField(db_default=0, default=0, verbose_name="boxes"),
        ),
    ]
