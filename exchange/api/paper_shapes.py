"""Shapes of the papers of commission trade; `docs/1c.md` names the documents of 1C that they become."""

from collections.abc import Mapping

from rest_framework import serializers


class HandedOrder(serializers.Serializer):
    order_id = serializers.IntegerField()
    number = serializers.CharField()


class HandedLine(serializers.Serializer):
    line_no = serializers.IntegerField()
    order_id = serializers.IntegerField()
    sku_id = serializers.IntegerField(allow_null=True)
    article = serializers.CharField()
    pieces = serializers.IntegerField()
    price = serializers.DecimalField(14, 2)
    transfer_price = serializers.DecimalField(14, 2, allow_null=True)


class HandedOver(serializers.Serializer):
    """A transfer of ordered goods to the commissioner."""

    id = serializers.IntegerField()
    guid = serializers.UUIDField()
    number = serializers.CharField()
    state = serializers.CharField()
    channel_id = serializers.IntegerField()
    agreement_id = serializers.IntegerField(allow_null=True)
    channel_warehouse = serializers.CharField()
    departure_date = serializers.DateField()
    closed_at = serializers.DateTimeField(allow_null=True)
    orders = HandedOrder(many=True)
    lines = HandedLine(many=True)


class SuppliedLine(serializers.Serializer):
    line_no = serializers.IntegerField()
    sku_id = serializers.IntegerField()
    planned = serializers.IntegerField()
    packed = serializers.IntegerField()
    accepted = serializers.IntegerField(allow_null=True)
    difference = serializers.CharField()
    note = serializers.CharField()
    transfer_price = serializers.DecimalField(14, 2, allow_null=True)


class Supplied(serializers.Serializer):
    """A transfer of goods to the commissioner's own warehouse."""

    id = serializers.IntegerField()
    guid = serializers.UUIDField()
    number = serializers.CharField()
    external_number = serializers.CharField()
    state = serializers.CharField()
    channel_id = serializers.IntegerField()
    agreement_id = serializers.IntegerField(allow_null=True)
    warehouse_id = serializers.IntegerField()
    channel_warehouse = serializers.CharField()
    destination = serializers.CharField()
    planned_on = serializers.DateField(allow_null=True)
    boxes = serializers.IntegerField()
    shipped_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)
    note = serializers.CharField()
    lines = SuppliedLine(many=True)


class PaperEntity(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField()
    inn = serializers.CharField()
    kpp = serializers.CharField(allow_null=True)


class Commissioner(serializers.Serializer):
    name = serializers.CharField()
    inn = serializers.CharField(allow_null=True)
    kpp = serializers.CharField(allow_null=True)


class Agreed(serializers.Serializer):
    """An agreement of commission; valid_to belongs to its time."""

    id = serializers.IntegerField()
    guid = serializers.UUIDField(allow_null=True)
    number = serializers.CharField()
    signed_on = serializers.DateField()
    legal_entity = PaperEntity()
    channel_id = serializers.IntegerField()
    commissioner = Commissioner()
    currency = serializers.CharField()
    price_type_id = serializers.IntegerField(allow_null=True)
    reward = serializers.CharField()
    fee_percent = serializers.DecimalField(5, 2, allow_null=True)
    tariff = serializers.CharField()
    fee_withheld = serializers.BooleanField()
    amount_vat = serializers.CharField()
    payment_days = serializers.IntegerField()
    terms = serializers.CharField()
    valid_from = serializers.DateField()
    valid_to = serializers.DateField(allow_null=True)


class ReportedTotals(serializers.Serializer):
    sold = serializers.DecimalField(16, 2)
    returned = serializers.DecimalField(16, 2)
    compensated = serializers.DecimalField(16, 2)
    written_off = serializers.DecimalField(16, 2)
    discount = serializers.DecimalField(16, 2)
    fee = serializers.DecimalField(16, 2)
    logistics = serializers.DecimalField(16, 2)
    storage = serializers.DecimalField(16, 2)
    ads = serializers.DecimalField(16, 2)
    other = serializers.DecimalField(16, 2)
    vat = serializers.DecimalField(16, 2)
    payable = serializers.DecimalField(16, 2)


class ReportedLine(serializers.Serializer):
    line_no = serializers.IntegerField()
    kind = serializers.CharField()
    sku_id = serializers.IntegerField(allow_null=True)
    order_id = serializers.IntegerField(allow_null=True)
    order_number = serializers.CharField()
    pieces = serializers.IntegerField()
    price = serializers.DecimalField(16, 2)
    amount = serializers.DecimalField(16, 2)
    discount = serializers.DecimalField(16, 2)
    fee = serializers.DecimalField(16, 2)
    fee_vat = serializers.DecimalField(16, 2)
    logistics = serializers.DecimalField(16, 2)
    storage = serializers.DecimalField(16, 2)
    ads = serializers.DecimalField(16, 2)
    other = serializers.DecimalField(16, 2)
    vat_code = serializers.CharField(allow_null=True)
    vat = serializers.DecimalField(16, 2)
    payable = serializers.DecimalField(16, 2)
    note = serializers.CharField()


class CommissionReport(serializers.Serializer):
    """A commissioner report that was accepted; a reversed one counts no more."""

    id = serializers.IntegerField()
    guid = serializers.UUIDField(allow_null=True)
    number = serializers.CharField()
    dated_on = serializers.DateField()
    period_from = serializers.DateField()
    period_to = serializers.DateField()
    agreement_id = serializers.IntegerField()
    currency = serializers.CharField()
    state = serializers.CharField()
    accepted_at = serializers.DateTimeField()
    reversed_at = serializers.DateTimeField(allow_null=True)
    reversed_because = serializers.CharField()
    corrects = serializers.IntegerField(allow_null=True)
    corrected_by = serializers.IntegerField(allow_null=True)
    totals = ReportedTotals()
    lines = ReportedLine(many=True)


class Paid(serializers.Serializer):
    """Money between the commissioner and us."""

    id = serializers.IntegerField()
    guid = serializers.UUIDField(allow_null=True)
    number = serializers.CharField()
    paid_on = serializers.DateField()
    legal_entity = PaperEntity()
    channel_id = serializers.IntegerField()
    direction = serializers.CharField()
    amount = serializers.DecimalField(16, 2)
    currency = serializers.CharField()
    note = serializers.CharField()
    state = serializers.CharField()


PAPERS: Mapping[str, type[serializers.Serializer]] = {
    "agreement": Agreed,
    "handover": HandedOver,
    "supply": Supplied,
    "report": CommissionReport,
    "payment": Paid,
}
