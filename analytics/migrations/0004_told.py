import django.db.models.deletion
from django.db import migrations, models

import analytics.models.kopecks
from backoffice.kernel.rls import Protect


class Migration(migrations.Migration):
    """Fees that orders tell, reasons of cancellation, and rebuilds in steps."""

    dependencies = [
        ("analytics", "0003_readings"),
        ("catalog", "0005_ties"),
        ("merchants", "0002_audit_reads_once"),
    ]

    operations = [
        migrations.CreateModel(
            name="Rebuild",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("began_at", models.DateTimeField()),
                ("upto", models.DateTimeField()),
                ("zone", models.CharField(max_length=64)),
                (
                    "stage",
                    models.CharField(
                        choices=[
                            ("lines", "order lines"),
                            ("days", "sums of days"),
                            ("readings", "readings of Mondays"),
                        ],
                        default="lines",
                        max_length=8,
                    ),
                ),
                ("first", models.BigIntegerField(default=0)),
                ("position", models.BigIntegerField(default=0)),
                ("last", models.BigIntegerField(default=0)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="canceltotal",
            name="cancel_total_once",
        ),
        migrations.AddField(
            model_name="canceltotal",
            name="reason",
            field=models.CharField(blank=True, db_default="", default="", max_length=200),
        ),
        migrations.AddField(
            model_name="dailyfact",
            name="estimated_amount",
            field=analytics.models.kopecks.Kopecks(null=True),
        ),
        migrations.AddField(
            model_name="dailyfact",
            name="fee_estimated",
            field=analytics.models.kopecks.Kopecks(null=True),
        ),
        migrations.AddField(
            model_name="linefact",
            name="cancel_reason",
            field=models.CharField(blank=True, db_default="", default="", max_length=200),
        ),
        migrations.AddField(
            model_name="linefact",
            name="estimated_fee",
            field=models.DecimalField(decimal_places=2, max_digits=16, null=True),
        ),
        migrations.AddField(
            model_name="reading",
            name="fee_estimated",
            field=analytics.models.kopecks.Kopecks(null=True),
        ),
        migrations.AddConstraint(
            model_name="canceltotal",
            constraint=models.UniqueConstraint(
                fields=("merchant", "day", "channel", "scheme", "cancelled_by", "reason", "currency"),
                name="cancel_total_once",
            ),
        ),
        migrations.AddField(
            model_name="rebuild",
            name="merchant",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="merchants.merchant"
            ),
        ),
        migrations.AddConstraint(
            model_name="rebuild",
            constraint=models.UniqueConstraint(fields=("merchant",), name="rebuild_once"),
        ),
        Protect("analytics_rebuild"),
    ]
