"""What tests of labels are made of."""

from io import BytesIO
from typing import Any

from django.utils import timezone
from PIL import Image

from catalog.models import Channel
from labels.models import PrinterProfile, PrintItem, Station
from labels.services.order_label import store_label
from merchants.models import Merchant
from orders.models import Order
from stock.models import Warehouse, WarehouseMerchant
from tests import make


def png() -> bytes:
    """A white sticker of 58×40."""
    out = BytesIO()
    Image.new("L", (580, 400), 255).save(out, "PNG")
    return out.getvalue()


def order(merchant: Merchant, number: str = "N-1", state: str = "packed", scheme: str = "fbs") -> Order:
    """An order on a channel of its own."""
    now = timezone.now()
    with make.within(merchant):
        found = Channel.objects.filter(merchant=merchant, marketplace="ozon").first()
        channel = found or Channel.objects.create(
            merchant=merchant, legal_entity=make.legal_entity(merchant), marketplace="ozon", name="Ozon"
        )
        return Order.objects.create(
            merchant=merchant,
            channel=channel,
            external_number=number,
            scheme=scheme,
            state=state,
            ordered_at=now,
            received_at=now,
            changed_at=now,
            total=100,
        )


def labelled(merchant: Merchant, number: str = "N-1", state: str = "packed", content: bytes = b"") -> Order:
    """An order whose sticker is here."""
    made = order(merchant, number, state)
    with make.within(merchant):
        store_label(
            merchant_id=merchant.pk,
            order_id=made.pk,
            content=content or png(),
            content_type="image/png",
            now=timezone.now(),
        )
    return made


def warehouse(merchant: Merchant) -> Warehouse:
    made = Warehouse.objects.create(name=f"Warehouse of stations of {merchant.pk}")
    with make.within(merchant):
        WarehouseMerchant.objects.create(merchant=merchant, warehouse=made)
    return made


def printer(merchant: Merchant, **fields: Any) -> PrinterProfile:
    place = fields.pop("warehouse", None) or warehouse(merchant)
    return PrinterProfile.objects.create(**{"warehouse": place, "name": "Zebra", **fields})


def station(merchant: Merchant, **fields: Any) -> Station:
    made = printer(merchant, **fields)
    return Station.objects.create(warehouse=made.warehouse, name="Table 1", printer=made)


@make.foreign("labels:order-sticker", "labels:order-panel", "labels:order-own")
def _order(merchant: Merchant) -> dict[str, Any]:
    return {"order_id": labelled(merchant).pk}


@make.foreign("labels:printer", "labels:printer-test", "labels:printer-test-zpl")
def _printer(merchant: Merchant) -> dict[str, Any]:
    return {"pk": printer(merchant).pk}


@make.foreign("labels:station")
def _station(merchant: Merchant) -> dict[str, Any]:
    return {"pk": station(merchant).pk}


@make.foreign("labels:print-failed")
def _item(merchant: Merchant) -> dict[str, Any]:
    from labels.models import LabelFile

    made = labelled(merchant)
    with make.within(merchant):
        label = LabelFile.objects.get(order=made)
        return {"pk": PrintItem.objects.create(merchant=merchant, label=label, created_at=timezone.now()).pk}


def agent_station(merchant: Merchant, **fields: Any) -> Station:
    """A station whose printer is fed by an agent."""
    return station(merchant, way="agent", **fields)


@make.foreign(
    "labels:agent", "labels:key-new", "labels:desk", "labels:desk-inside", "labels:desk-scan", "labels:station-test"
)
def _agent_station(merchant: Merchant) -> dict[str, Any]:
    return {"pk": agent_station(merchant).pk}


@make.foreign("labels:key-revoke")
def _key(merchant: Merchant) -> dict[str, Any]:
    from labels.services import station_key

    made = agent_station(merchant)
    key, _secret = station_key.make(station=made, person_id=make.person().pk, now=timezone.now())
    return {"pk": made.pk, "key_id": key.pk}
