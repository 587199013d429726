from datetime import date

import django.db.models.deletion
from django.db import migrations, models

import analytics.models.kopecks
from backoffice.kernel.rls import Protect


class Migration(migrations.Migration):
    """
    Sums by article become sparse days and weekly readings; everything is stated anew at the next refresh.

    Columns stand so that little is lost to alignment: keys and what is eight bytes wide first, pieces before money.
    """

    dependencies = [
        ("analytics", "0002_guards"),
    ]

    operations = [
        migrations.DeleteModel("SpanFact"),
        migrations.DeleteModel("DailyFact"),
        migrations.DeleteModel("DailyTotal"),
        migrations.DeleteModel("HourlyFact"),
        migrations.DeleteModel("HourTotal"),
        migrations.DeleteModel("RegionTotal"),
        migrations.RunSQL("TRUNCATE analytics_refreshed, analytics_linefact", migrations.RunSQL.noop),
        migrations.AddField("LineFact", "pace_hours", models.SmallIntegerField(null=True)),
        migrations.AddField("LineFact", "late", models.SmallIntegerField(null=True)),
        migrations.AddIndex(
            "LineFact",
            models.Index(
                fields=["merchant", "settled_day"],
                name="line_fact_settled",
                condition=models.Q(settled_day__isnull=False, delivered_day__isnull=True),
            ),
        ),
        migrations.AddField("Refreshed", "week", models.DateField(default=date(2000, 1, 3)), preserve_default=False),
        migrations.CreateModel(
            name="DailyFact",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
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
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="catalog.sku",
                    ),
                ),
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
                    "channel_warehouse",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="catalog.channelwarehouse",
                    ),
                ),
                ("day", models.DateField()),
                ("facts", models.IntegerField()),
                ("scheme", models.CharField(max_length=10)),
                ("currency", models.CharField(max_length=3)),
                ("ordered_pieces", models.IntegerField(null=True)),
                ("cancelled_pieces", models.IntegerField(null=True)),
                ("shipped_pieces", models.IntegerField(null=True)),
                ("delivered_pieces", models.IntegerField(null=True)),
                ("returned_pieces", models.IntegerField(null=True)),
                ("fee_missing", models.IntegerField(null=True)),
                ("logistics_missing", models.IntegerField(null=True)),
                ("storage_missing", models.IntegerField(null=True)),
                ("ads_missing", models.IntegerField(null=True)),
                ("acquiring_missing", models.IntegerField(null=True)),
                ("tax_missing", models.IntegerField(null=True)),
                ("vat_missing", models.IntegerField(null=True)),
                ("covered_pieces", models.IntegerField(null=True)),
                ("back_pieces", models.IntegerField(null=True)),
                ("ordered_amount", analytics.models.kopecks.Kopecks(null=True)),
                ("cancelled_amount", analytics.models.kopecks.Kopecks(null=True)),
                ("shipped_amount", analytics.models.kopecks.Kopecks(null=True)),
                ("delivered_amount", analytics.models.kopecks.Kopecks(null=True)),
                ("returned_amount", analytics.models.kopecks.Kopecks(null=True)),
                ("fee", analytics.models.kopecks.Kopecks(null=True)),
                ("logistics", analytics.models.kopecks.Kopecks(null=True)),
                ("storage", analytics.models.kopecks.Kopecks(null=True)),
                ("ads", analytics.models.kopecks.Kopecks(null=True)),
                ("other", analytics.models.kopecks.Kopecks(null=True)),
                ("fee_assumed", analytics.models.kopecks.Kopecks(null=True)),
                ("logistics_assumed", analytics.models.kopecks.Kopecks(null=True)),
                ("storage_assumed", analytics.models.kopecks.Kopecks(null=True)),
                ("ads_assumed", analytics.models.kopecks.Kopecks(null=True)),
                ("acquiring_assumed", analytics.models.kopecks.Kopecks(null=True)),
                ("tax_assumed", analytics.models.kopecks.Kopecks(null=True)),
                ("vat_assumed", analytics.models.kopecks.Kopecks(null=True)),
                ("covered_amount", analytics.models.kopecks.Kopecks(null=True)),
                ("back_amount", analytics.models.kopecks.Kopecks(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["merchant", "sku"], name="daily_fact_of_sku")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("merchant", "day", "sku", "channel", "scheme", "channel_warehouse", "currency"),
                        name="daily_fact_once",
                        nulls_distinct=False,
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Reading",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "merchant_id",
                        "channel_ref",
                        "week",
                        "sku_ref",
                        "scheme",
                        "currency",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
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
                ("channel_ref", models.BigIntegerField()),
                ("sku_ref", models.BigIntegerField()),
                ("week", models.DateField()),
                ("facts", models.IntegerField()),
                ("scheme", models.CharField(max_length=10)),
                ("currency", models.CharField(max_length=3)),
                ("ordered_pieces", models.IntegerField(null=True)),
                ("cancelled_pieces", models.IntegerField(null=True)),
                ("shipped_pieces", models.IntegerField(null=True)),
                ("delivered_pieces", models.IntegerField(null=True)),
                ("returned_pieces", models.IntegerField(null=True)),
                ("fee_missing", models.IntegerField(null=True)),
                ("logistics_missing", models.IntegerField(null=True)),
                ("storage_missing", models.IntegerField(null=True)),
                ("ads_missing", models.IntegerField(null=True)),
                ("acquiring_missing", models.IntegerField(null=True)),
                ("tax_missing", models.IntegerField(null=True)),
                ("vat_missing", models.IntegerField(null=True)),
                ("ordered_amount", analytics.models.kopecks.Kopecks(null=True)),
                ("cancelled_amount", analytics.models.kopecks.Kopecks(null=True)),
                ("shipped_amount", analytics.models.kopecks.Kopecks(null=True)),
                ("delivered_amount", analytics.models.kopecks.Kopecks(null=True)),
                ("returned_amount", analytics.models.kopecks.Kopecks(null=True)),
                ("fee", analytics.models.kopecks.Kopecks(null=True)),
                ("logistics", analytics.models.kopecks.Kopecks(null=True)),
                ("storage", analytics.models.kopecks.Kopecks(null=True)),
                ("ads", analytics.models.kopecks.Kopecks(null=True)),
                ("other", analytics.models.kopecks.Kopecks(null=True)),
                ("fee_assumed", analytics.models.kopecks.Kopecks(null=True)),
                ("logistics_assumed", analytics.models.kopecks.Kopecks(null=True)),
                ("storage_assumed", analytics.models.kopecks.Kopecks(null=True)),
                ("ads_assumed", analytics.models.kopecks.Kopecks(null=True)),
                ("acquiring_assumed", analytics.models.kopecks.Kopecks(null=True)),
                ("tax_assumed", analytics.models.kopecks.Kopecks(null=True)),
                ("vat_assumed", analytics.models.kopecks.Kopecks(null=True)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="DailyTotal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
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
                    "channel",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="catalog.channel",
                    ),
                ),
                ("day", models.DateField()),
                ("facts", models.IntegerField(default=0)),
                ("scheme", models.CharField(max_length=10)),
                ("currency", models.CharField(max_length=3)),
                ("ordered_orders", models.IntegerField(default=0)),
                ("ordered_pieces", models.IntegerField(default=0)),
                ("cancelled_orders", models.IntegerField(default=0)),
                ("cancelled_pieces", models.IntegerField(default=0)),
                ("shipped_orders", models.IntegerField(default=0)),
                ("shipped_pieces", models.IntegerField(default=0)),
                ("delivered_orders", models.IntegerField(default=0)),
                ("delivered_pieces", models.IntegerField(default=0)),
                ("returned_orders", models.IntegerField(default=0)),
                ("returned_pieces", models.IntegerField(default=0)),
                ("ordered_amount", analytics.models.kopecks.Kopecks(default=0)),
                ("cancelled_amount", analytics.models.kopecks.Kopecks(default=0)),
                ("shipped_amount", analytics.models.kopecks.Kopecks(default=0)),
                ("delivered_amount", analytics.models.kopecks.Kopecks(default=0)),
                ("returned_amount", analytics.models.kopecks.Kopecks(default=0)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("merchant", "day", "channel", "scheme", "currency"), name="daily_total_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="HourlyFact",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
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
                    "channel",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="catalog.channel",
                    ),
                ),
                ("day", models.DateField()),
                ("hour", models.SmallIntegerField()),
                ("facts", models.IntegerField(default=0)),
                ("scheme", models.CharField(max_length=10)),
                ("currency", models.CharField(max_length=3)),
                ("region", models.CharField(blank=True, max_length=200)),
                ("ordered_orders", models.IntegerField(default=0)),
                ("ordered_pieces", models.IntegerField(default=0)),
                ("ordered_amount", analytics.models.kopecks.Kopecks(default=0)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("merchant", "day", "hour", "channel", "scheme", "region", "currency"),
                        name="hourly_fact_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="HourTotal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
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
                    "channel",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="catalog.channel",
                    ),
                ),
                ("day", models.DateField()),
                ("hour", models.SmallIntegerField()),
                ("facts", models.IntegerField(default=0)),
                ("scheme", models.CharField(max_length=10)),
                ("currency", models.CharField(max_length=3)),
                ("ordered_orders", models.IntegerField(default=0)),
                ("ordered_pieces", models.IntegerField(default=0)),
                ("ordered_amount", analytics.models.kopecks.Kopecks(default=0)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("merchant", "day", "hour", "channel", "scheme", "currency"), name="hour_total_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RegionTotal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
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
                    "channel",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="catalog.channel",
                    ),
                ),
                ("day", models.DateField()),
                ("facts", models.IntegerField(default=0)),
                ("scheme", models.CharField(max_length=10)),
                ("currency", models.CharField(max_length=3)),
                ("region", models.CharField(blank=True, max_length=200)),
                ("ordered_orders", models.IntegerField(default=0)),
                ("ordered_pieces", models.IntegerField(default=0)),
                ("ordered_amount", analytics.models.kopecks.Kopecks(default=0)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("merchant", "day", "channel", "scheme", "region", "currency"), name="region_total_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CancelTotal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
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
                    "channel",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="catalog.channel",
                    ),
                ),
                ("day", models.DateField()),
                ("facts", models.IntegerField(default=0)),
                ("scheme", models.CharField(max_length=10)),
                ("currency", models.CharField(max_length=3)),
                ("cancelled_by", models.CharField(blank=True, max_length=20)),
                ("cancelled_orders", models.IntegerField(default=0)),
                ("cancelled_pieces", models.IntegerField(default=0)),
                ("cancelled_amount", analytics.models.kopecks.Kopecks(default=0)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("merchant", "day", "channel", "scheme", "cancelled_by", "currency"),
                        name="cancel_total_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PaceTotal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
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
                    "channel",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="catalog.channel",
                    ),
                ),
                ("day", models.DateField()),
                ("pace_hours", models.SmallIntegerField()),
                ("facts", models.IntegerField(default=0)),
                ("scheme", models.CharField(max_length=10)),
                ("due", models.IntegerField(default=0)),
                ("late", models.IntegerField(default=0)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("merchant", "day", "channel", "scheme", "pace_hours"), name="pace_total_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PricedBy",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
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
                ("subject", models.CharField(max_length=7)),
                ("ref", models.BigIntegerField()),
                ("said", models.UUIDField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("merchant", "subject", "ref"), name="priced_by_once")],
            },
        ),
        Protect("analytics_dailyfact"),
        Protect("analytics_reading"),
        Protect("analytics_dailytotal"),
        Protect("analytics_hourlyfact"),
        Protect("analytics_hourtotal"),
        Protect("analytics_regiontotal"),
        Protect("analytics_canceltotal"),
        Protect("analytics_pacetotal"),
        Protect("analytics_pricedby"),
    ]
