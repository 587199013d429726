from decimal import Decimal

import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from backoffice.kernel.tables import Tables


class Migration(migrations.Migration):
    replaces = [
        ("analytics", "0001_initial"),
        ("analytics", "0003_forecast"),
        ("analytics", "0004_protect_forecasts"),
        ("analytics", "0005_spans"),
        ("analytics", "0006_protect_spans"),
        ("analytics", "0007_standing"),
        ("analytics", "0008_protect_standing"),
        ("analytics", "0009_mailed"),
        ("analytics", "0010_protect_mailed"),
    ]

    initial = True

    dependencies = [
        ("catalog", "0001_tables"),
        ("merchants", "0001_people_and_audit"),
        ("orders", "0001_tables"),
    ]

    operations = [
        Tables(
            [
                migrations.CreateModel(
                    name="LineFact",
                    fields=[
                        ("line_ref", models.BigIntegerField(primary_key=True, serialize=False)),
                        ("scheme", models.CharField(max_length=10)),
                        ("region", models.CharField(blank=True, max_length=200)),
                        ("currency", models.CharField(max_length=3)),
                        ("pieces", models.IntegerField()),
                        ("amount", models.DecimalField(decimal_places=2, max_digits=16)),
                        ("leads", models.SmallIntegerField()),
                        ("cancelled_by", models.CharField(blank=True, max_length=20)),
                        ("ordered_day", models.DateField()),
                        ("ordered_hour", models.SmallIntegerField()),
                        ("cancelled_day", models.DateField(null=True)),
                        ("shipped_day", models.DateField(null=True)),
                        ("delivered_day", models.DateField(null=True)),
                        ("returned_day", models.DateField(null=True)),
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
                            "order",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="orders.order",
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
                        ("ads", models.DecimalField(db_default=0, decimal_places=2, default=0, max_digits=18)),
                        ("fee", models.DecimalField(db_default=0, decimal_places=2, default=0, max_digits=18)),
                        ("logistics", models.DecimalField(db_default=0, decimal_places=2, default=0, max_digits=18)),
                        ("other", models.DecimalField(db_default=0, decimal_places=2, default=0, max_digits=18)),
                        ("settled_day", models.DateField(null=True)),
                        ("storage", models.DecimalField(db_default=0, decimal_places=2, default=0, max_digits=18)),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["merchant", "order"], name="line_fact_by_order"),
                            models.Index(fields=["merchant", "ordered_day", "line_ref"], name="line_fact_by_day"),
                            models.Index(
                                fields=["merchant", "sku", "ordered_day", "line_ref"], name="line_fact_by_sku"
                            ),
                            models.Index(
                                condition=models.Q(("cancelled_day__isnull", False)),
                                fields=["merchant", "cancelled_day", "line_ref"],
                                name="line_fact_cancelled",
                            ),
                            models.Index(
                                condition=models.Q(("shipped_day__isnull", False)),
                                fields=["merchant", "shipped_day", "line_ref"],
                                name="line_fact_shipped",
                            ),
                            models.Index(
                                condition=models.Q(("delivered_day__isnull", False)),
                                fields=["merchant", "delivered_day", "line_ref"],
                                name="line_fact_delivered",
                            ),
                            models.Index(
                                condition=models.Q(("returned_day__isnull", False)),
                                fields=["merchant", "returned_day", "line_ref"],
                                name="line_fact_returned",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="DailyFact",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("facts", models.IntegerField(default=0)),
                        ("ordered_orders", models.IntegerField(default=0)),
                        ("ordered_pieces", models.IntegerField(default=0)),
                        ("ordered_amount", models.DecimalField(decimal_places=2, default=0, max_digits=18)),
                        ("cancelled_orders", models.IntegerField(default=0)),
                        ("cancelled_pieces", models.IntegerField(default=0)),
                        ("cancelled_amount", models.DecimalField(decimal_places=2, default=0, max_digits=18)),
                        ("shipped_orders", models.IntegerField(default=0)),
                        ("shipped_pieces", models.IntegerField(default=0)),
                        ("shipped_amount", models.DecimalField(decimal_places=2, default=0, max_digits=18)),
                        ("delivered_orders", models.IntegerField(default=0)),
                        ("delivered_pieces", models.IntegerField(default=0)),
                        ("delivered_amount", models.DecimalField(decimal_places=2, default=0, max_digits=18)),
                        ("returned_orders", models.IntegerField(default=0)),
                        ("returned_pieces", models.IntegerField(default=0)),
                        ("returned_amount", models.DecimalField(decimal_places=2, default=0, max_digits=18)),
                        ("day", models.DateField()),
                        ("scheme", models.CharField(max_length=10)),
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
                    ],
                    options={
                        "indexes": [models.Index(fields=["merchant", "sku", "day"], name="daily_fact_by_sku")],
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
                    name="SpanFact",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("span", models.IntegerField()),
                        ("scheme", models.CharField(max_length=10)),
                        ("currency", models.CharField(max_length=3)),
                        ("facts", models.IntegerField(default=0)),
                        ("ordered_pieces", models.IntegerField(default=0)),
                        ("ordered_amount", models.DecimalField(decimal_places=2, default=0, max_digits=18)),
                        ("cancelled_pieces", models.IntegerField(default=0)),
                        ("cancelled_amount", models.DecimalField(decimal_places=2, default=0, max_digits=18)),
                        ("shipped_pieces", models.IntegerField(default=0)),
                        ("shipped_amount", models.DecimalField(decimal_places=2, default=0, max_digits=18)),
                        ("delivered_pieces", models.IntegerField(default=0)),
                        ("delivered_amount", models.DecimalField(decimal_places=2, default=0, max_digits=18)),
                        ("returned_pieces", models.IntegerField(default=0)),
                        ("returned_amount", models.DecimalField(decimal_places=2, default=0, max_digits=18)),
                        ("covered_pieces", models.IntegerField(db_default=0, default=0)),
                        (
                            "covered_amount",
                            models.DecimalField(db_default=0, decimal_places=2, default=0, max_digits=18),
                        ),
                        ("back_pieces", models.IntegerField(db_default=0, default=0)),
                        ("back_amount", models.DecimalField(db_default=0, decimal_places=2, default=0, max_digits=18)),
                        ("fee", models.DecimalField(db_default=0, decimal_places=2, default=0, max_digits=18)),
                        ("logistics", models.DecimalField(db_default=0, decimal_places=2, default=0, max_digits=18)),
                        ("storage", models.DecimalField(db_default=0, decimal_places=2, default=0, max_digits=18)),
                        ("ads", models.DecimalField(db_default=0, decimal_places=2, default=0, max_digits=18)),
                        ("other", models.DecimalField(db_default=0, decimal_places=2, default=0, max_digits=18)),
                        (
                            "channel",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                null=True,
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
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("merchant", "channel", "span", "sku", "scheme", "currency"),
                                name="span_fact_once",
                                nulls_distinct=False,
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="DailyTotal",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("facts", models.IntegerField(default=0)),
                        ("ordered_orders", models.IntegerField(default=0)),
                        ("ordered_pieces", models.IntegerField(default=0)),
                        ("ordered_amount", models.DecimalField(decimal_places=2, default=0, max_digits=18)),
                        ("cancelled_orders", models.IntegerField(default=0)),
                        ("cancelled_pieces", models.IntegerField(default=0)),
                        ("cancelled_amount", models.DecimalField(decimal_places=2, default=0, max_digits=18)),
                        ("shipped_orders", models.IntegerField(default=0)),
                        ("shipped_pieces", models.IntegerField(default=0)),
                        ("shipped_amount", models.DecimalField(decimal_places=2, default=0, max_digits=18)),
                        ("delivered_orders", models.IntegerField(default=0)),
                        ("delivered_pieces", models.IntegerField(default=0)),
                        ("delivered_amount", models.DecimalField(decimal_places=2, default=0, max_digits=18)),
                        ("returned_orders", models.IntegerField(default=0)),
                        ("returned_pieces", models.IntegerField(default=0)),
                        ("returned_amount", models.DecimalField(decimal_places=2, default=0, max_digits=18)),
                        ("day", models.DateField()),
                        ("scheme", models.CharField(max_length=10)),
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
                                fields=("merchant", "day", "channel", "scheme", "currency"), name="daily_total_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="HourlyFact",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("facts", models.IntegerField(default=0)),
                        ("ordered_orders", models.IntegerField(default=0)),
                        ("ordered_pieces", models.IntegerField(default=0)),
                        ("ordered_amount", models.DecimalField(decimal_places=2, default=0, max_digits=18)),
                        ("cancelled_orders", models.IntegerField(default=0)),
                        ("cancelled_pieces", models.IntegerField(default=0)),
                        ("cancelled_amount", models.DecimalField(decimal_places=2, default=0, max_digits=18)),
                        ("shipped_orders", models.IntegerField(default=0)),
                        ("shipped_pieces", models.IntegerField(default=0)),
                        ("shipped_amount", models.DecimalField(decimal_places=2, default=0, max_digits=18)),
                        ("delivered_orders", models.IntegerField(default=0)),
                        ("delivered_pieces", models.IntegerField(default=0)),
                        ("delivered_amount", models.DecimalField(decimal_places=2, default=0, max_digits=18)),
                        ("returned_orders", models.IntegerField(default=0)),
                        ("returned_pieces", models.IntegerField(default=0)),
                        ("returned_amount", models.DecimalField(decimal_places=2, default=0, max_digits=18)),
                        ("day", models.DateField()),
                        ("hour", models.SmallIntegerField()),
                        ("scheme", models.CharField(max_length=10)),
                        ("region", models.CharField(blank=True, max_length=200)),
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
                                fields=("merchant", "day", "hour", "channel", "scheme", "region", "currency"),
                                name="hourly_fact_once",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="HourTotal",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("facts", models.IntegerField(default=0)),
                        ("ordered_orders", models.IntegerField(default=0)),
                        ("ordered_pieces", models.IntegerField(default=0)),
                        ("ordered_amount", models.DecimalField(decimal_places=2, default=0, max_digits=18)),
                        ("cancelled_orders", models.IntegerField(default=0)),
                        ("cancelled_pieces", models.IntegerField(default=0)),
                        ("cancelled_amount", models.DecimalField(decimal_places=2, default=0, max_digits=18)),
                        ("shipped_orders", models.IntegerField(default=0)),
                        ("shipped_pieces", models.IntegerField(default=0)),
                        ("shipped_amount", models.DecimalField(decimal_places=2, default=0, max_digits=18)),
                        ("delivered_orders", models.IntegerField(default=0)),
                        ("delivered_pieces", models.IntegerField(default=0)),
                        ("delivered_amount", models.DecimalField(decimal_places=2, default=0, max_digits=18)),
                        ("returned_orders", models.IntegerField(default=0)),
                        ("returned_pieces", models.IntegerField(default=0)),
                        ("returned_amount", models.DecimalField(decimal_places=2, default=0, max_digits=18)),
                        ("day", models.DateField()),
                        ("hour", models.SmallIntegerField()),
                        ("scheme", models.CharField(max_length=10)),
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
                                fields=("merchant", "day", "hour", "channel", "scheme", "currency"),
                                name="hour_total_once",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RegionTotal",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("facts", models.IntegerField(default=0)),
                        ("ordered_orders", models.IntegerField(default=0)),
                        ("ordered_pieces", models.IntegerField(default=0)),
                        ("ordered_amount", models.DecimalField(decimal_places=2, default=0, max_digits=18)),
                        ("cancelled_orders", models.IntegerField(default=0)),
                        ("cancelled_pieces", models.IntegerField(default=0)),
                        ("cancelled_amount", models.DecimalField(decimal_places=2, default=0, max_digits=18)),
                        ("shipped_orders", models.IntegerField(default=0)),
                        ("shipped_pieces", models.IntegerField(default=0)),
                        ("shipped_amount", models.DecimalField(decimal_places=2, default=0, max_digits=18)),
                        ("delivered_orders", models.IntegerField(default=0)),
                        ("delivered_pieces", models.IntegerField(default=0)),
                        ("delivered_amount", models.DecimalField(decimal_places=2, default=0, max_digits=18)),
                        ("returned_orders", models.IntegerField(default=0)),
                        ("returned_pieces", models.IntegerField(default=0)),
                        ("returned_amount", models.DecimalField(decimal_places=2, default=0, max_digits=18)),
                        ("day", models.DateField()),
                        ("scheme", models.CharField(max_length=10)),
                        ("region", models.CharField(blank=True, max_length=200)),
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
                                fields=("merchant", "day", "channel", "scheme", "region", "currency"),
                                name="region_total_once",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Refreshed",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("upto", models.DateTimeField()),
                        ("zone", models.CharField(max_length=64)),
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
                        "constraints": [models.UniqueConstraint(fields=("merchant",), name="refreshed_once")],
                    },
                ),
                migrations.CreateModel(
                    name="Forecast",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("last_day", models.DateField()),
                        ("horizon", models.PositiveSmallIntegerField()),
                        ("total", models.FloatField()),
                        (
                            "quantiles",
                            django.contrib.postgres.fields.ArrayField(base_field=models.FloatField(), size=None),
                        ),
                        ("kind", models.CharField(max_length=15)),
                        ("method", models.CharField(max_length=15)),
                        ("sold", models.IntegerField()),
                        (
                            "channel",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="catalog.channel",
                            ),
                        ),
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
                            "sku",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="catalog.sku",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("merchant", "sku", "channel"), name="forecast_once", nulls_distinct=False
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Backtest",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("kind", models.CharField(max_length=15)),
                        ("rank", models.PositiveSmallIntegerField()),
                        ("method", models.CharField(max_length=15)),
                        ("wape", models.FloatField()),
                        ("bias", models.FloatField()),
                        ("series", models.PositiveIntegerField()),
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
                        "constraints": [
                            models.UniqueConstraint(fields=("merchant", "kind", "rank"), name="backtest_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="MailedReport",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
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
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
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
                migrations.CreateModel(
                    name="StockDay",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("day", models.DateField()),
                        ("pieces", models.IntegerField()),
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
                        "indexes": [models.Index(fields=["merchant", "day"], name="stock_day_by_day")],
                        "constraints": [
                            models.UniqueConstraint(fields=("merchant", "sku", "day"), name="stock_day_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Article",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("last_day", models.DateField()),
                        (
                            "worth",
                            models.CharField(
                                choices=[
                                    ("A", "A: up to 80 percent of the money"),
                                    ("B", "B: up to 95 percent"),
                                    ("C", "C: the rest"),
                                ],
                                max_length=1,
                            ),
                        ),
                        (
                            "demand",
                            models.CharField(
                                choices=[
                                    ("X", "X: steady, swings under half"),
                                    ("Y", "Y: uneven, swings under the mean"),
                                    ("Z", "Z: hardly to be foreseen"),
                                ],
                                max_length=1,
                            ),
                        ),
                        (
                            "trend",
                            models.CharField(
                                choices=[
                                    ("rising", "rising"),
                                    ("falling", "falling"),
                                    ("new", "new"),
                                    ("even", "no change beyond chance"),
                                ],
                                max_length=8,
                            ),
                        ),
                        ("revenue", models.DecimalField(decimal_places=2, max_digits=18)),
                        ("share", models.FloatField()),
                        ("swing", models.FloatField(null=True)),
                        ("recent", models.IntegerField()),
                        ("former", models.IntegerField()),
                        ("days_out", models.SmallIntegerField()),
                        ("lost", models.FloatField()),
                        ("lost_amount", models.DecimalField(decimal_places=2, max_digits=18)),
                        ("p", models.FloatField()),
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
                            models.Index(fields=["merchant", "worth", "demand", "-revenue"], name="article_by_class"),
                            models.Index(fields=["merchant", "trend", "-revenue"], name="article_by_trend"),
                        ],
                        "constraints": [models.UniqueConstraint(fields=("merchant", "sku"), name="article_once")],
                    },
                ),
                migrations.CreateModel(
                    name="Tariff",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("valid_from", models.DateField(verbose_name="valid from")),
                        (
                            "fee_percent",
                            models.DecimalField(
                                blank=True,
                                decimal_places=2,
                                max_digits=5,
                                null=True,
                                validators=[
                                    django.core.validators.MinValueValidator(Decimal("0")),
                                    django.core.validators.MaxValueValidator(Decimal("100")),
                                ],
                                verbose_name="fee, %",
                            ),
                        ),
                        (
                            "acquiring_percent",
                            models.DecimalField(
                                blank=True,
                                decimal_places=2,
                                max_digits=5,
                                null=True,
                                validators=[
                                    django.core.validators.MinValueValidator(Decimal("0")),
                                    django.core.validators.MaxValueValidator(Decimal("100")),
                                ],
                                verbose_name="acquiring, %",
                            ),
                        ),
                        (
                            "ads_percent",
                            models.DecimalField(
                                blank=True,
                                decimal_places=2,
                                max_digits=5,
                                null=True,
                                validators=[
                                    django.core.validators.MinValueValidator(Decimal("0")),
                                    django.core.validators.MaxValueValidator(Decimal("100")),
                                ],
                                verbose_name="advertising, %",
                            ),
                        ),
                        (
                            "tax_percent",
                            models.DecimalField(
                                blank=True,
                                decimal_places=2,
                                max_digits=5,
                                null=True,
                                validators=[
                                    django.core.validators.MinValueValidator(Decimal("0")),
                                    django.core.validators.MaxValueValidator(Decimal("100")),
                                ],
                                verbose_name="tax on revenue, %",
                            ),
                        ),
                        (
                            "logistics_a_piece",
                            models.DecimalField(
                                blank=True,
                                decimal_places=2,
                                max_digits=12,
                                null=True,
                                validators=[django.core.validators.MinValueValidator(Decimal("0"))],
                                verbose_name="logistics for a piece",
                            ),
                        ),
                        (
                            "storage_a_piece",
                            models.DecimalField(
                                blank=True,
                                decimal_places=2,
                                max_digits=12,
                                null=True,
                                validators=[django.core.validators.MinValueValidator(Decimal("0"))],
                                verbose_name="storage for a piece",
                            ),
                        ),
                        ("entered_at", models.DateTimeField()),
                        (
                            "category",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="catalog.category",
                                verbose_name="category",
                            ),
                        ),
                        (
                            "channel",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="catalog.channel",
                                verbose_name="channel",
                            ),
                        ),
                        (
                            "entered_by",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
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
                        "ordering": ["-valid_from", "channel_id", "-id"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("merchant", "channel", "category", "valid_from"),
                                name="tariff_once",
                                nulls_distinct=False,
                            )
                        ],
                    },
                ),
            ]
        ),
    ]
