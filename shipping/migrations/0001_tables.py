import uuid

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from backoffice.kernel.tables import Tables


class Migration(migrations.Migration):
    replaces = [("shipping", "0001_initial"), ("shipping", "0003_supplies"), ("shipping", "0004_protect_supplies")]

    initial = True

    dependencies = [
        ("catalog", "0001_tables"),
        ("merchants", "0001_people_and_audit"),
        ("orders", "0001_tables"),
        ("stock", "0001_tables"),
    ]

    operations = [
        Tables(
            [
                migrations.CreateModel(
                    name="Handover",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("key", models.UUIDField(default=uuid.uuid4, unique=True)),
                        ("external_id", models.CharField(blank=True, max_length=60)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("open", "open"),
                                    ("closing", "being closed"),
                                    ("closed", "handed over"),
                                    ("failed", "refused"),
                                    ("cancelled", "cancelled"),
                                ],
                                default="open",
                                max_length=10,
                                verbose_name="state",
                            ),
                        ),
                        ("remote_status", models.CharField(blank=True, max_length=60)),
                        ("problem", models.CharField(blank=True, max_length=1000)),
                        ("cargo", models.CharField(blank=True, max_length=60)),
                        ("departure_date", models.DateField(verbose_name="departure")),
                        (
                            "shipping_point_id",
                            models.CharField(blank=True, max_length=60, verbose_name="shipping point"),
                        ),
                        ("shipping_point_name", models.CharField(blank=True, max_length=300)),
                        ("shipping_type", models.CharField(blank=True, max_length=20, verbose_name="shipping method")),
                        ("opened_at", models.DateTimeField()),
                        ("closing_at", models.DateTimeField(null=True)),
                        ("closed_at", models.DateTimeField(null=True)),
                        ("papers_at", models.DateTimeField(null=True)),
                        (
                            "channel_warehouse",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="catalog.channelwarehouse",
                            ),
                        ),
                        (
                            "closing_by",
                            models.ForeignKey(
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
                        "indexes": [models.Index(fields=["merchant", "state", "-id"], name="handover_by_state")],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("state", "open")),
                                fields=("channel_warehouse", "cargo"),
                                name="handover_open_once",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Document",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("act", "act"),
                                    ("waybill", "waybill"),
                                    ("shipping_list", "shipping list"),
                                    ("barcode", "barcode"),
                                    ("container_labels", "container labels"),
                                ],
                                max_length=20,
                            ),
                        ),
                        ("number", models.CharField(blank=True, max_length=100)),
                        ("content_type", models.CharField(max_length=60)),
                        ("file", models.FileField(max_length=300, upload_to="documents/%Y/%m")),
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
                        (
                            "handover",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="documents",
                                to="shipping.handover",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["id"],
                        "constraints": [
                            models.UniqueConstraint(fields=("handover", "kind", "number"), name="document_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="HandoverOrder",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("missing", models.CharField(blank=True, max_length=500)),
                        (
                            "handover",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="orders",
                                to="shipping.handover",
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
                            "order",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orders.order"
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="Supply",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("guid", models.UUIDField(default=uuid.uuid4)),
                        (
                            "destination",
                            models.CharField(blank=True, max_length=200, verbose_name="cluster or warehouse"),
                        ),
                        (
                            "external_id",
                            models.CharField(blank=True, max_length=60, verbose_name="number at the marketplace"),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("draft", "draft"),
                                    ("agreed", "agreed"),
                                    ("picking", "being picked"),
                                    ("shipped", "on its way"),
                                    ("accepted", "accepted as sent"),
                                    ("differs", "closed with differences"),
                                    ("cancelled", "cancelled"),
                                ],
                                default="draft",
                                max_length=10,
                                verbose_name="state",
                            ),
                        ),
                        ("planned_on", models.DateField(blank=True, null=True, verbose_name="to be there on")),
                        (
                            "boxes",
                            models.PositiveSmallIntegerField(
                                default=0,
                                validators=[django.core.validators.MaxValueValidator(2000)],
                                verbose_name="boxes",
                            ),
                        ),
                        ("origin", models.CharField(blank=True, max_length=300)),
                        ("note", models.CharField(blank=True, max_length=300, verbose_name="note")),
                        ("made_at", models.DateTimeField()),
                        ("agreed_at", models.DateTimeField(null=True)),
                        ("shipped_at", models.DateTimeField(null=True)),
                        ("closed_at", models.DateTimeField(null=True)),
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
                            "channel_warehouse",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="catalog.channelwarehouse",
                                verbose_name="warehouse of the marketplace",
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
                        (
                            "warehouse",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="stock.warehouse",
                                verbose_name="from our warehouse",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "supply",
                        "indexes": [models.Index(fields=["merchant", "state", "-id"], name="supply_by_state")],
                        "constraints": [models.UniqueConstraint(fields=("merchant", "guid"), name="supply_guid_once")],
                    },
                ),
                migrations.CreateModel(
                    name="SupplyLine",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("planned", models.PositiveIntegerField()),
                        ("packed", models.PositiveIntegerField(default=0)),
                        ("accepted", models.PositiveIntegerField(null=True)),
                        (
                            "difference",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("lost", "lost on the way"),
                                    ("came_back", "came back to us"),
                                    ("disputed", "disputed with the marketplace"),
                                    ("surplus", "more arrived than was packed"),
                                ],
                                max_length=10,
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
                            "sku",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="catalog.sku",
                            ),
                        ),
                        (
                            "supply",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="lines", to="shipping.supply"
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["id"],
                        "indexes": [models.Index(fields=["merchant", "sku"], name="supply_line_by_sku")],
                        "constraints": [
                            models.UniqueConstraint(fields=("supply", "sku"), name="supply_line_once"),
                            models.CheckConstraint(
                                condition=models.Q(("packed__lte", models.F("planned"))),
                                name="supply_packed_as_planned",
                            ),
                        ],
                    },
                ),
            ]
        ),
    ]
