from django.db import migrations, models


class Migration(migrations.Migration):
    """Nothing said of boxes is another thing than no boxes: those that stand there are kept, or taken away."""

    dependencies = [
        ("shipping", "0003_containers"),
    ]

    operations = [
        migrations.AlterField(
            model_name="handover",
            name="containers",
            field=models.PositiveSmallIntegerField(null=True, verbose_name="boxes"),
        ),
        migrations.RunSQL(
            "UPDATE shipping_handover SET containers = NULL WHERE containers = 0", migrations.RunSQL.noop
        ),
    ]
