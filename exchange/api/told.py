"""Bodies of requests that write.  A field that is absent erases nothing."""

from decimal import Decimal
from functools import cache
from typing import Any

from rest_framework import serializers

from exchange.api.exact import Day, Guid, Moment, Told
from floor.types import Condition
from settlements.types import AmountVat, Direction, Reward

_ID: dict[str, Any] = {"min_value": 1, "max_value": 2**63 - 1, "required": False, "allow_null": True}
_TEXT: dict[str, Any] = {"required": False, "allow_blank": True}
_GUID: dict[str, Any] = {"required": False, "allow_null": True}
# A warehouse holds fewer, and sums of these fit the ledger.
_MOST_PIECES = 1_000_000
_MOST = 1000

CONDITION_CHOICES = [(word, word) for word in Condition.values]
REWARD_CHOICES = [(word, word) for word in Reward.values]
AMOUNT_VAT_CHOICES = [(word, word) for word in AmountVat.values]
DIRECTION_CHOICES = [(word, word) for word in Direction.values]


class CategoryTold(Told):
    """A group; found by id or guid.  parent_guid null: it stands at the top."""

    id = serializers.IntegerField(**_ID)
    guid = Guid(**_GUID)
    name = serializers.CharField(required=False, max_length=200)
    parent_guid = Guid(**_GUID)


class PriceTypeTold(Told):
    """A kind of price; found by id or guid."""

    id = serializers.IntegerField(**_ID)
    guid = Guid(**_GUID)
    name = serializers.CharField(required=False, max_length=100)
    currency = serializers.RegexField(r"^[A-Z]{3}\Z", required=False)


class WarehouseTold(Told):
    """The GUID under which this program knows a warehouse: the one of `id`, or of that name, or a new one."""

    guid = Guid()
    id = serializers.IntegerField(**_ID)
    name = serializers.CharField(required=False, max_length=100)


class PairTold(Told):
    name = serializers.CharField(max_length=200)
    value = serializers.CharField(max_length=2000, allow_blank=True)


class ProductTold(Told):
    """A card; found by id or guid.  archived: the deletion mark, with all SKUs of the product."""

    id = serializers.IntegerField(**_ID)
    guid = Guid(**_GUID)
    name = serializers.CharField(required=False, max_length=500)
    category_guid = Guid(**_GUID)
    brand = serializers.CharField(max_length=200, **_TEXT)
    description = serializers.CharField(max_length=50_000, **_TEXT)
    attributes = serializers.ListField(child=PairTold(), required=False, max_length=200)
    vat = serializers.CharField(max_length=8, allow_null=True, **_TEXT)
    archived = serializers.BooleanField(required=False, allow_null=True)


class SkuTold(Told):
    """
    A SKU and its product, found by id or by the pair of GUIDs; a new one needs product_guid, article and name.

    guid null: the product's only SKU without characteristic.
    """

    id = serializers.IntegerField(**_ID)
    product_guid = Guid(**_GUID)
    guid = Guid(**_GUID)
    article = serializers.CharField(required=False, max_length=100)
    name = serializers.CharField(required=False, max_length=500)
    variant = serializers.CharField(max_length=200, **_TEXT)
    description = serializers.CharField(max_length=50_000, **_TEXT)
    brand = serializers.CharField(max_length=200, **_TEXT)
    category_guid = Guid(**_GUID)
    vat = serializers.CharField(max_length=8, allow_null=True, **_TEXT)
    weight_g = serializers.IntegerField(required=False, allow_null=True, min_value=0, max_value=2**31 - 1)
    archived = serializers.BooleanField(required=False, allow_null=True)
    barcodes = serializers.ListField(
        child=serializers.CharField(max_length=80), required=False, allow_null=True, max_length=50
    )


class NamesSku(Told):
    """Names a SKU by sku_id, or by its pair of GUIDs."""

    sku_id = serializers.IntegerField(**_ID)
    product_guid = Guid(**_GUID)
    guid = Guid(**_GUID)


