from decimal import Decimal

import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

from backoffice.kernel.tables import Tables


class Migration(migrations.Migration):
    replaces = [
        ("stock", "0001_initial"),
        ("stock", "0003_defects"),
        ("stock", "0004_expected"),
        ("stock", "0005_protect_expected"),
        ("stock", "0006_counts"),
        ("stock", "0007_protect_counts"),
        ("stock", "0008_tied"),
        ("stock", "0009_supplies"),
        ("stock", "0010_by_address"),
        ("stock", "0011_goods_of_their_merchant"),
        ("stock", "0012_zones_and_kits"),
    ]

    initial = True

    dependencies = [
        ("catalog", "0001_tables"),
        ("merchants", "0001_people_and_audit"),
    ]

    operations = [
        Tables(
            [
                migrations.CreateModel(
                    name="Supplier",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=120, verbose_name="name")),
                        ("lead_days", models.PositiveSmallIntegerField(default=7, verbose_name="lead time, days")),
                        (
                            "minimum_order",
                            models.DecimalField(
                                decimal_places=2,
                                default=Decimal("0"),
                                max_digits=14,
                                validators=[django.core.validators.MinValueValidator(Decimal("0"))],
                                verbose_name="minimum order, ₽",
                            ),
                        ),
                        ("contact", models.CharField(blank=True, max_length=200, verbose_name="contact")),
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
                        "ordering": ["name"],
                        "constraints": [
                            models.UniqueConstraint(fields=("merchant", "name"), name="supplier_name_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Warehouse",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=100, unique=True, verbose_name="name")),
                        (
                            "kind",
                            models.CharField(
                                choices=[("own", "own"), ("marketplace", "marketplace's"), ("transit", "in transit")],
                                default="own",
                                max_length=12,
                                verbose_name="kind",
                            ),
                        ),
                        ("zone", models.CharField(default="Europe/Moscow", max_length=50, verbose_name="time zone")),
                        ("address", models.CharField(blank=True, max_length=300, verbose_name="address")),
                    ],
                ),
                migrations.CreateModel(
                    name="ExpectedReceipt",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.CharField(max_length=60, verbose_name="supplier's document")),
                        ("expected_on", models.DateField(verbose_name="expected on")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("expected", "expected"),
                                    ("receiving", "being received"),
                                    ("closed", "received"),
                                    ("cancelled", "cancelled"),
                                ],
                                default="expected",
                                max_length=10,
                            ),
                        ),
                        ("made_at", models.DateTimeField()),
                        ("closed_at", models.DateTimeField(null=True)),
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
                                verbose_name="warehouse",
                            ),
                        ),
                        (
                            "supplier",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="stock.supplier",
                                verbose_name="supplier",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["merchant", "state", "expected_on", "id"], name="receipt_by_date")
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("merchant", "supplier", "number"), name="receipt_number_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ExpectedLine",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("pieces", models.PositiveIntegerField()),
                        ("received", models.PositiveIntegerField(default=0)),
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
                            "receipt",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="lines",
                                to="stock.expectedreceipt",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["id"],
                        "constraints": [models.UniqueConstraint(fields=("receipt", "sku"), name="receipt_line_once")],
                    },
                ),
                migrations.CreateModel(
                    name="Location",
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
                                    ("cell", "cell"),
                                    ("dock", "dock"),
                                    ("table", "packing"),
                                    ("quarantine", "quarantine"),
                                    ("supplier", "supplier"),
                                    ("customer", "customer"),
                                    ("loss", "shortage and surplus"),
                                    ("commissioner", "at the commissioner"),
                                    ("assembly", "kits made and taken apart"),
                                ],
                                default="cell",
                                max_length=12,
                            ),
                        ),
                        (
                            "code",
                            models.CharField(
                                max_length=40,
                                validators=[
                                    django.core.validators.RegexValidator(
                                        "^[\\w.\\-/]+$", "Letters, digits, . - / only."
                                    )
                                ],
                                verbose_name="address",
                            ),
                        ),
                        ("x", models.FloatField(default=0)),
                        ("y", models.FloatField(default=0)),
                        ("level", models.SmallIntegerField(default=0, verbose_name="level")),
                        ("active", models.BooleanField(default=True, verbose_name="active")),
                        (
                            "warehouse",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="locations",
                                to="stock.warehouse",
                            ),
                        ),
                        (
                            "zone",
                            models.CharField(
                                blank=True,
                                db_default="",
                                default="",
                                max_length=20,
                                validators=[
                                    django.core.validators.RegexValidator("^[\\w.\\- ]+$", "Letters, digits, . - only.")
                                ],
                                verbose_name="zone",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                models.F("warehouse"),
                                django.db.models.functions.text.Upper("code"),
                                name="location_by_address",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("warehouse", "code"), name="location_code_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Minimum",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("pieces", models.PositiveIntegerField(verbose_name="minimum")),
                        ("refill_to", models.PositiveIntegerField(verbose_name="refill to")),
                        (
                            "location",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="stock.location",
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
                                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="catalog.sku"
                            ),
                        ),
                        (
                            "warehouse",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="stock.warehouse"
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["merchant", "warehouse"], name="minimum_by_warehouse")],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("warehouse", "location", "sku"), name="minimum_once", nulls_distinct=False
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("refill_to__gte", models.F("pieces"))),
                                name="minimum_refill_not_below",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Move",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("pieces", models.PositiveIntegerField(verbose_name="pieces")),
                        (
                            "reason",
                            models.CharField(
                                choices=[
                                    ("receipt", "receipt"),
                                    ("adjustment", "adjustment"),
                                    ("found", "found while picking"),
                                    ("put_away", "put away"),
                                    ("pick", "pick"),
                                    ("put_back", "put back"),
                                    ("issue", "handed over"),
                                    ("return", "return"),
                                    ("write_off", "write-off"),
                                    ("defect", "defect"),
                                    ("supply", "handed over to the commissioner"),
                                    ("report", "by the commissioner's report"),
                                    ("assemble", "kit assembled"),
                                    ("take_apart", "kit taken apart"),
                                ],
                                max_length=12,
                            ),
                        ),
                        ("reference", models.CharField(blank=True, max_length=60)),
                        ("note", models.CharField(blank=True, max_length=300)),
                        ("at", models.DateTimeField()),
                        (
                            "from_location",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="stock.location",
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
                            "person",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "sku",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="catalog.sku",
                            ),
                        ),
                        (
                            "to_location",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="stock.location",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["merchant", "sku", "-id"], name="move_by_sku"),
                            models.Index(fields=["merchant", "reference"], name="move_by_reference"),
                            models.Index(
                                condition=models.Q(("reason", "found")), fields=["merchant", "-id"], name="move_found"
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(condition=models.Q(("pieces__gt", 0)), name="move_pieces_positive"),
                            models.CheckConstraint(
                                condition=models.Q(("from_location", models.F("to_location")), _negated=True),
                                name="move_goes_somewhere",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Balance",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("pieces", models.IntegerField(default=0)),
                        ("bounded", models.BooleanField()),
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
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="catalog.sku",
                            ),
                        ),
                        (
                            "location",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="stock.location",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["merchant", "sku"], name="balance_by_sku")],
                        "constraints": [
                            models.UniqueConstraint(fields=("location", "sku"), name="balance_once"),
                            models.CheckConstraint(
                                condition=models.Q(("bounded", False), ("pieces__gte", 0), _connector="OR"),
                                name="balance_not_negative",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="StockRow",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("on_hand", models.IntegerField(default=0)),
                        ("reserved", models.IntegerField(default=0)),
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
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="catalog.sku",
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
                            models.UniqueConstraint(fields=("warehouse", "sku"), name="stock_row_once"),
                            models.CheckConstraint(
                                condition=models.Q(("on_hand__gte", 0)), name="on_hand_not_negative"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("reserved__gte", 0)), name="reserved_not_negative"
                            ),
                            models.UniqueConstraint(
                                fields=("merchant", "sku", "warehouse"), name="stock_row_of_merchant"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Reservation",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("order_ref", models.BigIntegerField(null=True)),
                        ("line_ref", models.BigIntegerField(null=True)),
                        ("pieces", models.PositiveIntegerField()),
                        (
                            "state",
                            models.CharField(
                                choices=[("held", "held"), ("released", "released"), ("issued", "issued")],
                                default="held",
                                max_length=10,
                            ),
                        ),
                        ("made_at", models.DateTimeField()),
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
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="catalog.sku",
                            ),
                        ),
                        (
                            "warehouse",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="stock.warehouse",
                            ),
                        ),
                        ("supply_ref", models.BigIntegerField(null=True)),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["merchant", "order_ref"], name="reservation_by_order"),
                            models.Index(
                                condition=models.Q(("state", "held")),
                                fields=["merchant", "sku"],
                                name="reservation_held_by_sku",
                            ),
                            models.Index(
                                condition=models.Q(("supply_ref__isnull", False)),
                                fields=["merchant", "supply_ref"],
                                name="reservation_by_supply",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("pieces__gt", 0)), name="reservation_pieces_positive"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("line_ref__isnull", False),
                                        ("order_ref__isnull", False),
                                        ("supply_ref__isnull", True),
                                    ),
                                    models.Q(
                                        ("line_ref__isnull", True),
                                        ("order_ref__isnull", True),
                                        ("supply_ref__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="reservation_of_one",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Feed",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("rank", models.PositiveSmallIntegerField(default=1, verbose_name="order")),
                        (
                            "channel_warehouse",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="feeds",
                                to="catalog.channelwarehouse",
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
                                on_delete=django.db.models.deletion.PROTECT, related_name="feeds", to="stock.warehouse"
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["rank", "id"],
                        "constraints": [
                            models.UniqueConstraint(fields=("channel_warehouse", "warehouse"), name="feed_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ShareRule",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("buffer", models.PositiveIntegerField(default=0, verbose_name="buffer")),
                        (
                            "share_percent",
                            models.PositiveSmallIntegerField(
                                default=100,
                                validators=[
                                    django.core.validators.MinValueValidator(0),
                                    django.core.validators.MaxValueValidator(100),
                                ],
                                verbose_name="share, %",
                            ),
                        ),
                        ("cap", models.PositiveIntegerField(blank=True, null=True, verbose_name="at most")),
                        ("keep_at_least", models.PositiveIntegerField(default=0, verbose_name="stop selling at")),
                        ("priority", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="priority")),
                        (
                            "channel_warehouse",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="rules",
                                to="catalog.channelwarehouse",
                            ),
                        ),
                        (
                            "listing",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="rules",
                                to="catalog.listing",
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
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("channel_warehouse", "listing"), name="share_rule_once", nulls_distinct=False
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="StockCount",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "blind",
                            models.BooleanField(default=True, verbose_name="blind: do not show what should be there"),
                        ),
                        ("made_at", models.DateTimeField()),
                        ("done_at", models.DateTimeField(null=True)),
                        (
                            "made_by",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "warehouse",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="stock.warehouse"
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["warehouse", "-id"], name="count_by_warehouse")],
                    },
                ),
                migrations.CreateModel(
                    name="CountedCell",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("begun_at", models.DateTimeField()),
                        ("closed_at", models.DateTimeField(null=True)),
                        (
                            "location",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="stock.location"
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "count",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="cells", to="stock.stockcount"
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("count", "location"), name="counted_cell_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CountLine",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("counted", models.PositiveIntegerField(default=0)),
                        ("baseline", models.IntegerField()),
                        ("after_move", models.BigIntegerField()),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("counting", "being counted"),
                                    ("agreed", "agrees"),
                                    ("differs", "differs"),
                                    ("recount", "goods moved meanwhile: count again"),
                                    ("posted", "posted"),
                                ],
                                default="counting",
                                max_length=10,
                            ),
                        ),
                        ("difference", models.IntegerField(default=0)),
                        (
                            "cell",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="lines",
                                to="stock.countedcell",
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
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="catalog.sku",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["id"],
                        "constraints": [models.UniqueConstraint(fields=("cell", "sku"), name="count_line_once")],
                    },
                ),
                migrations.CreateModel(
                    name="WarehouseMerchant",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
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
                                on_delete=django.db.models.deletion.CASCADE, related_name="served", to="stock.warehouse"
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("merchant", "warehouse"), name="warehouse_serves_once")
                        ],
                    },
                ),
            ]
        ),
    ]
