from django.db import migrations, models


class Migration(migrations.Migration):
    """Why goods came back."""

    dependencies = [
        ("analytics", "0006_groups"),
        ("catalog", "0007_boxes_anew"),
        ("merchants", "0002_audit_reads_once"),
        ("orders", "0008_return_reason"),
    ]

    operations = [
        migrations.AddField(
            model_name="linefact",
            name="return_reason",
            field=models.CharField(blank=True, db_default="", default="", max_length=200),
        ),
        migrations.AddIndex(
            model_name="linefact",
            index=models.Index(
                condition=models.Q(("returned_day__isnull", False), models.Q(("return_reason", ""), _negated=True)),
                fields=["merchant", "returned_day"],
                name="line_fact_return_told",
            ),
        ),
    ]
