"""Shapes of the document: what each object holds.  Objects themselves are made by `exchange.selectors.objects`."""

from functools import cache

from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema_field
from rest_framework import serializers

from exchange.api.exact import Told
from exchange.api.paper_shapes import PAPERS
from exchange.api.stock_shapes import STOCK_PAPERS
from exchange.selectors.objects import KINDS

# Pairs, as the document of the API wants to name them.
OUTCOME_CHOICES = [(word, word) for word in ("created", "updated", "unchanged", "rejected")]
RESULT_CHOICES = [(word, word) for word in ("applied", "unchanged", "rejected")]
KIND_CHOICES = [(name, name) for name in KINDS]


class Problem(serializers.Serializer):
    code = serializers.CharField()
    message = serializers.CharField()
    field = serializers.CharField(allow_null=True)
    line = serializers.IntegerField(allow_null=True)


class Problems(serializers.Serializer):
    """What is wrong, for the event log of 1C."""

    code = serializers.CharField()
    message = serializers.CharField()
    # Serializers have an attribute of this name; the metaclass takes the field out of its way.
    errors = Problem(many=True)  # type: ignore[assignment]
    request_id = serializers.CharField()


class Category(serializers.Serializer):
    id = serializers.IntegerField()
    guid = serializers.UUIDField(allow_null=True)
    parent_id = serializers.IntegerField(allow_null=True)
    name = serializers.CharField()


class Pair(serializers.Serializer):
    name = serializers.CharField()
    value = serializers.CharField()


class Product(serializers.Serializer):
    id = serializers.IntegerField()
    guid = serializers.UUIDField(allow_null=True)
    name = serializers.CharField()
    category_id = serializers.IntegerField(allow_null=True)
    brand = serializers.CharField()
    description = serializers.CharField()
    attributes = Pair(many=True)
    vat = serializers.CharField(allow_null=True)
    archived = serializers.BooleanField()
    changed_at = serializers.DateTimeField()


class Component(serializers.Serializer):
    sku_id = serializers.IntegerField()
    pieces = serializers.IntegerField()


class Sku(serializers.Serializer):
    id = serializers.IntegerField()
    guid = serializers.UUIDField(allow_null=True)
    product_id = serializers.IntegerField()
    product_guid = serializers.UUIDField(allow_null=True)
    article = serializers.CharField()
    variant = serializers.CharField()
    length_mm = serializers.IntegerField(allow_null=True)
    width_mm = serializers.IntegerField(allow_null=True)
    height_mm = serializers.IntegerField(allow_null=True)
    weight_g = serializers.IntegerField(allow_null=True)
    min_price = serializers.DecimalField(14, 2, allow_null=True)
    is_kit = serializers.BooleanField()
    is_marked = serializers.BooleanField()
    archived = serializers.BooleanField()
    barcodes = serializers.ListField(child=serializers.CharField())
    components = Component(many=True)
    changed_at = serializers.DateTimeField()


class PriceType(serializers.Serializer):
    id = serializers.IntegerField()
    guid = serializers.UUIDField(allow_null=True)
    name = serializers.CharField()
    currency = serializers.CharField()


class Price(serializers.Serializer):
    id = serializers.IntegerField()
    price_type_id = serializers.IntegerField()
    sku_id = serializers.IntegerField()
    amount = serializers.DecimalField(14, 2)
    currency = serializers.CharField()
    changed_at = serializers.DateTimeField()