class NamesWarehouse(Told):
    """Names a warehouse by warehouse_id, or by the GUID that `warehouses/bulk` tied to it."""

    warehouse_id = serializers.IntegerField(**_ID)
    warehouse_guid = Guid(**_GUID)


class BarcodeTold(NamesSku):
    """removed: the barcode means this SKU no more."""

    barcode = serializers.CharField(max_length=80)
    removed = serializers.BooleanField(default=False)


class PriceTold(NamesSku):
    price_type_id = serializers.IntegerField(**_ID)
    price_type_guid = Guid(**_GUID)
    amount = serializers.DecimalField(14, 2, min_value=Decimal(0))


class LevelTold(NamesWarehouse, NamesSku):
    """What lies in a warehouse by the count of the program."""

    pieces = serializers.IntegerField(min_value=0, max_value=_MOST_PIECES)
    reason = serializers.CharField(max_length=200, **_TEXT)


class DocumentLine(NamesSku):
    pieces = serializers.IntegerField(min_value=1, max_value=_MOST_PIECES)


class DocumentTold(NamesWarehouse):
    """A receipt or a write-off; told again it is brought to what it says now.  deleted: it is undone."""

    guid = serializers.UUIDField()
    number = serializers.CharField(max_length=60, **_TEXT)
    date = Moment(required=False, allow_null=True)
    note = serializers.CharField(max_length=300, **_TEXT)
    deleted = serializers.BooleanField(default=False)
    lines = serializers.ListField(child=DocumentLine(), max_length=_MOST)


class TransferTold(DocumentTold):
    """A transfer from the warehouse to another, named by to_warehouse_id or to_warehouse_guid."""

    to_warehouse_id = serializers.IntegerField(**_ID)
    to_warehouse_guid = Guid(**_GUID)


class Paper(Told):
    """A document of the program behind a payment or a shipment."""

    number = serializers.CharField(max_length=60, **_TEXT)
    date = Moment(required=False, allow_null=True)
    amount = serializers.DecimalField(14, 2, required=False, allow_null=True)


class OrderTold(Told):
    """
    What the program says of an order, named by id or number.

    cancelled: asked of the marketplace while the parcel is here.  lines: other quantities are shown to a person.
    """

    id = serializers.IntegerField(**_ID)
    number = serializers.CharField(required=False, max_length=100)
    own_number = serializers.CharField(max_length=60, **_TEXT)
    status = serializers.CharField(max_length=200, **_TEXT)
    cancelled = serializers.BooleanField(required=False)
    paid = Paper(required=False, allow_null=True)
    shipped = Paper(required=False, allow_null=True)
    lines = serializers.ListField(child=DocumentLine(), required=False, allow_null=True, max_length=_MOST)


class NewLine(NamesSku):
    """price absent: the channel's."""

    pieces = serializers.IntegerField(min_value=1, max_value=10_000)
    price = serializers.DecimalField(12, 2, min_value=Decimal(0), required=False, allow_null=True)


class Buyer(Told):
    """Sealed, seen by those alone who may see buyers, and forgotten in time."""

    name = serializers.CharField(max_length=200, **_TEXT)
    phone = serializers.CharField(max_length=40, **_TEXT)
    address = serializers.CharField(max_length=500, **_TEXT)
    comment = serializers.CharField(max_length=500, **_TEXT)


class NewOrder(Told):
    """An order for a channel that no marketplace speaks for."""

    channel_id = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    number = serializers.CharField(max_length=60)
    ordered_at = Moment(required=False, allow_null=True)
    ship_by = Moment(required=False, allow_null=True)
    buyer = Buyer(required=False, allow_null=True)
    lines = serializers.ListField(child=NewLine(), min_length=1, max_length=200)


