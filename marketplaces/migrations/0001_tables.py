import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

from backoffice.kernel.tables import Tables


class Migration(migrations.Migration):
    replaces = [
        ("marketplaces", "0001_initial"),
        ("marketplaces", "0003_pace"),
        ("marketplaces", "0004_raw_digest"),
        ("marketplaces", "0005_inbox"),
        ("marketplaces", "0006_feeds"),
        ("marketplaces", "0007_returns"),
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
                    name="AttemptLog",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("op", models.CharField(max_length=20)),
                        ("at", models.DateTimeField()),
                        ("seconds", models.FloatField()),
                        ("method", models.CharField(max_length=8)),
                        ("url", models.CharField(max_length=500)),
                        ("status", models.PositiveSmallIntegerField(null=True)),
                        ("request", models.TextField(blank=True)),
                        ("answer", models.TextField(blank=True)),
                        ("error", models.CharField(blank=True, max_length=500)),
                        (
                            "channel",
                            models.ForeignKey(
                                db_index=False,
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
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["merchant", "channel", "-id"], name="attempt_by_channel"),
                            models.Index(fields=["at"], name="attempt_by_time"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="AttemptSubject",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("subject", models.CharField(max_length=40)),
                        (
                            "attempt",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="marketplaces.attemptlog",
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
                        "indexes": [models.Index(fields=["merchant", "subject", "-id"], name="attempt_by_subject")],
                    },
                ),
                migrations.CreateModel(
                    name="Credential",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("changed_at", models.DateTimeField(auto_now=True)),
                        ("sealed", models.BinaryField()),
                        ("expires_at", models.DateTimeField(null=True)),
                        ("checked_at", models.DateTimeField(null=True)),
                        (
                            "missing",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=100), blank=True, default=list, size=None
                            ),
                        ),
                        (
                            "channel",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="catalog.channel"
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
                    name="Cursor",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("stream", models.CharField(max_length=20)),
                        ("at", models.DateTimeField(null=True)),
                        ("last_success_at", models.DateTimeField(null=True)),
                        ("last_attempt_at", models.DateTimeField(null=True)),
                        ("next_at", models.DateTimeField(null=True)),
                        ("failures", models.PositiveIntegerField(default=0)),
                        ("error", models.CharField(blank=True, max_length=500)),
                        ("items", models.PositiveBigIntegerField(default=0)),
                        ("leased_until", models.DateTimeField(null=True)),
                        (
                            "channel",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="catalog.channel"
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
                        "constraints": [models.UniqueConstraint(fields=("channel", "stream"), name="cursor_once")],
                    },
                ),
                migrations.CreateModel(
                    name="OfferFeed",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("changed_at", models.DateTimeField(auto_now=True)),
                        ("digest", models.CharField(max_length=64, unique=True)),
                        ("sealed", models.BinaryField()),
                        ("options", models.JSONField(default=dict)),
                        ("version", models.CharField(blank=True, max_length=200)),
                        ("content", models.CharField(blank=True, max_length=64)),
                        ("file", models.CharField(blank=True, max_length=200)),
                        ("etag", models.CharField(blank=True, max_length=64)),
                        ("size", models.PositiveBigIntegerField(default=0)),
                        ("offers", models.PositiveIntegerField(default=0)),
                        ("left_out", models.JSONField(default=dict)),
                        ("published_at", models.DateTimeField(null=True)),
                        ("written_at", models.DateTimeField(null=True)),
                        ("seconds", models.FloatField(default=0)),
                        ("trouble", models.CharField(blank=True, max_length=500)),
                        ("may_be_empty", models.BooleanField(default=False)),
                        (
                            "channel",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="catalog.channel"
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
                    name="FeedOmission",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("offer_id", models.CharField(max_length=200)),
                        ("title", models.CharField(blank=True, max_length=500)),
                        ("reason", models.CharField(max_length=20)),
                        ("detail", models.CharField(blank=True, max_length=200)),
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
                            "feed",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="marketplaces.offerfeed",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["merchant", "feed", "id"], name="feed_omission_by_feed")],
                    },
                ),
                migrations.CreateModel(
                    name="FeedFetch",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("at", models.DateTimeField(db_index=True)),
                        ("address", models.CharField(blank=True, max_length=45)),
                        ("agent", models.CharField(blank=True, max_length=200)),
                        ("status", models.PositiveSmallIntegerField()),
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
                            "feed",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="marketplaces.offerfeed",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["merchant", "feed", "-id"], name="feed_fetch_by_feed")],
                    },
                ),
                migrations.CreateModel(
                    name="InboxAddress",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("digest", models.CharField(max_length=64, unique=True)),
                        ("sealed", models.BinaryField()),
                        ("made_at", models.DateTimeField()),
                        ("heard_at", models.DateTimeField(null=True)),
                        ("refused_at", models.DateTimeField(null=True)),
                        ("refused_from", models.CharField(blank=True, max_length=45)),
                        ("refused_because", models.CharField(blank=True, max_length=20)),
                        (
                            "channel",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="catalog.channel"
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
                    name="InboxItem",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("key", models.CharField(max_length=200)),
                        ("kind", models.CharField(max_length=60)),
                        ("sealed", models.BinaryField()),
                        ("status", models.PositiveSmallIntegerField()),
                        ("answer", models.TextField()),
                        ("happened_at", models.DateTimeField(null=True)),
                        ("received_at", models.DateTimeField()),
                        ("repeats", models.PositiveIntegerField(default=0)),
                        ("not_before", models.DateTimeField()),
                        ("handled_at", models.DateTimeField(null=True)),
                        ("outcome", models.CharField(blank=True, max_length=20)),
                        ("expires_at", models.DateTimeField(db_index=True)),
                        (
                            "channel",
                            models.ForeignKey(
                                db_index=False,
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
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("handled_at__isnull", True)),
                                fields=["merchant", "channel", "not_before", "id"],
                                name="inbox_waiting",
                            ),
                            models.Index(fields=["merchant", "channel", "-received_at"], name="inbox_by_channel"),
                        ],
                        "constraints": [models.UniqueConstraint(fields=("channel", "key"), name="inbox_item_once")],
                    },
                ),
                migrations.CreateModel(
                    name="SweepFind",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.CharField(max_length=100)),
                        ("found_at", models.DateTimeField()),
                        (
                            "channel",
                            models.ForeignKey(
                                db_index=False,
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
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["merchant", "channel", "found_at"], name="sweep_find_by_time")
                        ],
                        "constraints": [models.UniqueConstraint(fields=("channel", "number"), name="sweep_find_once")],
                    },
                ),
                migrations.CreateModel(
                    name="Debt",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("op", models.CharField(max_length=5)),
                        ("version", models.PositiveBigIntegerField(default=1)),
                        ("owed_since", models.DateTimeField()),
                        ("not_before", models.DateTimeField()),
                        ("leased_until", models.DateTimeField(null=True)),
                        ("attempts", models.PositiveIntegerField(default=0)),
                        ("parked", models.CharField(blank=True, max_length=30)),
                        ("parked_text", models.CharField(blank=True, max_length=500)),
                        ("token", models.CharField(blank=True, max_length=200)),
                        (
                            "channel",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="catalog.channel",
                            ),
                        ),
                        (
                            "channel_warehouse",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="catalog.channelwarehouse",
                            ),
                        ),
                        (
                            "listing",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
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
                        ("urgency", models.PositiveSmallIntegerField(default=0)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("parked", ""), _negated=True),
                                fields=["merchant", "channel"],
                                name="debt_parked",
                            ),
                            models.Index(fields=["listing"], name="debt_by_listing"),
                            models.Index(
                                condition=models.Q(("parked", "")),
                                fields=["merchant", "channel", "op", "urgency", "not_before", "id"],
                                name="debt_due",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("op", "channel_warehouse", "listing"), name="debt_once", nulls_distinct=False
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Command",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("op", models.CharField(max_length=20)),
                        ("subject", models.CharField(max_length=40)),
                        ("key", models.UUIDField(unique=True)),
                        ("payload", models.JSONField(default=dict)),
                        ("owed_since", models.DateTimeField()),
                        ("not_before", models.DateTimeField()),
                        ("leased_until", models.DateTimeField(null=True)),
                        ("sent_at", models.DateTimeField(null=True)),
                        ("attempts", models.PositiveIntegerField(default=0)),
                        ("parked", models.CharField(blank=True, max_length=30)),
                        ("parked_text", models.CharField(blank=True, max_length=500)),
                        ("token", models.CharField(blank=True, max_length=8000)),
                        (
                            "channel",
                            models.ForeignKey(
                                db_index=False,
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
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("parked", "")),
                                fields=["merchant", "channel", "not_before", "id"],
                                name="command_due",
                            ),
                            models.Index(fields=["merchant", "subject"], name="command_by_subject"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("channel", "op", "subject"), name="command_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Publication",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("pieces", models.IntegerField()),
                        ("pushed_at", models.DateTimeField()),
                        ("answer", models.CharField(blank=True, max_length=200)),
                        ("read_pieces", models.IntegerField(null=True)),
                        ("read_at", models.DateTimeField(null=True)),
                        ("drifted_at", models.DateTimeField(null=True)),
                        (
                            "channel_warehouse",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="catalog.channelwarehouse",
                            ),
                        ),
                        (
                            "listing",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="catalog.listing"
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
                        ("compared_at", models.DateTimeField(null=True)),
                        ("waited_s", models.FloatField(default=0)),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["merchant", "listing"], name="publication_by_listing"),
                            models.Index(
                                condition=models.Q(("compared_at__isnull", True), ("read_at__isnull", False)),
                                fields=["merchant", "read_at"],
                                name="publication_to_judge",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("channel_warehouse", "listing"), name="publication_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="OwnStockRow",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("stock_external_id", models.CharField(max_length=60)),
                        ("warehouse_external_id", models.CharField(max_length=60)),
                        ("warehouse_name", models.CharField(max_length=200)),
                        ("pieces", models.IntegerField()),
                        ("reserved", models.IntegerField(default=0)),
                        ("to_customer", models.IntegerField(default=0)),
                        ("from_customer", models.IntegerField(default=0)),
                        ("read_at", models.DateTimeField()),
                        (
                            "channel",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="catalog.channel"
                            ),
                        ),
                        (
                            "listing",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
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
                                fields=("channel", "stock_external_id", "warehouse_external_id"), name="own_stock_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Quarantine",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("stream", models.CharField(max_length=20)),
                        ("key", models.CharField(max_length=100)),
                        ("reason", models.CharField(max_length=1000)),
                        ("payload", models.JSONField(null=True)),
                        ("first_at", models.DateTimeField()),
                        ("last_at", models.DateTimeField()),
                        ("seen", models.PositiveIntegerField(default=1)),
                        (
                            "channel",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="catalog.channel"
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
                            models.UniqueConstraint(fields=("channel", "stream", "key"), name="quarantine_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RawPayload",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("stream", models.CharField(max_length=20)),
                        ("key", models.CharField(max_length=100)),
                        ("sealed", models.BinaryField()),
                        ("received_at", models.DateTimeField()),
                        ("expires_at", models.DateTimeField(db_index=True)),
                        (
                            "channel",
                            models.ForeignKey(
                                db_index=False,
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
                        ("digest", models.CharField(blank=True, max_length=64)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("channel", "stream", "key"), name="raw_payload_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ReturnRow",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("external_id", models.CharField(max_length=60)),
                        ("number", models.CharField(max_length=60)),
                        ("kind", models.CharField(max_length=12)),
                        ("stage", models.CharField(blank=True, max_length=20)),
                        ("status", models.CharField(blank=True, max_length=60)),
                        ("substatus", models.CharField(blank=True, max_length=60)),
                        ("lines", models.JSONField(default=list)),
                        ("amount", models.DecimalField(decimal_places=2, max_digits=14, null=True)),
                        ("currency", models.CharField(default="RUB", max_length=3)),
                        ("place", models.CharField(blank=True, max_length=500)),
                        ("keep_until", models.DateTimeField(null=True)),
                        ("needs_decision", models.BooleanField(default=False)),
                        ("created_at", models.DateTimeField(null=True)),
                        ("changed_at", models.DateTimeField(null=True)),
                        ("read_at", models.DateTimeField()),
                        (
                            "channel",
                            models.ForeignKey(
                                db_index=False,
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
                    ],
                    options={
                        "indexes": [models.Index(fields=["channel", "number"], name="return_by_order")],
                        "constraints": [models.UniqueConstraint(fields=("channel", "external_id"), name="return_once")],
                    },
                ),
            ]
        ),
    ]
