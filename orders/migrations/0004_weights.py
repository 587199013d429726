from django.db import migrations, models


class Migration(migrations.Migration):
    """Two pieces may weigh the same; any other code serves one unit."""

    dependencies = [
        ("merchants", "0001_people_and_audit"),
        ("orders", "0003_boxes"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="unitmark",
            name="mark_value_once",
        ),
        migrations.AddConstraint(
            model_name="unitmark",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "weight"), _negated=True),
                fields=("merchant", "kind", "value"),
                name="mark_value_once",
            ),
        ),
    ]
