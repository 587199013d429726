"""Theirs → ours, item by item; shipments stand in `shipments`."""

from collections.abc import Iterable

from marketplaces import dto
from marketplaces.adapters.megamarket import codes, wire
from marketplaces.http.keys import key_of

BARCODES = (8, 12, 13, 14)


def listing(
    info: wire.CardInfo, about: wire.CardAttributes | None, faults: wire.CardFaults | None
) -> dto.RemoteListing:
    """This function will join what three calls say of a card; stock and price are written by the article."""
    values = {row.attributeId: row.values for row in about.masterAttributes} if about else {}
    names, barcodes = values.get(codes.NAME_ATTRIBUTE, []), values.get(codes.BARCODE_ATTRIBUTE, [])
    return dto.RemoteListing(
        offer_id=info.offerId,
        product_id=info.goodsId or key_of(info.offerId),
        stock_id=key_of(info.offerId),
        title=next((name for name in names if name), info.offerId),
        barcodes=[code for code in barcodes if code.isascii() and code.isdigit() and len(code) in BARCODES],
        sellable=info.status in codes.CARD_SELLABLE,
        complaints=list(_complaints(info, faults)),
        marks=None,
    )


def _complaints(info: wire.CardInfo, faults: wire.CardFaults | None) -> Iterable[str]:
    if info.status in codes.CARD_STATES:
        yield codes.CARD_STATES[info.status]
    for fault in (*faults.attributesErrors, *faults.exportError) if faults else ():
        text = fault.message or fault.description
        if text:
            yield f"{fault.attributeName}: {text}" if fault.attributeName else text


def remarks(saved: wire.Saved) -> dict[str, str]:
    """This function will give what they remark on single offers, by article: those were not taken."""
    return {row.offerId: row.warning for row in saved.warnings if row.offerId}
