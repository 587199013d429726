from django.db import migrations, models


class Migration(migrations.Migration):
    """The lines of an article are found without reading them."""

    dependencies = [
        ("analytics", "0009_so_far"),
        ("catalog", "0007_boxes_anew"),
        ("merchants", "0002_audit_reads_once"),
        ("orders", "0008_return_reason"),
    ]

    operations = [
        migrations.RemoveIndex(model_name="linefact", name="line_fact_by_sku"),
        migrations.AddIndex(
            model_name="linefact",
            index=models.Index(
                fields=["merchant", "sku", "ordered_day", "line_ref"],
                include=("channel", "scheme", "currency"),
                name="line_fact_by_sku",
            ),
        ),
    ]
