from django.db import migrations, models


class Migration(migrations.Migration):
    """The weight of the piece on the scale."""

    dependencies = [
        ("floor", "0003_boxes"),
    ]

    operations = [
        migrations.AddField(
            model_name="packsession",
            name="weight_g",
            field=models.PositiveIntegerField(null=True),
        ),
    ]
