import django.db.models.deletion
from django.db import migrations, models

from backoffice.kernel.rls import Protect


class Migration(migrations.Migration):
    """What is counted over all articles at once is judged by the clock."""

    dependencies = [
        ("analytics", "0007_return_reason"),
        ("catalog", "0007_boxes_anew"),
        ("merchants", "0002_audit_reads_once"),
    ]

    operations = [
        migrations.CreateModel(
            name="ShelfLook",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                (
                    "merchant",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="merchants.merchant",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("merchant",), name="shelf_look_once")],
            },
        ),
        migrations.CreateModel(
            name="Shelved",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=100)),
                ("on_hand", models.IntegerField()),
                ("money", models.DecimalField(decimal_places=2, max_digits=20, null=True)),
                ("standing", models.CharField(max_length=8)),
                (
                    "merchant",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="merchants.merchant",
                    ),
                ),
                (
                    "sku",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="catalog.sku",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["merchant", "standing", "code", "sku"],
                        include=("on_hand", "money"),
                        name="shelved_by_standing",
                    ),
                    models.Index(fields=["merchant", "code", "sku"], name="shelved_by_code"),
                ],
                "constraints": [models.UniqueConstraint(fields=("merchant", "sku"), name="shelved_once")],
            },
        ),
        Protect("analytics_shelved"),
        Protect("analytics_shelflook"),
    ]
