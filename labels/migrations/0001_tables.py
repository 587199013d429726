import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import labels.models.file
from backoffice.kernel.tables import Tables


class Migration(migrations.Migration):
    replaces = [("labels", "0001_initial"), ("labels", "0003_print_agents"), ("labels", "0004_protect_wishes")]

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
                    name="LabelFile",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "source",
                            models.CharField(
                                choices=[("marketplace", "marketplace"), ("own", "ours")],
                                default="marketplace",
                                max_length=12,
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("ready", "ready"),
                                    ("unreadable", "cannot be read"),
                                    ("replaced", "replaced by a newer one"),
                                ],
                                default="ready",
                                max_length=12,
                            ),
                        ),
                        ("content_type", models.CharField(max_length=40)),
                        ("digest", models.CharField(max_length=64)),
                        ("file", models.FileField(max_length=200, upload_to=labels.models.file.stored_at)),
                        ("barcode", models.CharField(blank=True, max_length=120)),
                        ("part_a", models.CharField(blank=True, max_length=40)),
                        ("part_b", models.CharField(blank=True, max_length=40)),
                        ("stored_at", models.DateTimeField()),
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
                                verbose_name="order",
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
                            models.Index(fields=["merchant", "order", "-id"], name="label_by_order"),
                            models.Index(
                                condition=models.Q(("barcode", ""), _negated=True),
                                fields=["merchant", "barcode"],
                                name="label_by_barcode",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("order__isnull", False), ("state", "ready")),
                                fields=("merchant", "order"),
                                name="label_ready_once",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PrinterProfile",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=60, verbose_name="name")),
                        (
                            "media",
                            models.CharField(
                                choices=[
                                    ("58x40", "58×40"),
                                    ("58x30", "58×30"),
                                    ("58x60", "58×60"),
                                    ("43x25", "43×25"),
                                    ("75x120", "75×120"),
                                    ("100x150", "100×150"),
                                ],
                                default="58x40",
                                max_length=20,
                                verbose_name="roll, mm",
                            ),
                        ),
                        (
                            "dpi",
                            models.PositiveSmallIntegerField(
                                choices=[(203, "203 dpi"), (300, "300 dpi")], default=203, verbose_name="resolution"
                            ),
                        ),
                        (
                            "offset_x_mm",
                            models.DecimalField(
                                decimal_places=1,
                                default=0,
                                max_digits=4,
                                validators=[
                                    django.core.validators.MinValueValidator(-20),
                                    django.core.validators.MaxValueValidator(20),
                                ],
                                verbose_name="shift to the right, mm",
                            ),
                        ),
                        (
                            "offset_y_mm",
                            models.DecimalField(
                                decimal_places=1,
                                default=0,
                                max_digits=4,
                                validators=[
                                    django.core.validators.MinValueValidator(-20),
                                    django.core.validators.MaxValueValidator(20),
                                ],
                                verbose_name="shift down, mm",
                            ),
                        ),
                        (
                            "warehouse",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="stock.warehouse"
                            ),
                        ),
                        (
                            "darkness",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                null=True,
                                validators=[django.core.validators.MaxValueValidator(30)],
                                verbose_name="darkness, 0 to 30 (ZPL)",
                            ),
                        ),
                        (
                            "speed",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                null=True,
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(14),
                                ],
                                verbose_name="speed, inches a second (ZPL)",
                            ),
                        ),
                        (
                            "way",
                            models.CharField(
                                choices=[
                                    ("browser", "print window of the browser (PDF)"),
                                    ("agent", "print agent beside the printer (ZPL)"),
                                    ("file", "file for another program (ZPL)"),
                                ],
                                default="browser",
                                max_length=7,
                                verbose_name="how stickers get there",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["name"],
                        "constraints": [
                            models.UniqueConstraint(fields=("warehouse", "name"), name="printer_name_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Station",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=60, verbose_name="name")),
                        (
                            "printer",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="stations",
                                to="labels.printerprofile",
                                verbose_name="printer",
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
                        "ordering": ["name"],
                        "constraints": [
                            models.UniqueConstraint(fields=("warehouse", "name"), name="station_name_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="StationQueue",
                    fields=[
                        (
                            "station",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                primary_key=True,
                                related_name="queue",
                                serialize=False,
                                to="labels.station",
                            ),
                        ),
                        ("taken", models.PositiveBigIntegerField(default=0)),
                        ("halted_at", models.DateTimeField(null=True)),
                        (
                            "halt",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("jam", "The printer stopped taking stickers in the middle of one."),
                                    ("lost", "The print agent broke off in the middle of its work."),
                                    ("person", "Stopped by a person."),
                                ],
                                max_length=7,
                            ),
                        ),
                        ("detail", models.CharField(blank=True, max_length=200)),
                    ],
                ),
                migrations.CreateModel(
                    name="StationKey",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("begins", models.CharField(max_length=12)),
                        ("digest", models.CharField(max_length=64, unique=True)),
                        ("made_at", models.DateTimeField()),
                        ("revoked_at", models.DateTimeField(null=True)),
                        (
                            "made_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "station",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="keys", to="labels.station"
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-pk"],
                    },
                ),
                migrations.CreateModel(
                    name="PrintItem",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("queued", "queued"),
                                    ("taken", "on its way to the printer"),
                                    ("sent", "sent to the printer"),
                                    ("confirmed", "scanned on the parcel"),
                                    ("failed", "did not come out"),
                                    ("replaced", "printed anew"),
                                ],
                                default="queued",
                                max_length=10,
                            ),
                        ),
                        ("copies", models.PositiveSmallIntegerField(default=1)),
                        (
                            "reason",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("damaged", "damaged or dirty"),
                                    ("lost", "lost"),
                                    ("jam", "did not come out of the printer"),
                                    ("wrong_media", "came out on the wrong roll"),
                                    ("other", "another reason"),
                                ],
                                max_length=12,
                            ),
                        ),
                        ("created_at", models.DateTimeField()),
                        ("sent_at", models.DateTimeField(null=True)),
                        ("confirmed_at", models.DateTimeField(null=True)),
                        (
                            "label",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="prints",
                                to="labels.labelfile",
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
                            "person",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "station",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="labels.station",
                            ),
                        ),
                        ("claim", models.UUIDField(null=True)),
                        ("key", models.CharField(max_length=60, null=True)),
                        ("leased_until", models.DateTimeField(null=True)),
                        ("number", models.PositiveBigIntegerField(null=True)),
                        ("place_at", models.DateTimeField(null=True)),
                        ("problem", models.CharField(blank=True, max_length=200)),
                        (
                            "way",
                            models.CharField(
                                choices=[
                                    ("browser", "print window of the browser (PDF)"),
                                    ("agent", "print agent beside the printer (ZPL)"),
                                    ("file", "file for another program (ZPL)"),
                                ],
                                default="browser",
                                max_length=7,
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["merchant", "label", "-id"], name="print_by_label"),
                            models.Index(fields=["merchant", "-id"], name="print_by_time"),
                            models.Index(fields=["merchant", "state", "-id"], name="print_by_state"),
                            models.Index(
                                condition=models.Q(("state__in", ["queued", "taken", "sent"]), ("way", "agent")),
                                fields=["merchant", "station", "state"],
                                name="print_in_work",
                            ),
                        ],
                        "constraints": [models.UniqueConstraint(fields=("merchant", "key"), name="print_key_once")],
                    },
                ),
                migrations.CreateModel(
                    name="PrintWish",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
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
                            "order",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="orders.order"
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "station",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="labels.station"
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
            ]
        ),
    ]
