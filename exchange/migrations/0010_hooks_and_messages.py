import django.db.models.deletion
from django.db import migrations, models

from backoffice.kernel.audit import Audit
from backoffice.kernel.rls import Protect


def of_merchant() -> models.ForeignKey:
    return models.ForeignKey(
        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="merchants.merchant"
    )


class Migration(migrations.Migration):
    dependencies = [("exchange", "0009_right_to_send_reports")]

    operations = [
        migrations.CreateModel(
            name="Hook",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
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
                ("merchant", of_merchant()),
            ],
            options={"indexes": [models.Index(fields=["merchant"], name="exchange_hook_by_merchant")]},
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
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
                ("merchant", of_merchant()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["merchant", "hook", "-id"], name="exchange_delivery_log"),
                    models.Index(
                        condition=models.Q(("done_at", None)), fields=["hook", "id"], name="exchange_delivery_owed"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Incoming",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
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
                ("merchant", of_merchant()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("connection", "node", "number"), name="exchange_incoming_once")
                ],
                "indexes": [models.Index(fields=["merchant", "at"], name="exchange_incoming_by_time")],
            },
        ),
        Protect("exchange_incoming"),
        Protect("exchange_hook"),
        Protect("exchange_delivery"),
        Audit("exchange_hook", masked=["secret", "former_secret"]),
    ]
