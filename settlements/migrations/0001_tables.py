from decimal import Decimal

import django.contrib.postgres.constraints
import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import merchants.models.legal_entity
import settlements.models.agreement
from backoffice.kernel.tables import Tables


class Migration(migrations.Migration):
    replaces = [("settlements", "0001_initial"), ("settlements", "0003_overlap_told")]

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
                    name="Agreement",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("changed_at", models.DateTimeField(auto_now=True)),
                        ("guid", models.UUIDField(blank=True, null=True)),
                        ("number", models.CharField(max_length=60, verbose_name="agreement number")),
                        ("signed_on", models.DateField(verbose_name="agreement date")),
                        ("commissioner", models.CharField(max_length=300, verbose_name="commissioner")),
                        (
                            "commissioner_inn",
                            models.CharField(
                                blank=True,
                                max_length=12,
                                validators=[merchants.models.legal_entity.check_inn],
                                verbose_name="commissioner's ИНН",
                            ),
                        ),
                        (
                            "commissioner_kpp",
                            models.CharField(
                                blank=True,
                                max_length=9,
                                validators=[
                                    django.core.validators.RegexValidator(
                                        "\\A[0-9]{4}[0-9A-Z]{2}[0-9]{3}\\Z", "КПП is nine characters, like 770701001."
                                    )
                                ],
                                verbose_name="commissioner's КПП",
                            ),
                        ),
                        ("currency", models.CharField(default="RUB", max_length=3, verbose_name="currency")),
                        (
                            "reward",
                            models.CharField(
                                choices=[
                                    ("percent_of_sale", "Percent of the sale"),
                                    ("percent_of_difference", "Percent of sale minus transfer price"),
                                    ("by_report", "By the commissioner's report (tariff)"),
                                    ("none", "No fee"),
                                ],
                                default="by_report",
                                max_length=24,
                                verbose_name="fee",
                            ),
                        ),
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
                        ("tariff", models.CharField(blank=True, max_length=300, verbose_name="tariff")),
                        (
                            "fee_withheld",
                            models.BooleanField(default=True, verbose_name="the fee is withheld from the proceeds"),
                        ),
                        (
                            "amount_vat",
                            models.CharField(
                                choices=[
                                    ("included", "Amounts include VAT"),
                                    ("on_top", "VAT comes on top"),
                                    ("none", "Without VAT"),
                                ],
                                default="included",
                                max_length=10,
                                verbose_name="VAT in reports",
                            ),
                        ),
                        (
                            "payment_days",
                            models.PositiveSmallIntegerField(
                                default=14,
                                validators=[django.core.validators.MaxValueValidator(365)],
                                verbose_name="paid within, days after the report",
                            ),
                        ),
                        ("terms", models.TextField(blank=True, max_length=2000, verbose_name="other terms")),
                        ("valid_from", models.DateField(verbose_name="valid from")),
                        ("valid_to", models.DateField(blank=True, null=True, verbose_name="valid to")),
                        (
                            "channel",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="catalog.channel",
                                verbose_name="channel",
                            ),
                        ),
                        (
                            "legal_entity",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="merchants.legalentity",
                                verbose_name="legal entity",
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
                            "price_type",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="catalog.pricetype",
                                verbose_name="price type of transfer",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "agreement",
                        "ordering": ["-valid_from", "-id"],
                        "indexes": [models.Index(fields=["merchant", "-valid_from"], name="agreement_by_time")],
                        "constraints": [
                            models.UniqueConstraint(fields=("merchant", "guid"), name="agreement_guid_once"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("valid_to", None), ("valid_to__gte", models.F("valid_from")), _connector="OR"
                                ),
                                name="agreement_ends_after_it_begins",
                            ),
                            django.contrib.postgres.constraints.ExclusionConstraint(
                                expressions=[
                                    (settlements.models.agreement.IdRange("legal_entity_id"), "&&"),
                                    (settlements.models.agreement.IdRange("channel_id"), "&&"),
                                    (settlements.models.agreement.Days("valid_from", "valid_to"), "&&"),
                                ],
                                name="agreement_one_at_a_time",
                                violation_error_message="Another agreement of this legal entity and channel is in force on some of these days.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Payment",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("guid", models.UUIDField(blank=True, null=True)),
                        (
                            "direction",
                            models.CharField(
                                choices=[("in", "from the commissioner to us"), ("out", "from us to the commissioner")],
                                default="in",
                                max_length=3,
                                verbose_name="direction",
                            ),
                        ),
                        ("number", models.CharField(max_length=60, verbose_name="payment order")),
                        ("paid_on", models.DateField(verbose_name="paid on")),
                        (
                            "amount",
                            models.DecimalField(
                                decimal_places=2,
                                max_digits=16,
                                validators=[django.core.validators.MinValueValidator(Decimal("0.01"))],
                                verbose_name="amount",
                            ),
                        ),
                        ("currency", models.CharField(default="RUB", max_length=3, verbose_name="currency")),
                        ("note", models.CharField(blank=True, max_length=300, verbose_name="note")),
                        ("made_at", models.DateTimeField()),
                        ("reversed_at", models.DateTimeField(null=True)),
                        (
                            "channel",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="catalog.channel",
                                verbose_name="channel",
                            ),
                        ),
                        (
                            "legal_entity",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="merchants.legalentity",
                                verbose_name="legal entity",
                            ),
                        ),
                        (
                            "made_by",
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
                        "indexes": [models.Index(fields=["merchant", "-paid_on", "-id"], name="payment_by_day")],
                        "constraints": [
                            models.UniqueConstraint(fields=("merchant", "guid"), name="payment_guid_once"),
                            models.CheckConstraint(
                                condition=models.Q(("amount__gt", 0)), name="payment_amount_positive"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Report",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("guid", models.UUIDField(null=True)),
                        ("number", models.CharField(max_length=60, verbose_name="number")),
                        ("dated_on", models.DateField(verbose_name="date")),
                        ("period_from", models.DateField(verbose_name="period from")),
                        ("period_to", models.DateField(verbose_name="period to")),
                        ("currency", models.CharField(max_length=3)),
                        (
                            "sold",
                            models.DecimalField(
                                decimal_places=2, default=Decimal("0"), max_digits=16, verbose_name="sold"
                            ),
                        ),
                        (
                            "returned",
                            models.DecimalField(
                                decimal_places=2, default=Decimal("0"), max_digits=16, verbose_name="returned"
                            ),
                        ),
                        (
                            "compensated",
                            models.DecimalField(
                                decimal_places=2, default=Decimal("0"), max_digits=16, verbose_name="compensated"
                            ),
                        ),
                        (
                            "written_off",
                            models.DecimalField(
                                decimal_places=2, default=Decimal("0"), max_digits=16, verbose_name="written off"
                            ),
                        ),
                        (
                            "discount",
                            models.DecimalField(
                                decimal_places=2, default=Decimal("0"), max_digits=16, verbose_name="discount"
                            ),
                        ),
                        (
                            "fee",
                            models.DecimalField(
                                decimal_places=2, default=Decimal("0"), max_digits=16, verbose_name="fee"
                            ),
                        ),
                        (
                            "logistics",
                            models.DecimalField(
                                decimal_places=2, default=Decimal("0"), max_digits=16, verbose_name="logistics"
                            ),
                        ),
                        (
                            "storage",
                            models.DecimalField(
                                decimal_places=2, default=Decimal("0"), max_digits=16, verbose_name="storage"
                            ),
                        ),
                        (
                            "ads",
                            models.DecimalField(
                                decimal_places=2, default=Decimal("0"), max_digits=16, verbose_name="advertising"
                            ),
                        ),
                        (
                            "other",
                            models.DecimalField(
                                decimal_places=2, default=Decimal("0"), max_digits=16, verbose_name="other withheld"
                            ),
                        ),
                        (
                            "vat",
                            models.DecimalField(
                                decimal_places=2, default=Decimal("0"), max_digits=16, verbose_name="VAT"
                            ),
                        ),
                        (
                            "payable",
                            models.DecimalField(
                                decimal_places=2, default=Decimal("0"), max_digits=16, verbose_name="payable"
                            ),
                        ),
                        ("digest", models.CharField(max_length=64)),
                        ("raw", models.TextField(blank=True)),
                        ("accepted_at", models.DateTimeField()),
                        ("reversed_at", models.DateTimeField(null=True)),
                        ("reversed_because", models.CharField(blank=True, max_length=300)),
                        (
                            "accepted_by",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "agreement",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="reports",
                                to="settlements.agreement",
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
                            "takes_place_of",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="replaced_by",
                                to="settlements.report",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["merchant", "-period_to", "-id"], name="report_by_period")],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("reversed_at", None)),
                                fields=("merchant", "guid"),
                                name="report_guid_once",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("reversed_at", None)),
                                fields=("agreement", "number"),
                                name="report_number_once",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Entry",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("currency", models.CharField(max_length=3)),
                        (
                            "kind",
                            models.CharField(
                                choices=[("owed", "owed"), ("withheld", "withheld"), ("paid", "paid")], max_length=10
                            ),
                        ),
                        (
                            "item",
                            models.CharField(
                                choices=[
                                    ("sale", "sales"),
                                    ("return", "returns"),
                                    ("compensation", "compensations"),
                                    ("fee", "fee"),
                                    ("logistics", "logistics"),
                                    ("storage", "storage"),
                                    ("ads", "advertising"),
                                    ("other", "other withheld"),
                                    ("payment", "payment"),
                                ],
                                max_length=14,
                            ),
                        ),
                        ("amount", models.DecimalField(decimal_places=2, max_digits=16)),
                        ("dated_on", models.DateField()),
                        ("reversal", models.BooleanField(default=False)),
                        ("at", models.DateTimeField()),
                        (
                            "channel",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="catalog.channel",
                            ),
                        ),
                        (
                            "legal_entity",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="merchants.legalentity",
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
                            "payment",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="entries",
                                to="settlements.payment",
                            ),
                        ),
                        (
                            "report",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="entries",
                                to="settlements.report",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                fields=["merchant", "channel", "legal_entity", "dated_on"], name="entry_by_account"
                            )
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("payment__isnull", True), ("report__isnull", False)),
                                    models.Q(("payment__isnull", False), ("report__isnull", True)),
                                    _connector="OR",
                                ),
                                name="entry_of_one_document",
                            ),
                            models.UniqueConstraint(fields=("report", "item", "reversal"), name="entry_of_report_once"),
                            models.UniqueConstraint(fields=("payment", "reversal"), name="entry_of_payment_once"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ReportLine",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("position", models.PositiveIntegerField()),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("sale", "sale"),
                                    ("return", "return"),
                                    ("write_off", "write-off"),
                                    ("compensation", "compensation"),
                                    ("service", "service"),
                                ],
                                max_length=12,
                            ),
                        ),
                        ("order_number", models.CharField(blank=True, max_length=60)),
                        ("pieces", models.PositiveIntegerField()),
                        (
                            "price",
                            models.DecimalField(
                                decimal_places=2, default=Decimal("0"), max_digits=16, verbose_name="price"
                            ),
                        ),
                        (
                            "amount",
                            models.DecimalField(
                                decimal_places=2, default=Decimal("0"), max_digits=16, verbose_name="amount"
                            ),
                        ),
                        (
                            "discount",
                            models.DecimalField(
                                decimal_places=2, default=Decimal("0"), max_digits=16, verbose_name="discount"
                            ),
                        ),
                        (
                            "fee",
                            models.DecimalField(
                                decimal_places=2, default=Decimal("0"), max_digits=16, verbose_name="fee"
                            ),
                        ),
                        (
                            "fee_vat",
                            models.DecimalField(
                                decimal_places=2, default=Decimal("0"), max_digits=16, verbose_name="VAT of the fee"
                            ),
                        ),
                        (
                            "logistics",
                            models.DecimalField(
                                decimal_places=2, default=Decimal("0"), max_digits=16, verbose_name="logistics"
                            ),
                        ),
                        (
                            "storage",
                            models.DecimalField(
                                decimal_places=2, default=Decimal("0"), max_digits=16, verbose_name="storage"
                            ),
                        ),
                        (
                            "ads",
                            models.DecimalField(
                                decimal_places=2, default=Decimal("0"), max_digits=16, verbose_name="advertising"
                            ),
                        ),
                        (
                            "other",
                            models.DecimalField(
                                decimal_places=2, default=Decimal("0"), max_digits=16, verbose_name="other withheld"
                            ),
                        ),
                        ("vat_code", models.CharField(blank=True, max_length=8)),
                        (
                            "vat",
                            models.DecimalField(
                                decimal_places=2, default=Decimal("0"), max_digits=16, verbose_name="VAT"
                            ),
                        ),
                        (
                            "payable",
                            models.DecimalField(
                                decimal_places=2, default=Decimal("0"), max_digits=16, verbose_name="payable"
                            ),
                        ),
                        ("note", models.CharField(blank=True, max_length=300)),
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
                            "order",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="orders.order",
                            ),
                        ),
                        (
                            "order_line",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="orders.orderline",
                            ),
                        ),
                        (
                            "report",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="lines",
                                to="settlements.report",
                            ),
                        ),
                        (
                            "sku",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="catalog.sku",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("order_line", None), _negated=True),
                                fields=["merchant", "order_line"],
                                name="report_line_by_order_line",
                            ),
                            models.Index(
                                condition=models.Q(("order", None), _negated=True),
                                fields=["merchant", "order"],
                                name="report_line_by_order",
                            ),
                            models.Index(fields=["merchant", "sku"], name="report_line_by_sku"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("report", "position"), name="report_line_once"),
                            models.CheckConstraint(
                                condition=models.Q(("amount__gte", 0)), name="report_line_amount_not_negative"
                            ),
                        ],
                    },
                ),
            ]
        ),
    ]
