from django.contrib.postgres.indexes import BrinIndex
from django.db import migrations, models

WAITING, PARKED = models.Q(parked=""), ~models.Q(parked="")


class Migration(migrations.Migration):
    """What is owed, what is parked and what was pushed lately are counted without reading the rows."""

    dependencies = [("marketplaces", "0003_publication_drifted")]

    operations = [
        migrations.RemoveIndex(model_name="debt", name="debt_due"),
        migrations.AddIndex(
            "debt",
            models.Index(
                fields=["merchant", "channel", "op", "urgency", "not_before", "id"],
                include=["owed_since"],
                name="debt_due",
                condition=WAITING,
            ),
        ),
        migrations.RemoveIndex(model_name="debt", name="debt_parked"),
        migrations.AddIndex(
            "debt",
            models.Index(
                fields=["merchant", "channel"], include=["op", "parked"], name="debt_parked", condition=PARKED
            ),
        ),
        migrations.RemoveIndex(model_name="command", name="command_due"),
        migrations.AddIndex(
            "command",
            models.Index(
                fields=["merchant", "channel", "not_before", "id"],
                include=["owed_since"],
                name="command_due",
                condition=WAITING,
            ),
        ),
        migrations.AddIndex(
            "command", models.Index(fields=["merchant", "channel"], name="command_parked", condition=PARKED)
        ),
        migrations.AddIndex(
            "publication",
            BrinIndex(fields=["pushed_at"], name="publication_by_push", pages_per_range=16, autosummarize=True),
        ),
    ]
