import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

from backoffice.kernel.tables import Tables


class Migration(migrations.Migration):
    replaces = [
        ("orders", "0001_initial"),
        ("orders", "0002_initial"),
        ("orders", "0004_short_lines"),
        ("orders", "0005_search"),
        ("orders", "0006_by_change"),
        ("orders", "0007_cancel_wish"),
        ("orders", "0008_pickup"),
        ("orders", "0009_cancel_wish_parts"),
        ("orders", "0010_returns"),
        ("orders", "0011_tied"),
        ("orders", "0012_units_in_hands"),
    ]

    initial = True

    dependencies = [
        ("catalog", "0001_tables"),
        ("merchants", "0001_people_and_audit"),
        ("stock", "0001_tables"),
    ]

    operations = [
        Tables(
            [
                migrations.CreateModel(
                    name="Order",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("external_number", models.CharField(max_length=60, verbose_name="number")),
                        ("basket", models.CharField(blank=True, max_length=60)),
                        (
                            "scheme",
                            models.CharField(
                                choices=[
                                    ("fbs", "FBS"),
                                    ("fbo", "FBO"),
                                    ("dbs", "DBS"),
                                    ("express", "Express"),
                                    ("pickup", "Click & collect"),
                                ],
                                max_length=10,
                                verbose_name="scheme",
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("new", "New"),
                                    ("confirmed", "In work"),
                                    ("picking", "Picking"),
                                    ("packed", "Packed"),
                                    ("handed_over", "Handed over"),
                                    ("delivering", "On the way"),
                                    ("ready_for_pickup", "Waits for the buyer"),
                                    ("delivered", "Delivered"),
                                    ("cancelled", "Cancelled"),
                                    ("returning", "Coming back"),
                                    ("returned", "Returned"),
                                    ("disputed", "Disputed"),
                                ],
                                default="new",
                                max_length=20,
                                verbose_name="state",
                            ),
                        ),
                        ("remote_status", models.CharField(blank=True, max_length=60)),
                        ("remote_substatus", models.CharField(blank=True, max_length=80)),
                        ("ordered_at", models.DateTimeField(verbose_name="ordered")),
                        ("received_at", models.DateTimeField(verbose_name="received")),
                        ("changed_at", models.DateTimeField()),
                        ("ship_by", models.DateTimeField(null=True, verbose_name="ship by")),
                        ("cargo", models.CharField(blank=True, max_length=60)),
                        ("barcode", models.CharField(blank=True, max_length=80)),
                        ("region", models.CharField(blank=True, max_length=200)),
                        ("is_business", models.BooleanField(default=False)),
                        ("total", models.DecimalField(decimal_places=2, max_digits=14, verbose_name="total")),
                        ("currency", models.CharField(default="RUB", max_length=3)),
                        ("committed_at", models.DateTimeField(null=True)),
                        (
                            "commit_state",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("", "not told"),
                                    ("owed", "being told"),
                                    ("pending", "the marketplace is working on it"),
                                    ("done", "accepted"),
                                    ("failed", "refused"),
                                ],
                                default="",
                                max_length=10,
                            ),
                        ),
                        ("commit_text", models.CharField(blank=True, max_length=500)),
                        ("packed_at", models.DateTimeField(null=True)),
                        ("handed_over_at", models.DateTimeField(null=True)),
                        ("cancelled_by", models.CharField(blank=True, max_length=20)),
                        ("cancel_asked_at", models.DateTimeField(null=True)),
                        (
                            "attention",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(
                                    choices=[
                                        ("unknown_sku", "An item is not matched to our articles"),
                                        ("short", "Not enough stock"),
                                        ("unknown_status", "The marketplace's status is new to us"),
                                        ("unknown_warehouse", "The warehouse is not known"),
                                        ("commit_failed", "The marketplace refused the parcel"),
                                        ("outcome_unknown", "It is not known whether the marketplace took it"),
                                        ("label_failed", "No sticker could be fetched"),
                                        ("marks_refused", "A marking code was refused"),
                                        ("cancel_failed", "The marketplace refused the cancellation"),
                                        ("cancel_wanted", "The buyer asks to cancel: answer"),
                                        ("cancelled_after_handover", "Cancelled after handover: goods come back"),
                                        (
                                            "gone_without_handover",
                                            "The marketplace has it, but we did not hand it over",
                                        ),
                                        ("problem", "The marketplace reports a problem"),
                                        ("short_pick", "An item was not found while picking"),
                                    ],
                                    max_length=30,
                                ),
                                blank=True,
                                default=list,
                                size=None,
                            ),
                        ),
                        (
                            "needs_attention",
                            models.GeneratedField(
                                db_persist=True,
                                expression=models.Q(("attention__len__gt", 0)),
                                output_field=models.BooleanField(),
                            ),
                        ),
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
                            "channel_warehouse",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
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
                            "parent",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="children",
                                to="orders.order",
                            ),
                        ),
                        (
                            "number_reversed",
                            models.GeneratedField(
                                db_persist=True,
                                expression=django.db.models.functions.text.Reverse("external_number"),
                                output_field=models.CharField(max_length=60),
                            ),
                        ),
                        ("pickup_code", models.CharField(blank=True, db_default="", default="", max_length=12)),
                        ("pickup_until", models.DateTimeField(null=True)),
                        (
                            "cancel_wish",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=60),
                                blank=True,
                                db_default=[],
                                default=list,
                                size=None,
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["merchant", "-ordered_at", "-id"], name="order_by_time"),
                            models.Index(fields=["merchant", "state", "ship_by", "id"], name="order_by_state"),
                            models.Index(fields=["merchant", "external_number"], name="order_by_number"),
                            models.Index(
                                condition=models.Q(("needs_attention", True)),
                                fields=["merchant", "-ordered_at", "-id"],
                                name="order_needs_attention",
                            ),
                            models.Index(
                                condition=models.Q(
                                    ("state__in", ["delivered", "cancelled", "returned"]), _negated=True
                                ),
                                fields=["merchant", "channel", "id"],
                                name="order_open_by_channel",
                            ),
                            models.Index(
                                condition=models.Q(("basket", ""), _negated=True),
                                fields=["basket"],
                                name="order_by_basket",
                            ),
                            models.Index(
                                condition=models.Q(("barcode", ""), _negated=True),
                                fields=["merchant", "barcode"],
                                name="order_by_barcode",
                            ),
                            models.Index(
                                fields=["merchant", "state", "-ordered_at", "-id"], name="order_by_state_and_time"
                            ),
                            models.Index(fields=["merchant", "number_reversed"], name="order_by_last_digits"),
                            models.Index(
                                condition=models.Q(("handed_over_at__isnull", False)),
                                fields=["merchant", "handed_over_at"],
                                name="order_by_departure",
                            ),
                            models.Index(fields=["merchant", "changed_at", "id"], name="order_by_change"),
                            models.Index(
                                condition=models.Q(("handed_over_at__isnull", True), ("state", "ready_for_pickup")),
                                fields=["merchant", "pickup_until"],
                                name="order_to_be_fetched",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("merchant", "channel", "external_number"), name="order_once"
                            ),
                            models.UniqueConstraint(fields=("merchant", "id"), name="order_of_merchant"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="BuyerData",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("sealed", models.BinaryField()),
                        ("expires_at", models.DateTimeField(db_index=True)),
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
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="buyer_data",
                                to="orders.order",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="OrderEvent",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("at", models.DateTimeField()),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("received", "Received"),
                                    ("state", "State"),
                                    ("remote", "Status at the marketplace"),
                                    ("reserved", "Stock reserved"),
                                    ("short", "Not enough stock"),
                                    ("commit", "Commit"),
                                    ("label", "Sticker"),
                                    ("scan", "Scan"),
                                    ("mark", "Marking code"),
                                    ("handover", "Handover"),
                                    ("cancel", "Cancellation"),
                                    ("attention", "Attention"),
                                    ("note", "Note"),
                                ],
                                max_length=12,
                            ),
                        ),
                        ("was", models.CharField(blank=True, max_length=80)),
                        ("became", models.CharField(blank=True, max_length=80)),
                        ("text", models.CharField(blank=True, max_length=500)),
                        ("data", models.JSONField(blank=True, default=dict)),
                        ("actor", models.CharField(blank=True, max_length=30)),
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
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="events",
                                to="orders.order",
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
                    ],
                    options={
                        "ordering": ["id"],
                        "indexes": [models.Index(fields=["order", "id"], name="order_event_by_order")],
                    },
                ),
                migrations.CreateModel(
                    name="OrderLine",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("position", models.PositiveSmallIntegerField()),
                        ("external_id", models.CharField(blank=True, max_length=60)),
                        ("offer_id", models.CharField(blank=True, max_length=200)),
                        ("stock_external_id", models.CharField(blank=True, max_length=60)),
                        ("title", models.CharField(blank=True, max_length=500)),
                        ("pieces", models.PositiveIntegerField(verbose_name="pieces")),
                        ("sku_pieces", models.PositiveIntegerField()),
                        ("short_pieces", models.PositiveIntegerField(default=0)),
                        ("cancelled_pieces", models.PositiveIntegerField(default=0)),
                        ("price", models.DecimalField(decimal_places=2, max_digits=14, verbose_name="price")),
                        ("currency", models.CharField(default="RUB", max_length=3)),
                        (
                            "marks",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=20), blank=True, default=list, size=None
                            ),
                        ),
                        (
                            "optional_marks",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=20), blank=True, default=list, size=None
                            ),
                        ),
                        (
                            "listing",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="catalog.listing",
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
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="lines",
                                to="orders.order",
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
                        "ordering": ["position"],
                        "indexes": [
                            models.Index(fields=["merchant", "sku", "-id"], name="order_line_by_sku"),
                            models.Index(
                                condition=models.Q(("sku__isnull", True)),
                                fields=["merchant", "stock_external_id"],
                                name="order_line_unmatched",
                            ),
                            models.Index(
                                condition=models.Q(("short_pieces__gt", 0)),
                                fields=["merchant"],
                                name="order_line_short",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("order", "position"), name="order_line_once"),
                            models.CheckConstraint(
                                condition=models.Q(("pieces__gt", 0)), name="order_line_pieces_positive"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Unit",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.PositiveIntegerField()),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("wanted", "to pick"),
                                    ("picked", "picked"),
                                    ("packed", "packed"),
                                    ("put_back", "to put back"),
                                    ("gone", "gone"),
                                    ("returned", "came back"),
                                ],
                                default="wanted",
                                max_length=10,
                            ),
                        ),
                        ("picked_at", models.DateTimeField(null=True)),
                        ("packed_at", models.DateTimeField(null=True)),
                        (
                            "line",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="units", to="orders.orderline"
                            ),
                        ),
                        (
                            "location",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
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
                            "order",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="units",
                                to="orders.order",
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
                        "ordering": ["order", "number"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state__in", ["picked", "wanted"])),
                                fields=["sku"],
                                name="unit_in_hands",
                            )
                        ],
                        "constraints": [models.UniqueConstraint(fields=("order", "number"), name="unit_once")],
                    },
                ),
                migrations.CreateModel(
                    name="UnitMark",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("kind", models.CharField(max_length=20)),
                        ("value", models.CharField(max_length=250)),
                        ("captured_at", models.DateTimeField()),
                        ("sent_at", models.DateTimeField(null=True)),
                        ("verdict", models.CharField(blank=True, max_length=60)),
                        ("verdict_text", models.CharField(blank=True, max_length=300)),
                        ("blocking", models.BooleanField(default=False)),
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
                            "unit",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="marks", to="orders.unit"
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("unit", "kind"), name="unit_mark_kind_once"),
                            models.UniqueConstraint(fields=("merchant", "kind", "value"), name="mark_value_once"),
                        ],
                    },
                ),
            ]
        ),
    ]