class ReturnTold(NamesWarehouse, NamesSku):
    """Of this order, so many pieces in all are back in this condition: intact and opened are sold again."""

    id = serializers.IntegerField(**_ID)
    number = serializers.CharField(required=False, max_length=100)
    condition = serializers.ChoiceField(choices=CONDITION_CHOICES)
    pieces = serializers.IntegerField(min_value=0, max_value=1000)


class NamesEntity(Told):
    """Names a legal entity of ours by id, or by ИНН (and КПП); absent in a new paper: the channel's."""

    legal_entity_id = serializers.IntegerField(**_ID)
    legal_entity_inn = serializers.CharField(max_length=12, required=False)
    legal_entity_kpp = serializers.CharField(max_length=9, **_TEXT)


class CommissionerTold(Told):
    name = serializers.CharField(required=False, max_length=300)
    inn = serializers.CharField(max_length=12, allow_null=True, **_TEXT)
    kpp = serializers.CharField(max_length=9, allow_null=True, **_TEXT)


class AgreementTold(NamesEntity):
    """
    An agreement of commission; found by id or guid.

    A new one needs guid, number, signed_on, channel_id and the commissioner's name.  What accepted reports were judged
    by (legal entity, channel, currency, amount_vat, fee_withheld) is fixed once there are some.
    """

    id = serializers.IntegerField(**_ID)
    guid = Guid(required=False)
    number = serializers.CharField(required=False, max_length=60)
    signed_on = Day(required=False)
    channel_id = serializers.IntegerField(**{**_ID, "allow_null": False})
    commissioner = CommissionerTold(required=False)
    currency = serializers.RegexField(r"^[A-Z]{3}\Z", required=False)
    price_type_id = serializers.IntegerField(**_ID)
    price_type_guid = Guid(**_GUID)
    reward = serializers.ChoiceField(choices=REWARD_CHOICES, required=False)
    fee_percent = serializers.DecimalField(
        5, 2, min_value=Decimal(0), max_value=Decimal(100), required=False, allow_null=True
    )
    tariff = serializers.CharField(max_length=300, allow_null=True, **_TEXT)
    fee_withheld = serializers.BooleanField(required=False)
    amount_vat = serializers.ChoiceField(choices=AMOUNT_VAT_CHOICES, required=False)
    payment_days = serializers.IntegerField(required=False, min_value=0, max_value=365)
    terms = serializers.CharField(max_length=2000, allow_null=True, **_TEXT)
    valid_from = Day(required=False)
    valid_to = Day(required=False, allow_null=True)


class PaymentTold(NamesEntity):
    """
    Money between the commissioner and us; found by id or guid.  deleted: it is reversed.

    A new one needs guid, number, paid_on, channel_id and amount.  One that says something else than before is reversed
    and written anew, under a new id.
    """

    id = serializers.IntegerField(**_ID)
    guid = Guid(required=False)
    number = serializers.CharField(required=False, max_length=60)
    paid_on = Day(required=False)
    channel_id = serializers.IntegerField(**{**_ID, "allow_null": False})
    direction = serializers.ChoiceField(choices=DIRECTION_CHOICES, required=False)
    amount = serializers.DecimalField(16, 2, min_value=Decimal("0.01"), required=False)
    currency = serializers.RegexField(r"^[A-Z]{3}\Z", required=False)
    note = serializers.CharField(max_length=300, allow_null=True, **_TEXT)
    deleted = serializers.BooleanField(default=False)


@cache
def many(shape: type[Told]) -> type[Told]:
    """The body of a bulk request of these items."""
    items = serializers.ListField(child=shape(), min_length=1, max_length=_MOST)
    return type(f"{shape.__name__}Many", (Told,), {"items": items, "__doc__": ""})


@cache
def change_of(shape: type[Told], keys: tuple[str, ...]) -> type[Told]:
    """The body of a change of one object: the address has its keys."""
    fields: dict[str, object] = dict.fromkeys(keys)
    return type(shape.__name__.replace("Told", "Change"), (shape,), {**fields, "__doc__": ""})
