import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("analytics", "0008_protect_standing"),
        ("merchants", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="MailedReport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "every",
                    models.CharField(
                        choices=[
                            ("day", "every day"),
                            ("week", "every Monday"),
                            ("month", "on the first of a month"),
                        ],
                        max_length=5,
                    ),
                ),
                ("query", models.CharField(blank=True, max_length=500)),
                ("made_at", models.DateTimeField()),
                ("last_day", models.DateField(null=True)),
                ("stopped_at", models.DateTimeField(null=True)),
                (
                    "merchant",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="merchants.merchant",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("stopped_at", None)),
                        fields=("merchant", "person", "every", "query"),
                        name="mailed_report_once",
                    )
                ],
            },
        ),
    ]
