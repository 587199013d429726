import django.db.models.deletion
from django.db import migrations, models

from backoffice.kernel.rls import Protect


class Migration(migrations.Migration):
    dependencies = [
        ("exchange", "0006_protect_answered"),
        ("merchants", "0001_initial"),
        ("stock", "0007_protect_counts"),
    ]

    operations = [
        migrations.CreateModel(
            name="StockDocument",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("guid", models.UUIDField()),
                (
                    "kind",
                    models.CharField(choices=[("receipt", "receipt"), ("write_off", "write-off")], max_length=10),
                ),
                ("number", models.CharField(blank=True, max_length=60)),
                ("dated_at", models.DateTimeField()),
                ("note", models.CharField(blank=True, max_length=300)),
                ("lines", models.JSONField(default=list)),
                ("deleted", models.BooleanField(default=False)),
                ("told_at", models.DateTimeField()),
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
                    "warehouse",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="stock.warehouse",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("merchant", "guid"), name="exchange_document_once"),
                ],
                "indexes": [
                    models.Index(fields=["merchant", "kind", "id"], name="exchange_document_by_kind"),
                ],
            },
        ),
        Protect("exchange_stockdocument"),
    ]
