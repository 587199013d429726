import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

import catalog.models.channel
from backoffice.kernel.tables import Tables


class Migration(migrations.Migration):
    replaces = [
        ("catalog", "0001_initial"),
        ("catalog", "0003_marks_before_commit"),
        ("catalog", "0004_products_found_and_imported"),
        ("catalog", "0006_import_row_names_its_sku"),
        ("catalog", "0007_channel_gives_stickers"),
        ("catalog", "0008_who_gives_stickers"),
        ("catalog", "0009_tied"),
    ]

    initial = True

    dependencies = [
        ("merchants", "0001_people_and_audit"),
    ]

    operations = [
        Tables(
            [
                migrations.CreateModel(
                    name="PriceType",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=100, verbose_name="name")),
                        ("currency", models.CharField(default="RUB", max_length=3, verbose_name="currency")),
                        ("guid", models.UUIDField(blank=True, null=True)),
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
                            models.UniqueConstraint(fields=("merchant", "name"), name="price_type_name_once"),
                            models.UniqueConstraint(fields=("merchant", "guid"), name="price_type_guid_once"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Channel",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("changed_at", models.DateTimeField(auto_now=True)),
                        ("marketplace", models.CharField(max_length=30, verbose_name="marketplace")),
                        ("name", models.CharField(max_length=100, verbose_name="name")),
                        (
                            "state",
                            models.CharField(
                                choices=[("active", "active"), ("paused", "paused")],
                                default="active",
                                max_length=10,
                                verbose_name="state",
                            ),
                        ),
                        ("paused_because", models.CharField(blank=True, max_length=500)),
                        ("external_id", models.CharField(blank=True, max_length=100)),
                        ("base_url", models.URLField(blank=True, max_length=300, verbose_name="address")),
                        (
                            "price_step",
                            models.DecimalField(
                                decimal_places=2,
                                default=1,
                                max_digits=8,
                                validators=[django.core.validators.MinValueValidator(0)],
                                verbose_name="round prices up to",
                            ),
                        ),
                        (
                            "price_max_drop_percent",
                            models.PositiveSmallIntegerField(
                                default=30,
                                validators=[django.core.validators.MaxValueValidator(100)],
                                verbose_name="largest price drop, %",
                            ),
                        ),
                        (
                            "legal_entity",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
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
                                to="catalog.pricetype",
                                verbose_name="price type",
                            ),
                        ),
                        ("marks_before_commit", models.BooleanField(default=False)),
                        ("gives_stickers", models.BooleanField(default=False)),
                    ],
                    options={
                        "constraints": [models.UniqueConstraint(fields=("merchant", "name"), name="channel_name_once")],
                    },
                ),
                migrations.CreateModel(
                    name="ChannelWarehouse",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("external_id", models.CharField(max_length=60)),
                        ("name", models.CharField(max_length=200, verbose_name="name")),
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
                        ("zone", models.CharField(default="Europe/Moscow", max_length=50, verbose_name="time zone")),
                        ("cut_off", models.TimeField(default="15:00", verbose_name="cut-off")),
                        (
                            "days_to_ship",
                            models.PositiveSmallIntegerField(
                                default=0,
                                validators=[django.core.validators.MaxValueValidator(30)],
                                verbose_name="days to ship",
                            ),
                        ),
                        (
                            "working_days",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.PositiveSmallIntegerField(),
                                default=catalog.models.channel.every_weekday,
                                size=None,
                            ),
                        ),
                        (
                            "holidays",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.DateField(), blank=True, default=list, size=None
                            ),
                        ),
                        (
                            "commit_at",
                            models.CharField(
                                choices=[("wave", "at wave release"), ("verify", "after the last unit is scanned")],
                                default="wave",
                                max_length=10,
                                verbose_name="tell the marketplace",
                            ),
                        ),
                        ("cargo_type", models.CharField(blank=True, max_length=20)),
                        ("label_format", models.CharField(blank=True, max_length=20)),
                        ("active", models.BooleanField(default=True, verbose_name="active")),
                        ("push_stock", models.BooleanField(default=True, verbose_name="publish stock")),
                        (
                            "shipping_point_id",
                            models.CharField(blank=True, max_length=60, verbose_name="shipping point"),
                        ),
                        ("shipping_point_name", models.CharField(blank=True, max_length=300)),
                        ("shipping_type", models.CharField(blank=True, max_length=20, verbose_name="shipping method")),
                        (
                            "channel",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="warehouses",
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
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("merchant", "channel", "external_id"), name="channel_warehouse_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ProductImport",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("file", models.CharField(max_length=300)),
                        ("name", models.CharField(max_length=200, verbose_name="file")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("uploaded", "columns are being chosen"),
                                    ("checking", "being checked"),
                                    ("checked", "checked, nothing applied yet"),
                                    ("applying", "being applied"),
                                    ("applied", "applied"),
                                    ("failed", "not applied"),
                                    ("cancelled", "cancelled"),
                                ],
                                default="uploaded",
                                max_length=10,
                                verbose_name="state",
                            ),
                        ),
                        ("headings", models.JSONField(default=list)),
                        ("sample", models.JSONField(default=list)),
                        ("mapping", models.JSONField(default=list)),
                        ("counts", models.JSONField(default=dict)),
                        ("sees_cost", models.BooleanField(default=False)),
                        ("job_id", models.BigIntegerField(null=True)),
                        ("outcome", models.CharField(blank=True, max_length=1000)),
                        ("created_at", models.DateTimeField()),
                        ("applied_at", models.DateTimeField(null=True)),
                        (
                            "author",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
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
                        "indexes": [
                            models.Index(fields=["merchant", "-created_at", "-id"], name="product_import_by_time")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ImportRow",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.PositiveIntegerField()),
                        (
                            "verdict",
                            models.CharField(
                                choices=[
                                    ("new", "new"),
                                    ("changed", "changed"),
                                    ("unchanged", "unchanged"),
                                    ("wrong", "wrong"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("article", models.CharField(blank=True, max_length=200)),
                        ("values", models.JSONField(default=dict)),
                        ("changes", models.JSONField(default=list)),
                        ("problems", models.JSONField(default=list)),
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
                            "batch",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="rows",
                                to="catalog.productimport",
                            ),
                        ),
                        ("sku_id", models.BigIntegerField(null=True)),
                    ],
                    options={
                        "indexes": [models.Index(fields=["batch", "verdict", "number"], name="import_row_by_verdict")],
                        "constraints": [models.UniqueConstraint(fields=("batch", "number"), name="import_row_once")],
                    },
                ),
                migrations.CreateModel(
                    name="Category",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=200, verbose_name="name")),
                        ("guid", models.UUIDField(blank=True, null=True)),
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
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="children",
                                to="catalog.category",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("merchant", "parent", "name"), name="category_name_once", nulls_distinct=False
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Product",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("changed_at", models.DateTimeField(auto_now=True)),
                        ("name", models.CharField(max_length=500, verbose_name="name")),
                        ("brand", models.CharField(blank=True, max_length=200, verbose_name="brand")),
                        ("description", models.TextField(blank=True, verbose_name="description")),
                        ("attributes", models.JSONField(blank=True, default=dict, verbose_name="attributes")),
                        ("guid", models.UUIDField(blank=True, null=True)),
                        ("archived", models.BooleanField(default=False, verbose_name="archived")),
                        (
                            "category",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                to="catalog.category",
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
                        "indexes": [
                            models.Index(fields=["merchant", "name", "id"], name="product_by_name"),
                            models.Index(fields=["category"], name="product_by_category"),
                            models.Index(fields=["merchant", "brand"], name="product_by_brand"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("merchant", "guid"), name="product_guid_once"),
                            models.UniqueConstraint(fields=("merchant", "id"), name="product_of_merchant"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Sku",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("changed_at", models.DateTimeField(auto_now=True)),
                        ("code", models.CharField(max_length=100, verbose_name="article")),
                        (
                            "code_key",
                            models.GeneratedField(
                                db_persist=True,
                                expression=django.db.models.functions.text.Lower("code"),
                                output_field=models.CharField(max_length=100),
                            ),
                        ),
                        ("variant", models.CharField(blank=True, max_length=200, verbose_name="variant")),
                        ("guid", models.UUIDField(blank=True, null=True)),
                        ("length_mm", models.PositiveIntegerField(blank=True, null=True, verbose_name="length, mm")),
                        ("width_mm", models.PositiveIntegerField(blank=True, null=True, verbose_name="width, mm")),
                        ("height_mm", models.PositiveIntegerField(blank=True, null=True, verbose_name="height, mm")),
                        ("weight_g", models.PositiveIntegerField(blank=True, null=True, verbose_name="weight, g")),
                        (
                            "cost",
                            models.DecimalField(
                                blank=True,
                                decimal_places=4,
                                max_digits=14,
                                null=True,
                                validators=[django.core.validators.MinValueValidator(0)],
                                verbose_name="cost",
                            ),
                        ),
                        (
                            "min_price",
                            models.DecimalField(
                                blank=True,
                                decimal_places=2,
                                max_digits=14,
                                null=True,
                                validators=[django.core.validators.MinValueValidator(0)],
                                verbose_name="minimum price",
                            ),
                        ),
                        ("is_kit", models.BooleanField(default=False, verbose_name="kit")),
                        ("is_marked", models.BooleanField(default=False, verbose_name="needs a marking code")),
                        ("archived", models.BooleanField(default=False, verbose_name="archived")),
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
                            "product",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="skus",
                                to="catalog.product",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["merchant", "code_key"], name="sku_by_code_key"),
                            models.Index(fields=["merchant", "-changed_at", "-id"], name="sku_by_change"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("merchant", "code"), name="sku_code_once"),
                            models.UniqueConstraint(fields=("product", "guid"), name="sku_guid_once"),
                            models.UniqueConstraint(fields=("merchant", "id"), name="sku_of_merchant"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Listing",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("changed_at", models.DateTimeField(auto_now=True)),
                        ("offer_id", models.CharField(max_length=200, verbose_name="article there")),
                        (
                            "offer_key",
                            models.GeneratedField(
                                db_persist=True,
                                expression=django.db.models.functions.text.Lower("offer_id"),
                                output_field=models.CharField(max_length=200),
                            ),
                        ),
                        ("product_external_id", models.CharField(blank=True, max_length=60)),
                        ("stock_external_id", models.CharField(max_length=60)),
                        ("title", models.CharField(blank=True, max_length=500, verbose_name="name there")),
                        ("size", models.CharField(blank=True, max_length=100, verbose_name="size")),
                        (
                            "barcodes",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=80), blank=True, default=list, size=None
                            ),
                        ),
                        (
                            "pieces_per_pack",
                            models.PositiveIntegerField(
                                default=1,
                                validators=[django.core.validators.MinValueValidator(1)],
                                verbose_name="pieces in a pack",
                            ),
                        ),
                        ("archived", models.BooleanField(default=False)),
                        ("sellable", models.BooleanField(default=True)),
                        (
                            "complaints",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=1000), blank=True, default=list, size=None
                            ),
                        ),
                        (
                            "marks",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=20), blank=True, default=list, size=None
                            ),
                        ),
                        (
                            "published_price",
                            models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True),
                        ),
                        ("price_currency", models.CharField(default="RUB", max_length=3)),
                        (
                            "matched_by",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("article", "by article"),
                                    ("barcode", "by barcode"),
                                    ("external", "by external id"),
                                    ("person", "by a person"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("seen_at", models.DateTimeField(null=True)),
                        (
                            "channel",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="listings",
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
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="listings",
                                to="catalog.sku",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["merchant", "sku"], name="listing_by_sku"),
                            models.Index(fields=["merchant", "channel", "offer_id"], name="listing_by_offer"),
                            models.Index(fields=["merchant", "offer_key"], name="listing_by_offer_key"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("merchant", "channel", "stock_external_id"), name="listing_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("pieces_per_pack__gt", 0)), name="listing_pack_positive"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Price",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("changed_at", models.DateTimeField(auto_now=True)),
                        (
                            "amount",
                            models.DecimalField(
                                decimal_places=2,
                                max_digits=14,
                                validators=[django.core.validators.MinValueValidator(0)],
                                verbose_name="price",
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
                            "price_type",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="prices",
                                to="catalog.pricetype",
                            ),
                        ),
                        (
                            "sku",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="prices",
                                to="catalog.sku",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("price_type", "sku"), name="price_once"),
                            models.CheckConstraint(condition=models.Q(("amount__gte", 0)), name="price_not_negative"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="VatRate",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("code", models.CharField(max_length=8)),
                        ("title", models.CharField(max_length=40)),
                        ("percent", models.DecimalField(decimal_places=2, max_digits=5, null=True)),
                        ("valid_from", models.DateField()),
                        ("valid_to", models.DateField(null=True)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("code", "valid_from"), name="vat_rate_once_per_day")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ProductWord",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("word", models.CharField(max_length=100)),
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
                            "product",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="catalog.product",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["merchant", "word", "product"], name="product_by_word")],
                    },
                ),
                migrations.CreateModel(
                    name="ProductVat",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("vat_code", models.CharField(max_length=8, verbose_name="VAT")),
                        ("valid_from", models.DateField(verbose_name="valid from")),
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
                            "product",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="vat",
                                to="catalog.product",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("product", "valid_from"), name="product_vat_once_per_day")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Photo",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("file", models.ImageField(max_length=300, upload_to="photos/%Y/%m")),
                        ("position", models.PositiveSmallIntegerField(default=0)),
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
                            "product",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="photos", to="catalog.product"
                            ),
                        ),
                        ("thumb", models.ImageField(blank=True, max_length=300, upload_to="photos/%Y/%m")),
                    ],
                    options={
                        "ordering": ["position", "id"],
                    },
                ),
                migrations.CreateModel(
                    name="KitItem",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "pieces",
                            models.PositiveIntegerField(
                                validators=[django.core.validators.MinValueValidator(1)], verbose_name="pieces"
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
                            "component",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="kits", to="catalog.sku"
                            ),
                        ),
                        (
                            "kit",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="components", to="catalog.sku"
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("kit", "component"), name="kit_component_once"),
                            models.CheckConstraint(condition=models.Q(("pieces__gt", 0)), name="kit_pieces_positive"),
                            models.CheckConstraint(
                                condition=models.Q(("kit", models.F("component")), _negated=True),
                                name="kit_not_of_itself",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Barcode",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("value", models.CharField(max_length=80, verbose_name="barcode")),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("ean13", "EAN-13"),
                                    ("ean8", "EAN-8"),
                                    ("upca", "UPC-A"),
                                    ("itf14", "ITF-14"),
                                    ("code128", "Code 128"),
                                    ("internal", "internal"),
                                ],
                                max_length=10,
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
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="barcodes",
                                to="catalog.sku",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["id"],
                        "constraints": [models.UniqueConstraint(fields=("merchant", "value"), name="barcode_once")],
                    },
                ),
            ]
        ),
    ]
