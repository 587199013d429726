import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import exchange.models.connection
from backoffice.kernel.tables import Tables


class Migration(migrations.Migration):
    replaces = [
        ("exchange", "0001_initial"),
        ("exchange", "0003_api"),
        ("exchange", "0005_answered"),
        ("exchange", "0006_protect_answered"),
        ("exchange", "0007_stock_documents"),
        ("exchange", "0008_register_papers"),
        ("exchange", "0009_right_to_send_reports"),
        ("exchange", "0010_hooks_and_messages"),
    ]

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
                    name="Connection",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("changed_at", models.DateTimeField(auto_now=True)),
                        ("name", models.CharField(max_length=100, verbose_name="name")),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("cml", "1C: standard exchange with a site (CommerceML)"),
                                    ("api", "Program by REST"),
                                ],
                                default="cml",
                                max_length=5,
                                verbose_name="kind",
                            ),
                        ),
                        ("login", models.CharField(max_length=40, unique=True, verbose_name="user")),
                        ("secret_hash", models.CharField(max_length=64)),
                        ("secret_made_at", models.DateTimeField()),
                        (
                            "scopes",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(
                                    choices=[
                                        ("catalog.read", "read goods, prices, channels and listings"),
                                        ("catalog.write", "send goods, prices and stock"),
                                        ("stock.read", "read warehouses, stock and moves"),
                                        ("orders.read", "take orders"),
                                        ("orders.write", "send changes of orders"),
                                        (
                                            "papers.read",
                                            "read transfers to commissioners, agreements, reports and payments",
                                        ),
                                        ("papers.write", "send commissioner reports"),
                                    ],
                                    max_length=30,
                                ),
                                default=exchange.models.connection.cml_scopes,
                                size=None,
                            ),
                        ),
                        (
                            "networks",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=50),
                                blank=True,
                                default=list,
                                help_text="IP addresses or networks, separated by commas; empty: any.",
                                size=None,
                                verbose_name="allowed addresses",
                            ),
                        ),
                        ("active", models.BooleanField(default=True, verbose_name="works")),
                        ("owners", models.JSONField(default=exchange.models.connection.onec_owns_all)),
                        (
                            "new_goods",
                            models.CharField(
                                choices=[("create", "create it"), ("ask", "ask a person")],
                                default="create",
                                max_length=10,
                                verbose_name="new goods",
                            ),
                        ),
                        (
                            "match_by",
                            models.CharField(
                                choices=[("ask", "ask a person"), ("article", "by article, if exactly one has it")],
                                default="ask",
                                max_length=10,
                                verbose_name="an article that is here already",
                            ),
                        ),
                        (
                            "rests_mean",
                            models.CharField(
                                choices=[
                                    ("on_hand", "everything that lies in the warehouse"),
                                    ("free", "what is left after reserves"),
                                ],
                                default="on_hand",
                                max_length=10,
                                verbose_name="1C's quantity is",
                            ),
                        ),
                        (
                            "acknowledge",
                            models.CharField(
                                choices=[
                                    ("success", "when it says so (mode=success)"),
                                    ("next_query", "also when it asks again in the same session"),
                                ],
                                default="next_query",
                                max_length=12,
                                verbose_name="orders are taken",
                            ),
                        ),
                        (
                            "encoding",
                            models.CharField(
                                choices=[("windows-1251", "windows-1251"), ("utf-8", "UTF-8")],
                                default="windows-1251",
                                max_length=15,
                                verbose_name="letters of orders",
                            ),
                        ),
                        ("orders_from", models.DateTimeField(verbose_name="send orders made since")),
                        ("orders_seen", models.DateTimeField(null=True)),
                        (
                            "guard_zero_percent",
                            models.PositiveSmallIntegerField(
                                default=30,
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(100),
                                ],
                                verbose_name="ask when more than this share of articles would become empty, %",
                            ),
                        ),
                        (
                            "guard_price_percent",
                            models.PositiveSmallIntegerField(
                                default=20,
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(100),
                                ],
                                verbose_name="ask when more than this share of prices would change by half or more, %",
                            ),
                        ),
                        (
                            "guard_archive_percent",
                            models.PositiveSmallIntegerField(
                                default=20,
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(100),
                                ],
                                verbose_name="ask when more than this share of goods would be archived, %",
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
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="stock.warehouse",
                                verbose_name="warehouse for rests without one",
                            ),
                        ),
                        ("former_hash", models.CharField(blank=True, max_length=64)),
                        ("former_until", models.DateTimeField(null=True)),
                        (
                            "per_minute",
                            models.PositiveIntegerField(
                                default=600,
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(60000),
                                ],
                                verbose_name="requests a minute",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("merchant", "name"), name="exchange_connection_name_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Answered",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("key", models.CharField(max_length=100)),
                        ("digest", models.CharField(max_length=64)),
                        ("answer", models.JSONField(null=True)),
                        ("at", models.DateTimeField()),
                        (
                            "connection",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="exchange.connection",
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
                        "indexes": [models.Index(fields=["merchant", "at"], name="exchange_answered_by_time")],
                        "constraints": [
                            models.UniqueConstraint(fields=("connection", "key"), name="exchange_answered_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Node",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("code", models.CharField(max_length=40, verbose_name="node")),
                        ("born", models.TextField()),
                        ("seen", models.TextField(blank=True)),
                        ("cluster", models.CharField(max_length=30)),
                        ("sent_no", models.BigIntegerField(default=0)),
                        ("taken_no", models.BigIntegerField(default=0)),
                        ("asked_at", models.DateTimeField()),
                        (
                            "connection",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="exchange.connection",
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
                        "indexes": [models.Index(fields=["merchant"], name="exchange_node_by_merchant")],
                        "constraints": [
                            models.UniqueConstraint(fields=("connection", "code"), name="exchange_node_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Change",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("kind", models.CharField(max_length=20)),
                        ("key", models.BigIntegerField()),
                        ("xid", models.BigIntegerField()),
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
                        "indexes": [models.Index(fields=["merchant", "xid"], name="exchange_change_by_xid")],
                    },
                ),
                migrations.CreateModel(
                    name="Registration",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("rank", models.PositiveSmallIntegerField()),
                        ("kind", models.CharField(max_length=20)),
                        ("key", models.BigIntegerField()),
                        ("message_no", models.BigIntegerField(null=True)),
                        ("rejected", models.BooleanField(default=False)),
                        ("why", models.CharField(blank=True, max_length=500)),
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
                            "node",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="registrations",
                                to="exchange.node",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("rejected", False)),
                                fields=["node", "rank", "key"],
                                name="exchange_registration_owed",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("node", "kind", "key"), name="exchange_registration_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Use",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("last_at", models.DateTimeField()),
                        ("address", models.CharField(blank=True, max_length=50)),
                        ("agent", models.CharField(blank=True, max_length=200)),
                        (
                            "connection",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="use",
                                to="exchange.connection",
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
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="StockDocument",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("guid", models.UUIDField()),
                        (
                            "kind",
                            models.CharField(
                                choices=[("receipt", "receipt"), ("write_off", "write-off")], max_length=10
                            ),
                        ),
                        ("number", models.CharField(blank=True, max_length=60)),
                        ("dated_at", models.DateTimeField()),
                        ("note", models.CharField(blank=True, max_length=300)),
                        ("lines", models.JSONField(default=list)),
                        ("deleted", models.BooleanField(default=False)),
                        ("told_at", models.DateTimeField()),
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
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="stock.warehouse",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("merchant", "guid"), name="exchange_document_once")
                        ],
                        "indexes": [models.Index(fields=["merchant", "kind", "id"], name="exchange_document_by_kind")],
                    },
                ),
                migrations.CreateModel(
                    name="Hook",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("changed_at", models.DateTimeField(auto_now=True)),
                        ("url", models.URLField(max_length=500, verbose_name="address")),
                        ("active", models.BooleanField(default=True, verbose_name="works")),
                        ("everything", models.BooleanField(default=False, verbose_name="send all objects first")),
                        ("secret", models.BinaryField()),
                        ("former_secret", models.BinaryField(null=True)),
                        ("former_until", models.DateTimeField(null=True)),
                        ("leased_until", models.DateTimeField(null=True)),
                        ("failed_since", models.DateTimeField(null=True)),
                        ("why", models.CharField(blank=True, max_length=300)),
                        (
                            "connection",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="exchange.connection",
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
                        "indexes": [models.Index(fields=["merchant"], name="exchange_hook_by_merchant")],
                    },
                ),
                migrations.CreateModel(
                    name="Delivery",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("message_no", models.BigIntegerField()),
                        ("body", models.TextField()),
                        ("made_at", models.DateTimeField()),
                        ("due_at", models.DateTimeField()),
                        ("attempts", models.PositiveIntegerField(default=0)),
                        ("tried_at", models.DateTimeField(null=True)),
                        ("took_ms", models.PositiveIntegerField(null=True)),
                        ("status", models.PositiveSmallIntegerField(null=True)),
                        ("answer", models.CharField(blank=True, max_length=500)),
                        ("done_at", models.DateTimeField(null=True)),
                        (
                            "hook",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="deliveries",
                                to="exchange.hook",
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
                            models.Index(fields=["merchant", "hook", "-id"], name="exchange_delivery_log"),
                            models.Index(
                                condition=models.Q(("done_at", None)),
                                fields=["hook", "id"],
                                name="exchange_delivery_owed",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Incoming",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("node", models.CharField(max_length=40)),
                        ("number", models.BigIntegerField()),
                        ("digest", models.CharField(max_length=64)),
                        ("answer", models.JSONField()),
                        ("at", models.DateTimeField()),
                        (
                            "connection",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="exchange.connection",
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
                                fields=("connection", "node", "number"), name="exchange_incoming_once"
                            )
                        ],
                        "indexes": [models.Index(fields=["merchant", "at"], name="exchange_incoming_by_time")],
                    },
                ),
                migrations.CreateModel(
                    name="Item",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("good", models.CharField(max_length=80)),
                        ("char", models.CharField(blank=True, max_length=80)),
                        ("catalogue", models.CharField(blank=True, max_length=80)),
                        ("name", models.CharField(blank=True, max_length=500, verbose_name="name")),
                        ("article", models.CharField(blank=True, max_length=100, verbose_name="article")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("linked", "matched"),
                                    ("waiting", "waits for a person"),
                                    ("ignored", "not wanted"),
                                ],
                                default="linked",
                                max_length=10,
                            ),
                        ),
                        ("why", models.CharField(blank=True, max_length=300)),
                        ("offered", models.BooleanField(default=False)),
                        ("told_at", models.DateTimeField()),
                        (
                            "candidate",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="catalog.sku",
                            ),
                        ),
                        (
                            "connection",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="exchange.connection",
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
                            "product",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="catalog.product",
                            ),
                        ),
                        (
                            "sku",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="catalog.sku",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state", "waiting")),
                                fields=["merchant", "id"],
                                name="exchange_item_waiting",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("connection", "good", "char"), name="exchange_item_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Pending",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("good", models.CharField(max_length=80)),
                        ("char", models.CharField(blank=True, max_length=80)),
                        ("kind", models.CharField(max_length=10)),
                        ("key", models.CharField(blank=True, max_length=80)),
                        ("data", models.JSONField()),
                        ("told_at", models.DateTimeField()),
                        (
                            "connection",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="exchange.connection",
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
                                fields=("connection", "good", "char", "kind", "key"), name="exchange_pending_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Word",
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
                                    ("group", "group"),
                                    ("property", "property"),
                                    ("value", "value of a property"),
                                    ("unit", "unit"),
                                    ("price_type", "price type"),
                                    ("warehouse", "warehouse"),
                                ],
                                max_length=12,
                            ),
                        ),
                        ("external_id", models.CharField(max_length=80)),
                        ("name", models.CharField(max_length=500, verbose_name="name")),
                        ("parent", models.CharField(blank=True, max_length=80)),
                        ("extra", models.CharField(blank=True, max_length=80)),
                        ("deleted", models.BooleanField(default=False)),
                        (
                            "category",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="catalog.category",
                            ),
                        ),
                        (
                            "connection",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="exchange.connection",
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
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="catalog.pricetype",
                            ),
                        ),
                        (
                            "warehouse",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="stock.warehouse",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("connection", "kind", "external_id"), name="exchange_word_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Picture",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("good", models.CharField(max_length=80)),
                        ("path", models.CharField(max_length=300)),
                        ("position", models.PositiveSmallIntegerField(default=0)),
                        ("digest", models.CharField(blank=True, max_length=64)),
                        (
                            "connection",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="exchange.connection",
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
                            "photo",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="catalog.photo",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["merchant", "connection", "path"], name="exchange_picture_by_path")
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("connection", "good", "path"), name="exchange_picture_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Message",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "direction",
                            models.CharField(choices=[("in", "from 1C"), ("out", "to 1C")], default="in", max_length=3),
                        ),
                        (
                            "subject",
                            models.CharField(
                                choices=[("catalog", "goods"), ("sale", "orders")], default="catalog", max_length=10
                            ),
                        ),
                        ("name", models.CharField(max_length=300, verbose_name="file")),
                        ("member", models.CharField(blank=True, max_length=300)),
                        ("path", models.CharField(blank=True, max_length=300)),
                        ("size", models.BigIntegerField(default=0)),
                        ("digest", models.CharField(blank=True, max_length=64)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("waiting", "waits for its turn"),
                                    ("running", "is being read"),
                                    ("done", "applied"),
                                    ("refused", "refused"),
                                    ("held", "waits for a person"),
                                    ("dry", "tried, nothing was changed"),
                                    ("dropped", "set aside"),
                                ],
                                default="waiting",
                                max_length=10,
                            ),
                        ),
                        ("dry", models.BooleanField(default=False)),
                        ("confirmed", models.BooleanField(default=False)),
                        ("version", models.CharField(blank=True, max_length=10)),
                        ("catalogue", models.CharField(blank=True, max_length=80)),
                        ("full", models.BooleanField(null=True)),
                        ("parts", models.CharField(blank=True, max_length=200)),
                        ("position", models.PositiveIntegerField(default=0)),
                        ("total", models.PositiveIntegerField(default=0)),
                        ("counts", models.JSONField(default=dict)),
                        ("preview", models.JSONField(default=dict)),
                        ("rejected", models.PositiveIntegerField(default=0)),
                        ("reason", models.CharField(blank=True, max_length=1000)),
                        ("attempts", models.PositiveSmallIntegerField(default=0)),
                        ("created_at", models.DateTimeField()),
                        ("started_at", models.DateTimeField(null=True)),
                        ("finished_at", models.DateTimeField(null=True)),
                        ("token", models.CharField(blank=True, max_length=32)),
                        ("leased_until", models.DateTimeField(null=True)),
                        (
                            "connection",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="exchange.connection",
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
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "replay_of",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="exchange.message",
                            ),
                        ),
                        (
                            "session",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="messages",
                                to="exchange.session",
                            ),
                        ),
                        (
                            "upload",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="exchange.upload",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["merchant", "-created_at", "-id"], name="exchange_message_by_time"),
                            models.Index(fields=["merchant", "connection", "-id"], name="exchange_message_by_client"),
                            models.Index(
                                condition=models.Q(("state__in", ["waiting", "running", "held"])),
                                fields=["merchant", "id"],
                                name="exchange_message_unfinished",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Problem",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("n", models.PositiveIntegerField(default=0)),
                        ("line", models.PositiveIntegerField(default=0)),
                        ("subject", models.CharField(max_length=400, verbose_name="object")),
                        ("field", models.CharField(blank=True, max_length=100, verbose_name="field")),
                        ("text", models.CharField(max_length=500, verbose_name="what is wrong")),
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
                            "message",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="problems",
                                to="exchange.message",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["n", "id"],
                        "indexes": [models.Index(fields=["message", "n", "id"], name="exchange_problem_by_message")],
                    },
                ),
                migrations.CreateModel(
                    name="OrderSync",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("sent_change", models.DateTimeField(null=True)),
                        ("taken_change", models.DateTimeField(null=True)),
                        ("taken_at", models.DateTimeField(null=True)),
                        ("told", models.CharField(blank=True, max_length=64)),
                        ("told_number", models.CharField(blank=True, max_length=60)),
                        (
                            "connection",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="exchange.connection",
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
                            "message",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="exchange.message",
                            ),
                        ),
                        (
                            "order",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="orders.order"
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("connection", "order"), name="exchange_order_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Session",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "subject",
                            models.CharField(choices=[("catalog", "goods"), ("sale", "orders")], max_length=10),
                        ),
                        ("key_hash", models.CharField(max_length=64)),
                        ("form_hash", models.CharField(max_length=64)),
                        ("version", models.CharField(blank=True, max_length=10)),
                        ("address", models.CharField(blank=True, max_length=50)),
                        ("agent", models.CharField(blank=True, max_length=200)),
                        ("began_at", models.DateTimeField()),
                        ("last_at", models.DateTimeField()),
                        ("complete", models.BooleanField(default=False)),
                        (
                            "connection",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="exchange.connection",
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
                            "sent_message",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="exchange.message",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                fields=["merchant", "connection", "-began_at"], name="exchange_session_by_time"
                            ),
                            models.Index(fields=["merchant", "key_hash"], name="exchange_session_by_key"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Request",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("mode", models.CharField(max_length=20)),
                        ("filename", models.CharField(blank=True, max_length=300)),
                        ("size", models.BigIntegerField(default=0)),
                        ("answer", models.CharField(max_length=500)),
                        ("times", models.PositiveIntegerField(default=1)),
                        ("first_at", models.DateTimeField()),
                        ("last_at", models.DateTimeField()),
                        ("took_ms", models.PositiveIntegerField(default=0)),
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
                            "session",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="requests",
                                to="exchange.session",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["id"],
                        "indexes": [models.Index(fields=["session", "id"], name="exchange_request_by_session")],
                    },
                ),
                migrations.CreateModel(
                    name="Upload",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=300)),
                        ("path", models.CharField(max_length=300)),
                        ("size", models.BigIntegerField(default=0)),
                        ("parts", models.PositiveIntegerField(default=0)),
                        ("last_digest", models.CharField(blank=True, max_length=64)),
                        ("closed", models.BooleanField(default=False)),
                        ("began_at", models.DateTimeField()),
                        (
                            "connection",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="exchange.connection",
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
                            "session",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="uploads",
                                to="exchange.session",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                fields=["merchant", "connection", "name", "-id"], name="exchange_upload_by_name"
                            ),
                            models.Index(fields=["session", "name"], name="exchange_upload_by_session"),
                        ],
                    },
                ),
            ]
        ),
    ]
