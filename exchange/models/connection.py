"""Programs that may speak to us, and how."""

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from backoffice.kernel.models import OfMerchant, Stamped
from exchange.types import Acknowledge, Encoding, Field, Kind, MatchBy, NewGoods, Owner, RestsMean, Scope


def onec_owns_all() -> dict[str, str]:
    return dict.fromkeys(Field.values, Owner.ONEC.value)


def cml_scopes() -> list[str]:
    return [Scope.CATALOG_WRITE.value, Scope.ORDERS_READ.value, Scope.ORDERS_WRITE.value]


class Connection(OfMerchant, Stamped):
    """
    One other program: one 1C base, or one user of the REST API.

    login names the merchant (`1c-<merchant>-<random>`), so that the scope can be opened before the row is read.
    secret_hash: keyed hash of a secret that we made; the secret itself is shown once and kept nowhere.
    former_hash: the secret before, which works until former_until, so that a program may be given the new one at ease.
    networks: addresses or networks that may speak; empty: any.
    owners: field → whose word counts (`Field`, `Owner`).
    guard_*: a package that would empty, archive or jump more than this share of what is known waits for a person.
    orders_from: orders made before are not sent.  orders_seen: all changes before are acknowledged.
    """

    name = models.CharField(_("name"), max_length=100)
    kind = models.CharField(_("kind"), max_length=5, choices=Kind.choices, default=Kind.CML)
    login = models.CharField(_("user"), max_length=40, unique=True)
    secret_hash = models.CharField(max_length=64)
    secret_made_at = models.DateTimeField()
    former_hash = models.CharField(max_length=64, blank=True)
    former_until = models.DateTimeField(null=True)
    per_minute = models.PositiveIntegerField(
        _("requests a minute"), default=600, validators=[MinValueValidator(1), MaxValueValidator(60_000)]
    )
    scopes = ArrayField(models.CharField(max_length=30, choices=Scope.choices), default=cml_scopes)
    networks = ArrayField(
        models.CharField(max_length=50),
        default=list,
        blank=True,
        verbose_name=_("allowed addresses"),
        help_text=_("IP addresses or networks, separated by commas; empty: any."),
    )
    active = models.BooleanField(_("works"), default=True)

    owners = models.JSONField(default=onec_owns_all)
    new_goods = models.CharField(_("new goods"), max_length=10, choices=NewGoods.choices, default=NewGoods.CREATE)
    match_by = models.CharField(
        _("an article that is here already"), max_length=10, choices=MatchBy.choices, default=MatchBy.ASK
    )
    rests_mean = models.CharField(
        _("1C's quantity is"), max_length=10, choices=RestsMean.choices, default=RestsMean.ON_HAND
    )
    warehouse = models.ForeignKey(
        "stock.Warehouse",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("warehouse for rests without one"),
    )
    acknowledge = models.CharField(
        _("orders are taken"), max_length=12, choices=Acknowledge.choices, default=Acknowledge.NEXT_QUERY
    )
    encoding = models.CharField(
        _("letters of orders"), max_length=15, choices=Encoding.choices, default=Encoding.CP1251
    )
    orders_from = models.DateTimeField(_("send orders made since"))
    orders_seen = models.DateTimeField(null=True)
    guard_zero_percent = models.PositiveSmallIntegerField(
        _("ask when more than this share of articles would become empty, %"),
        default=30,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
    )
    guard_price_percent = models.PositiveSmallIntegerField(
        _("ask when more than this share of prices would change by half or more, %"),
        default=20,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
    )
    guard_archive_percent = models.PositiveSmallIntegerField(
        _("ask when more than this share of goods would be archived, %"),
        default=20,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["merchant", "name"], name="exchange_connection_name_once")]

    def __str__(self) -> str:
        return self.name

    def onec_owns(self, field: Field) -> bool:
        return bool(self.owners.get(field.value, Owner.ONEC) == Owner.ONEC)


class Use(OfMerchant):
    """When a connection last spoke, and from where; apart from its settings, whose every change is recorded."""

    connection = models.OneToOneField(Connection, on_delete=models.CASCADE, related_name="use")
    last_at = models.DateTimeField()
    address = models.CharField(max_length=50, blank=True)
    agent = models.CharField(max_length=200, blank=True)
