import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

import merchants.models.legal_entity
import merchants.models.merchant
from backoffice.kernel.audit import Audit
from backoffice.kernel.rls import AppendOnly, Protect
from backoffice.kernel.tables import Tables

_IN_SCOPE = "merchant_id = ANY(nullif(current_setting('app.merchants', true), '')::int[])"
_OF_INSTALLATION = "merchant_id IS NULL AND current_setting('app.installation', true) = 'on'"

# Read by scope like every other table; written from anywhere, because a sign-in or a new merchant has no scope yet.
PROTECT_AUDIT = [
    "ALTER TABLE merchants_auditrecord ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE merchants_auditrecord FORCE ROW LEVEL SECURITY",
    f"CREATE POLICY tenant ON merchants_auditrecord USING ({_IN_SCOPE} OR ({_OF_INSTALLATION}))",
    "CREATE POLICY record ON merchants_auditrecord FOR INSERT WITH CHECK (true)",
]


class Migration(migrations.Migration):
    replaces = [("merchants", "0001_initial"), ("merchants", "0002_audit_by_statement")]

    initial = True

    dependencies = []

    operations = [
        Tables(
            [
                migrations.CreateModel(
                    name="Person",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("password", models.CharField(max_length=128, verbose_name="password")),
                        ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("changed_at", models.DateTimeField(auto_now=True)),
                        (
                            "login",
                            models.CharField(
                                max_length=64,
                                unique=True,
                                validators=[
                                    django.core.validators.RegexValidator(
                                        "\\A[a-z0-9][a-z0-9._-]{1,62}\\Z",
                                        "Two characters or more: small Latin letters, digits, dot, hyphen, underscore.",
                                    )
                                ],
                                verbose_name="login",
                            ),
                        ),
                        (
                            "email",
                            models.EmailField(
                                blank=True, max_length=254, null=True, unique=True, verbose_name="e-mail"
                            ),
                        ),
                        ("full_name", models.CharField(blank=True, max_length=200, verbose_name="full name")),
                        (
                            "language",
                            models.CharField(
                                choices=[("ru", "Русский"), ("en", "English")],
                                default="ru",
                                max_length=8,
                                verbose_name="language",
                            ),
                        ),
                        ("is_active", models.BooleanField(default=True, verbose_name="may sign in")),
                        (
                            "is_administrator",
                            models.BooleanField(default=False, verbose_name="administrator of the installation"),
                        ),
                        (
                            "all_merchants_role",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("owner", "owner"),
                                    ("manager", "manager"),
                                    ("lead", "warehouse lead"),
                                    ("picker", "picker"),
                                    ("accountant", "accountant"),
                                    ("viewer", "viewer"),
                                ],
                                help_text="For the operator's own staff: this role in all merchants, present and future.",
                                max_length=20,
                                verbose_name="role in every merchant",
                            ),
                        ),
                        (
                            "must_change_password",
                            models.BooleanField(default=False, verbose_name="must choose a password"),
                        ),
                    ],
                    options={
                        "verbose_name": "person",
                        "verbose_name_plural": "people",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("login", django.db.models.functions.text.Lower("login"))),
                                name="person_login_is_lower_case",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("email", None),
                                    ("email", django.db.models.functions.text.Lower("email")),
                                    _connector="OR",
                                ),
                                name="person_email_is_lower_case",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Merchant",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("changed_at", models.DateTimeField(auto_now=True)),
                        ("name", models.CharField(max_length=200, unique=True, verbose_name="name")),
                        (
                            "zone",
                            models.CharField(
                                default="Europe/Moscow",
                                max_length=64,
                                validators=[merchants.models.merchant.check_zone],
                                verbose_name="time zone",
                            ),
                        ),
                        (
                            "locale",
                            models.CharField(
                                choices=[("ru", "Русский"), ("en", "English")],
                                default="ru",
                                max_length=8,
                                verbose_name="language of documents",
                            ),
                        ),
                        (
                            "currency",
                            models.CharField(
                                choices=[
                                    ("RUB", "Russian rouble"),
                                    ("BYN", "Belarusian rouble"),
                                    ("KZT", "Kazakhstani tenge"),
                                ],
                                default="RUB",
                                max_length=3,
                                verbose_name="currency",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "merchant",
                        "verbose_name_plural": "merchants",
                    },
                ),
                migrations.CreateModel(
                    name="AuditRecord",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "at",
                            models.DateTimeField(
                                db_default=django.db.models.functions.datetime.Now(), verbose_name="when"
                            ),
                        ),
                        (
                            "change",
                            models.CharField(
                                choices=[
                                    ("insert", "made"),
                                    ("update", "changed"),
                                    ("delete", "removed"),
                                    ("event", "happened"),
                                ],
                                max_length=10,
                                verbose_name="action",
                            ),
                        ),
                        (
                            "subject",
                            models.CharField(
                                help_text="table, or the kind of event", max_length=63, verbose_name="subject"
                            ),
                        ),
                        ("object_id", models.BigIntegerField(null=True, verbose_name="object")),
                        ("before", models.JSONField(default=dict, verbose_name="before")),
                        ("after", models.JSONField(default=dict, verbose_name="after")),
                        (
                            "person",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "merchant",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="merchants.merchant",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "audit record",
                        "verbose_name_plural": "audit records",
                        "indexes": [
                            models.Index(fields=["merchant", "-at", "-id"], name="audit_by_merchant"),
                            models.Index(fields=["merchant", "subject", "object_id", "-id"], name="audit_by_object"),
                            models.Index(fields=["merchant", "person", "-id"], name="audit_by_person"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="LegalEntity",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("changed_at", models.DateTimeField(auto_now=True)),
                        ("name", models.CharField(max_length=300, verbose_name="name")),
                        (
                            "inn",
                            models.CharField(
                                max_length=12, validators=[merchants.models.legal_entity.check_inn], verbose_name="ИНН"
                            ),
                        ),
                        (
                            "kpp",
                            models.CharField(
                                blank=True,
                                max_length=9,
                                validators=[
                                    django.core.validators.RegexValidator(
                                        "\\A[0-9]{4}[0-9A-Z]{2}[0-9]{3}\\Z", "КПП is nine characters, like 770701001."
                                    )
                                ],
                                verbose_name="КПП",
                            ),
                        ),
                        (
                            "tax_system",
                            models.CharField(
                                choices=[
                                    ("general", "General (ОСН)"),
                                    ("simple_income", "Simplified, income (УСН 6%)"),
                                    ("simple_profit", "Simplified, income minus costs (УСН 15%)"),
                                    ("automated", "Automated simplified (АУСН)"),
                                    ("farm", "Agricultural (ЕСХН)"),
                                    ("patent", "Patent (ПСН)"),
                                    ("self_employed", "Self-employed (НПД)"),
                                ],
                                default="simple_income",
                                max_length=20,
                                verbose_name="tax system",
                            ),
                        ),
                        (
                            "vat_mode",
                            models.CharField(
                                choices=[
                                    ("none", "Without VAT"),
                                    ("general", "General rates, with deduction"),
                                    ("reduced_5", "5% without deduction"),
                                    ("reduced_7", "7% without deduction"),
                                ],
                                default="none",
                                max_length=20,
                                verbose_name="VAT",
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
                        "verbose_name": "legal entity",
                        "verbose_name_plural": "legal entities",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("merchant", "inn", "kpp"),
                                name="legal_entity_once",
                                violation_error_message="This merchant already has a legal entity with this ИНН and КПП.",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Membership",
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
                            "role",
                            models.CharField(
                                choices=[
                                    ("owner", "owner"),
                                    ("manager", "manager"),
                                    ("lead", "warehouse lead"),
                                    ("picker", "picker"),
                                    ("accountant", "accountant"),
                                    ("viewer", "viewer"),
                                ],
                                max_length=20,
                                verbose_name="role",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="memberships",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "merchant",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="memberships",
                                to="merchants.merchant",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "membership",
                        "verbose_name_plural": "memberships",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("person", "merchant"),
                                name="membership_once",
                                violation_error_message="This person already has a role in this merchant.",
                            )
                        ],
                    },
                ),
            ]
        ),
        migrations.RunSQL(PROTECT_AUDIT, migrations.RunSQL.noop),
        AppendOnly("merchants_auditrecord"),
        Protect("merchants_legalentity"),
        Audit("merchants_merchant", merchant="id"),
        Audit("merchants_legalentity"),
        Audit("merchants_membership"),
        Audit("merchants_person", merchant="", masked=["password", "email", "full_name"]),
    ]
