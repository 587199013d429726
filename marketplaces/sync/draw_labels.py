"""Stickers that the marketplace does not give as a file, drawn from the data it gives for that."""

from collections.abc import Sequence

from labels.errors import Unprintable
from labels.render.sticker import BoxSticker
from labels.services import box_stickers
from marketplaces import dto
from marketplaces.errors import RemoteError
from marketplaces.ports import Can
from marketplaces.sync.drain import Drain
from marketplaces.sync.outbox import Told
from orders.selectors import outbound


def drawn(drain: Drain, command: Told) -> dto.RemoteLabel | None:
    """
    This function will draw the stickers of an order's boxes at its channel warehouse's format.

    None: the marketplace gives no data for it either; then what it said of the file stands.
    """
    if Can.LABEL_DATA not in drain.adapter.can:
        return None
    with drain.scope():
        parcel = next(iter(outbound.parcels(order_ids=[command.order_id])), None)
    try:
        boxes = drain.adapter.label_data(command.number) if parcel else ()
        content = box_stickers.drawn(stickers(boxes), roll=parcel.label_format) if parcel and boxes else b""
    except (RemoteError, Unprintable):
        return None
    if not content:
        return None
    return dto.RemoteLabel(
        number=command.number,
        content=content,
        content_type="application/pdf",
        barcode=boxes[0].barcode,
        boxes=[box.barcode for box in boxes] if len(boxes) > 1 else (),
    )


def stickers(boxes: Sequence[dto.LabelData]) -> list[BoxSticker]:
    """This function will say what stands on each box."""
    return [
        BoxSticker(
            code=box.barcode or box.parcel_number or box.number,
            parcel=box.parcel_number or box.number,
            place=box.place,
            carrier=box.carrier,
            ship_on=box.ship_on,
            recipient=box.recipient,
            address=box.address,
            supplier=box.supplier,
        )
        for box in boxes
    ]
