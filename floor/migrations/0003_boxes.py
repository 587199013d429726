from django.db import migrations, models


class Migration(migrations.Migration):
    """The box that is being filled at a table."""

    dependencies = [
        ("floor", "0002_guards"),
    ]

    operations = [
        migrations.AddField(
            model_name="packsession",
            name="box",
            field=models.PositiveSmallIntegerField(db_default=1, default=1),
        ),
    ]
