"""Shapes of the documents of stock; `docs/1c.md` names the documents of 1C that they become."""

from collections.abc import Mapping

from rest_framework import serializers


class CameBackPiece(serializers.Serializer):
    """A piece that came back, and in which condition."""

    id = serializers.IntegerField()
    order_id = serializers.IntegerField(allow_null=True)
    order_number = serializers.CharField(allow_null=True)
    channel_id = serializers.IntegerField(allow_null=True)
    warehouse_id = serializers.IntegerField()
    sku_id = serializers.IntegerField()
    pieces = serializers.IntegerField()
    condition = serializers.CharField()
    at = serializers.DateTimeField()


class KeptLine(serializers.Serializer):
    line_no = serializers.IntegerField()
    sku_id = serializers.IntegerField()
    pieces = serializers.IntegerField()


class Received(serializers.Serializer):
    """A receipt that a program keeps, as it was told last."""

    id = serializers.IntegerField()
    guid = serializers.UUIDField()
    number = serializers.CharField()
    date = serializers.DateTimeField()
    warehouse_id = serializers.IntegerField()
    note = serializers.CharField()
    deleted = serializers.BooleanField()
    lines = KeptLine(many=True)


class WrittenOff(Received):
    """A write-off that a program keeps, as it was told last."""


class Transferred(Received):
    """A transfer between own warehouses that a program keeps, as it was told last."""

    to_warehouse_id = serializers.IntegerField()


class DeliveredLine(KeptLine):
    """pieces: expected."""

    received = serializers.IntegerField()


class Delivery(serializers.Serializer):
    """What a supplier brings, and what of it was received on the floor."""

    id = serializers.IntegerField()
    number = serializers.CharField()
    supplier = serializers.CharField()
    warehouse_id = serializers.IntegerField()
    expected_on = serializers.DateField()
    state = serializers.CharField()
    closed_at = serializers.DateTimeField(allow_null=True)
    lines = DeliveredLine(many=True)


class CountedLine(serializers.Serializer):
    """difference: what was posted; above nothing: found."""

    line_no = serializers.IntegerField()
    sku_id = serializers.IntegerField()
    cell = serializers.CharField()
    counted = serializers.IntegerField()
    difference = serializers.IntegerField()


class Counted(serializers.Serializer):
    """A round of counting that changed stock."""

    id = serializers.IntegerField()
    warehouse_id = serializers.IntegerField()
    begun_at = serializers.DateTimeField()
    done_at = serializers.DateTimeField(allow_null=True)
    lines = CountedLine(many=True)


STOCK_PAPERS: Mapping[str, type[serializers.Serializer]] = {
    "return": CameBackPiece,
    "delivery": Delivery,
    "receipt": Received,
    "write_off": WrittenOff,
    "transfer": Transferred,
    "count": Counted,
}
