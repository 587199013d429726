from django.db import migrations, models


def told(condition: models.Q) -> models.GeneratedField:
    return models.GeneratedField(
        expression=models.Case(models.When(condition, then=True), default=False),
        output_field=models.BooleanField(),
        db_persist=True,
    )


class Migration(migrations.Migration):
    """
    What boards count of an answer is a column, and all that they count of a scan stands in the index by time.

    Postgres writes the table anew for each column: a minute or two for ten million scans.  A table that only grows is
    vacuumed by its new pages alone, and until then an index cannot answer for them: so it is done often.
    """

    dependencies = [("floor", "0006_by_wave_and_merchant")]

    operations = [
        migrations.RemoveIndex(model_name="scan", name="scan_by_time"),
        migrations.AddField("scan", "piece", told(models.Q(("answer__data__has_key", "unit_id")))),
        migrations.AddField("scan", "packed", told(models.Q(("answer__data__packed", True)))),
        migrations.AddField("scan", "undone", told(models.Q(("answer__data__has_key", "undone")))),
        migrations.AddIndex(
            "scan",
            models.Index(
                fields=["merchant", "at"],
                include=["warehouse", "person", "step", "outcome", "order", "piece", "packed", "undone"],
                name="scan_by_time",
            ),
        ),
        migrations.AddIndex(
            "scan",
            models.Index(
                fields=["merchant", "warehouse", "at"], name="scan_that_packed", condition=models.Q(packed=True)
            ),
        ),
        migrations.AddIndex(
            "scan",
            models.Index(
                fields=["merchant", "warehouse", "at", "id"],
                name="scan_refused",
                condition=models.Q(outcome__in=["wrong", "stop"]),
            ),
        ),
        migrations.RunSQL(
            "ALTER TABLE floor_scan SET (autovacuum_vacuum_insert_scale_factor = 0.01)",
            "ALTER TABLE floor_scan RESET (autovacuum_vacuum_insert_scale_factor)",
        ),
    ]