class LegalEntity(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField()
    inn = serializers.CharField()
    kpp = serializers.CharField(allow_null=True)


class Channel(serializers.Serializer):
    id = serializers.IntegerField()
    marketplace = serializers.CharField()
    name = serializers.CharField()
    state = serializers.CharField()
    legal_entity = LegalEntity()
    price_type_id = serializers.IntegerField(allow_null=True)


class Listing(serializers.Serializer):
    id = serializers.IntegerField()
    channel_id = serializers.IntegerField()
    sku_id = serializers.IntegerField(allow_null=True)
    article = serializers.CharField()
    product_external_id = serializers.CharField()
    stock_external_id = serializers.CharField()
    name = serializers.CharField()
    size = serializers.CharField()
    barcodes = serializers.ListField(child=serializers.CharField())
    pieces_per_pack = serializers.IntegerField()
    archived = serializers.BooleanField()
    published_price = serializers.DecimalField(14, 2, allow_null=True)
    currency = serializers.CharField()


class Warehouse(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField()
    kind = serializers.CharField()
    zone = serializers.CharField()
    address = serializers.CharField()


class Stock(serializers.Serializer):
    id = serializers.IntegerField()
    warehouse_id = serializers.IntegerField()
    sku_id = serializers.IntegerField()
    on_hand = serializers.IntegerField()
    reserved = serializers.IntegerField()
    free = serializers.IntegerField()


class Place(serializers.Serializer):
    warehouse_id = serializers.IntegerField()
    kind = serializers.CharField()
    address = serializers.CharField()


class Move(serializers.Serializer):
    id = serializers.IntegerField()
    sku_id = serializers.IntegerField()
    pieces = serializers.IntegerField()
    reason = serializers.CharField()
    reference = serializers.CharField()
    note = serializers.CharField()
    at = serializers.DateTimeField()
    to = Place()

    def get_fields(self) -> dict[str, serializers.Field]:
        # `from` is a word of Python.
        return {**super().get_fields(), "from": Place()}


class OrderLine(serializers.Serializer):
    line_no = serializers.IntegerField()
    sku_id = serializers.IntegerField(allow_null=True)
    article = serializers.CharField()
    name = serializers.CharField()
    pieces = serializers.IntegerField()
    price = serializers.DecimalField(14, 2)


class Order(serializers.Serializer):
    id = serializers.IntegerField()
    number = serializers.CharField()
    channel_id = serializers.IntegerField()
    warehouse = serializers.CharField()
    scheme = serializers.CharField()
    state = serializers.CharField()
    remote_status = serializers.CharField()
    final = serializers.BooleanField()
    currency = serializers.CharField()
    total = serializers.DecimalField(14, 2)
    ordered_at = serializers.DateTimeField()
    changed_at = serializers.DateTimeField()
    ship_by = serializers.DateTimeField(allow_null=True)
    handed_over_at = serializers.DateTimeField(allow_null=True)
    lines = OrderLine(many=True)


SHAPES: dict[str, type[serializers.Serializer]] = {
    "category": Category,
    "price_type": PriceType,
    "warehouse": Warehouse,
    "channel": Channel,
    "product": Product,
    "sku": Sku,
    "listing": Listing,
    "price": Price,
    "stock": Stock,
    "order": Order,
    "move": Move,
    **STOCK_PAPERS,
    **PAPERS,
}


def page_of(name: str) -> type[serializers.Serializer]:
    """A page of objects: `next` is asked as `after`, null at the end."""
    shape = SHAPES[name]
    fields = {"items": shape(many=True), "next": serializers.IntegerField(allow_null=True)}
    return type(f"{shape.__name__}Page", (serializers.Serializer,), fields)


_Any = PolymorphicProxySerializer(
    component_name="AnyObject", serializers=list(SHAPES.values()), resource_type_field_name=None
)


@extend_schema_field(_Any)
class AnyObject(serializers.JSONField):
    """One of the shapes above; null when it is deleted."""


class ChangedItem(serializers.Serializer):
    kind = serializers.ChoiceField(choices=KIND_CHOICES)
    id = serializers.IntegerField()
    deleted = serializers.BooleanField()
    data = AnyObject(allow_null=True)  # type: ignore[assignment]


class Changes(serializers.Serializer):
    """message_no 0: nothing to tell.  ready false: the first message is not made up yet, ask again."""

    message_no = serializers.IntegerField()
    received_no = serializers.IntegerField()
    ready = serializers.BooleanField()
    more = serializers.BooleanField()
    items = ChangedItem(many=True)


class Asked(Told):
    """Query of the changes."""

    node = serializers.RegexField(r"^[A-Za-z0-9_\-]{1,40}\Z", default="main")
    limit = serializers.IntegerField(min_value=1, max_value=1000, default=500)
    received_no = serializers.IntegerField(min_value=0, max_value=2**63 - 1, required=False)


class Result(Told):
    kind = serializers.ChoiceField(choices=KIND_CHOICES)
    id = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    status = serializers.ChoiceField(choices=RESULT_CHOICES)
    message = serializers.CharField(required=False, allow_null=True, allow_blank=True, max_length=500)


class Acknowledgement(Told):
    node = serializers.RegexField(r"^[A-Za-z0-9_\-]{1,40}\Z", default="main")
    message_no = serializers.IntegerField(min_value=0, max_value=2**63 - 1)
    results = serializers.ListField(child=Result(), required=False, allow_null=True, max_length=1000)


class Settled(serializers.Serializer):
    settled = serializers.IntegerField()


class Resend(Told):
    node = serializers.RegexField(r"^[A-Za-z0-9_\-]{1,40}\Z", default="main")
    kinds = serializers.ListField(child=serializers.ChoiceField(choices=KIND_CHOICES), required=False, allow_null=True)


class Owed(serializers.Serializer):
    owed = serializers.IntegerField()


class PageAsked(Told):
    after = serializers.IntegerField(min_value=0, max_value=2**63 - 1, default=0)
    limit = serializers.IntegerField(min_value=1, max_value=1000, default=100)


class ItemOutcome(serializers.Serializer):
    line = serializers.IntegerField()
    status = serializers.ChoiceField(choices=OUTCOME_CHOICES)
    id = serializers.IntegerField(allow_null=True)
    code = serializers.CharField(allow_null=True)
    field = serializers.CharField(allow_null=True)
    message = serializers.CharField(allow_null=True)


class Outcomes(serializers.Serializer):
    """One result for each item, in the order of the items; line counts from 1."""

    results = ItemOutcome(many=True)


@cache
def outdated(name: str) -> type[serializers.Serializer]:
    """A refusal because the object is another one by now; current: as it is, null: it is not there."""
    shape = SHAPES[name]
    return type(f"{shape.__name__}Outdated", (Problems,), {"current": shape(allow_null=True)})


REFUSALS = dict.fromkeys((400, 401, 403, 429), Problems)
NOT_FOUND = {404: Problems}
