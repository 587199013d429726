"""Orders and their lines."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Reverse
from django.utils.translation import gettext_lazy as _

from backoffice.kernel import lookups  # noqa: F401  registers the conditions
from backoffice.kernel.models import OfParent
from catalog.types import Scheme
from orders.types import Attention, CommitState, State


class Order(OfParent):
    """
    What becomes one parcel.

    external_number: the marketplace's number, unique in the channel.  remote_status, remote_substatus: verbatim.
    committed_at: when the marketplace was told, commit_state how that stands.  cargo: what must be equal in a handover.
    replaced_by a split: `parent` names the order that this one was split from.
    """

    channel = models.ForeignKey(
        "catalog.Channel", on_delete=models.PROTECT, db_index=False, db_constraint=False, related_name="+"
    )
    channel_warehouse = models.ForeignKey(
        "catalog.ChannelWarehouse",
        on_delete=models.PROTECT,
        null=True,
        db_index=False,
        db_constraint=False,
        related_name="+",
    )
    external_number = models.CharField(_("number"), max_length=60)
    # People type the beginning or the last digits; both are found by an index.
    number_reversed = models.GeneratedField(
        expression=Reverse("external_number"), output_field=models.CharField(max_length=60), db_persist=True
    )
    basket = models.CharField(max_length=60, blank=True)
    scheme = models.CharField(_("scheme"), max_length=10, choices=Scheme.choices)
    state = models.CharField(_("state"), max_length=20, choices=State.choices, default=State.NEW)
    remote_status = models.CharField(max_length=60, blank=True)
    remote_substatus = models.CharField(max_length=80, blank=True)
    ordered_at = models.DateTimeField(_("ordered"))
    received_at = models.DateTimeField(_("received"))
    changed_at = models.DateTimeField()
    ship_by = models.DateTimeField(_("ship by"), null=True)
    cargo = models.CharField(max_length=60, blank=True)
    barcode = models.CharField(max_length=80, blank=True)
    region = models.CharField(max_length=200, blank=True)
    is_business = models.BooleanField(default=False)
    total = models.DecimalField(_("total"), max_digits=14, decimal_places=2)
    currency = models.CharField(max_length=3, default="RUB")
    committed_at = models.DateTimeField(null=True)
    commit_state = models.CharField(max_length=10, choices=CommitState.choices, default=CommitState.NONE, blank=True)
    commit_text = models.CharField(max_length=500, blank=True)
    packed_at = models.DateTimeField(null=True)
    handed_over_at = models.DateTimeField(null=True)
    cancelled_by = models.CharField(max_length=20, blank=True)
    cancel_reason = models.CharField(
        max_length=200, blank=True, default="", db_default=""
    )  # as the marketplace says it
    return_reason = models.CharField(max_length=200, blank=True, default="", db_default="")  # likewise
    # Click & collect from our own shelf: until when it is kept, and the code by which it is given out, if it is ours.
    pickup_until = models.DateTimeField(null=True)
    pickup_code = models.CharField(max_length=12, blank=True, default="", db_default="")
    cancel_asked_at = models.DateTimeField(null=True)
    # What the buyer asks to cancel, as the marketplace names it; empty while nobody asks, and for the whole order.
    cancel_wish = ArrayField(models.CharField(max_length=60), default=list, db_default=[], blank=True)
    attention = ArrayField(models.CharField(max_length=30, choices=Attention.choices), default=list, blank=True)
    needs_attention = models.GeneratedField(
        expression=models.Q(attention__len__gt=0),  # type: ignore[arg-type]  # a condition is an expression
        output_field=models.BooleanField(),
        db_persist=True,
    )
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, db_index=False, related_name="children")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["merchant", "channel", "external_number"], name="order_once"),
            models.UniqueConstraint(fields=["merchant", "id"], name="order_of_merchant"),
        ]
        indexes = [
            models.Index(fields=["merchant", "-ordered_at", "-id"], name="order_by_time"),
            models.Index(fields=["merchant", "state", "ship_by", "id"], name="order_by_state"),
            models.Index(fields=["merchant", "state", "-ordered_at", "-id"], name="order_by_state_and_time"),
            models.Index(fields=["merchant", "changed_at", "id"], name="order_by_change"),
            models.Index(fields=["merchant", "external_number"], name="order_by_number"),
            models.Index(fields=["merchant", "number_reversed"], name="order_by_last_digits"),
            models.Index(
                fields=["merchant", "-ordered_at", "-id"],
                name="order_needs_attention",
                condition=models.Q(needs_attention=True),
            ),
            models.Index(
                fields=["merchant", "channel", "id"],
                name="order_open_by_channel",
                condition=~models.Q(state__in=["delivered", "cancelled", "returned"]),
            ),
            models.Index(
                fields=["merchant", "handed_over_at"],
                name="order_by_departure",
                condition=models.Q(handed_over_at__isnull=False),
            ),
            models.Index(
                fields=["merchant", "pickup_until"],
                name="order_to_be_fetched",
                condition=models.Q(state="ready_for_pickup", handed_over_at__isnull=True),
            ),
            models.Index(fields=["parent"], name="order_by_parent", condition=models.Q(parent__isnull=False)),
            models.Index(fields=["basket"], name="order_by_basket", condition=~models.Q(basket="")),
            models.Index(fields=["merchant", "barcode"], name="order_by_barcode", condition=~models.Q(barcode="")),
        ]

    def __str__(self) -> str:
        return self.external_number


class OrderLine(OfParent):
    """
    One line.  sku null: the listing is unknown or not matched.

    pieces: sold units there; sku_pieces: pieces of our SKU (packs multiplied); short_pieces: not reserved.
    estimated_fee: of the whole line, as the marketplace said it in the order; null: it said nothing.
    """

    order = models.ForeignKey(
        Order, on_delete=models.CASCADE, related_name="lines", db_index=False, db_constraint=False
    )
    position = models.PositiveSmallIntegerField()
    listing = models.ForeignKey(
        "catalog.Listing", on_delete=models.SET_NULL, null=True, db_index=False, db_constraint=False, related_name="+"
    )
    sku = models.ForeignKey(
        "catalog.Sku", on_delete=models.PROTECT, null=True, db_index=False, db_constraint=False, related_name="+"
    )
    external_id = models.CharField(max_length=60, blank=True)
    offer_id = models.CharField(max_length=200, blank=True)
    stock_external_id = models.CharField(max_length=60, blank=True)
    title = models.CharField(max_length=500, blank=True)
    pieces = models.PositiveIntegerField(_("pieces"))
    sku_pieces = models.PositiveIntegerField()
    short_pieces = models.PositiveIntegerField(default=0)
    cancelled_pieces = models.PositiveIntegerField(default=0)
    # Asked to be taken off the order, and not answered yet.
    giving_up_pieces = models.PositiveIntegerField(default=0, db_default=0)
    price = models.DecimalField(_("price"), max_digits=14, decimal_places=2)
    currency = models.CharField(max_length=3, default="RUB")
    marks = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    optional_marks = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    estimated_fee = models.DecimalField(max_digits=14, decimal_places=2, null=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["order", "position"], name="order_line_once"),
            models.CheckConstraint(condition=models.Q(pieces__gt=0), name="order_line_pieces_positive"),
        ]
        indexes = [
            models.Index(fields=["merchant", "sku", "-id"], name="order_line_by_sku"),
            models.Index(
                fields=["merchant", "stock_external_id"],
                name="order_line_unmatched",
                condition=models.Q(sku__isnull=True),
            ),
            models.Index(fields=["merchant"], name="order_line_short", condition=models.Q(short_pieces__gt=0)),
        ]
