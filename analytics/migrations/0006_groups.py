import django.db.models.deletion
from django.db import migrations, models

import analytics.models.kopecks
from backoffice.kernel.rls import Protect


class Migration(migrations.Migration):
    """Sums by brand and category, and costs of all articles together: the next refresh fills them from the facts."""

    dependencies = [
        ("analytics", "0005_cancel_reasons"),
        ("catalog", "0006_words_in_order"),
        ("merchants", "0002_audit_reads_once"),
    ]

    operations = [
        migrations.CreateModel(
            name="GroupReading",
            fields=[
                ("facts", models.IntegerField(default=0)),
                ("ordered_pieces", models.IntegerField(default=0)),
                ("ordered_amount", analytics.models.kopecks.Kopecks(default=0)),
                ("cancelled_pieces", models.IntegerField(default=0)),
                ("cancelled_amount", analytics.models.kopecks.Kopecks(default=0)),
                ("shipped_pieces", models.IntegerField(default=0)),
                ("shipped_amount", analytics.models.kopecks.Kopecks(default=0)),
                ("delivered_pieces", models.IntegerField(default=0)),
                ("delivered_amount", analytics.models.kopecks.Kopecks(default=0)),
                ("returned_pieces", models.IntegerField(default=0)),
                ("returned_amount", analytics.models.kopecks.Kopecks(default=0)),
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "merchant_id",
                        "kind",
                        "channel_ref",
                        "week",
                        "name",
                        "scheme",
                        "currency",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("kind", models.CharField(max_length=8)),
                ("channel_ref", models.BigIntegerField()),
                ("week", models.DateField()),
                ("name", models.CharField(blank=True, max_length=200)),
                ("scheme", models.CharField(max_length=10)),
                ("currency", models.CharField(max_length=3)),
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
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="CostTotal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                ("scheme", models.CharField(max_length=10)),
                ("currency", models.CharField(max_length=3)),
                ("delivered_pieces", models.IntegerField(default=0)),
                ("delivered_amount", analytics.models.kopecks.Kopecks(default=0)),
                ("returned_pieces", models.IntegerField(default=0)),
                ("returned_amount", analytics.models.kopecks.Kopecks(default=0)),
                ("fee", analytics.models.kopecks.Kopecks(default=0)),
                ("logistics", analytics.models.kopecks.Kopecks(default=0)),
                ("storage", analytics.models.kopecks.Kopecks(default=0)),
                ("ads", analytics.models.kopecks.Kopecks(default=0)),
                ("other", analytics.models.kopecks.Kopecks(default=0)),
                ("fee_estimated", analytics.models.kopecks.Kopecks(default=0)),
                ("fee_assumed", analytics.models.kopecks.Kopecks(default=0)),
                ("logistics_assumed", analytics.models.kopecks.Kopecks(default=0)),
                ("storage_assumed", analytics.models.kopecks.Kopecks(default=0)),
                ("ads_assumed", analytics.models.kopecks.Kopecks(default=0)),
                ("acquiring_assumed", analytics.models.kopecks.Kopecks(default=0)),
                ("tax_assumed", analytics.models.kopecks.Kopecks(default=0)),
                ("vat_assumed", analytics.models.kopecks.Kopecks(default=0)),
                ("fee_missing", models.IntegerField(default=0)),
                ("logistics_missing", models.IntegerField(default=0)),
                ("storage_missing", models.IntegerField(default=0)),
                ("ads_missing", models.IntegerField(default=0)),
                ("acquiring_missing", models.IntegerField(default=0)),
                ("tax_missing", models.IntegerField(default=0)),
                ("vat_missing", models.IntegerField(default=0)),
                (
                    "channel",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="catalog.channel",
                    ),
                ),
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
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("merchant", "day", "channel", "scheme", "currency"), name="cost_total_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="GroupedBy",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sku_ref", models.BigIntegerField()),
                ("brand", models.CharField(blank=True, max_length=200)),
                ("category", models.CharField(blank=True, max_length=20)),
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
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("merchant", "sku_ref"), name="grouped_by_once")],
            },
        ),
        migrations.CreateModel(
            name="GroupTotal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("facts", models.IntegerField(default=0)),
                ("ordered_pieces", models.IntegerField(default=0)),
                ("ordered_amount", analytics.models.kopecks.Kopecks(default=0)),
                ("cancelled_pieces", models.IntegerField(default=0)),
                ("cancelled_amount", analytics.models.kopecks.Kopecks(default=0)),
                ("shipped_pieces", models.IntegerField(default=0)),
                ("shipped_amount", analytics.models.kopecks.Kopecks(default=0)),
                ("delivered_pieces", models.IntegerField(default=0)),
                ("delivered_amount", analytics.models.kopecks.Kopecks(default=0)),
                ("returned_pieces", models.IntegerField(default=0)),
                ("returned_amount", analytics.models.kopecks.Kopecks(default=0)),
                ("day", models.DateField()),
                ("scheme", models.CharField(max_length=10)),
                ("kind", models.CharField(max_length=8)),
                ("name", models.CharField(blank=True, max_length=200)),
                ("currency", models.CharField(max_length=3)),
                (
                    "channel",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="catalog.channel",
                    ),
                ),
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
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("merchant", "kind", "day", "name", "channel", "scheme", "currency"),
                        name="group_total_once",
                    )
                ],
            },
        ),
        *(Protect(f"analytics_{table}") for table in ("grouptotal", "groupreading", "groupedby", "costtotal")),
    ]
