"""Stickers of parcels, as files and as what must stand on them."""

from collections.abc import Sequence
from dataclasses import dataclass

from marketplaces.dto.pages import Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteLabel:
    """
    A sticker as the marketplace made it.  barcode: what a scanner reads on it; parts: text printed large.

    boxes: what it reads on the sticker of each box, in the order of the pages, where the order has several.
    """

    number: str
    content: bytes
    content_type: str  # application/pdf, image/png, image/svg+xml, text/html
    barcode: str = ""
    part_a: str = ""
    part_b: str = ""
    boxes: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """Stickers that are ready, orders whose stickers are still being made, and refusals."""

    ready: Sequence[RemoteLabel] = ()
    pending: Sequence[str] = ()
    refused: Sequence[Refused] = ()
    token: str = ""  # to go on asking for the pending ones


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelData:
    """
    What must stand on the sticker of one box.

    barcode: what is scanned; place: "2/3"; parcel_number: how the carrier calls it; ship_on: a day as they write it.
    """

    number: str
    box_id: str
    barcode: str
    place: str = ""
    parcel_number: str = ""
    recipient: str = ""
    address: str = ""
    carrier: str = ""
    carrier_id: str = ""
    supplier: str = ""
    ship_on: str = ""
