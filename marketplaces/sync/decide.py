"""Pure: what came from a marketplace → what the domain takes in."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from catalog.types import ListingDraft, WarehouseDraft
from marketplaces import dto
from orders.types import LineDraft, OrderDraft, State, StatusDraft

ZERO = Decimal(0)
# As long as the columns of orders are: several shipments of an order may each add a word.
LONGEST_STATUS, LONGEST_SUBSTATUS = 60, 80


def order_drafts(orders: Iterable[dto.RemoteOrder]) -> list[OrderDraft]:
    """This function will turn orders into drafts, one per number (the last wins); technical parents are left out."""
    latest = {order.number: order for order in orders if not order.status.hidden}
    return [order_draft(order) for order in latest.values()]


def order_draft(order: dto.RemoteOrder) -> OrderDraft:
    """This function will turn one order into a draft; the buyer's data go apart."""
    buyer = order.buyer
    return OrderDraft(
        number=order.number,
        scheme=order.scheme.value,
        warehouse_external_id=order.warehouse_id,
        status=status_draft(order.status),
        ordered_at=order.ordered_at,
        lines=[_line(line) for line in order.lines],
        ship_by=order.ship_by,
        basket=order.basket,
        cargo=order.cargo,
        replaces=order.replaces,
        region=order.region,
        is_business=order.is_business,
        barcode=order.barcode,
        buyer={"name": buyer.name, "phone": buyer.phone, "address": buyer.address, "comment": buyer.comment}
        if buyer
        else None,
    )


def status_draft(status: dto.RemoteStatus) -> StatusDraft:
    """This function will turn a status into a draft; a stage unknown to us stays None."""
    return StatusDraft(
        status=status.status[:LONGEST_STATUS],
        substatus=status.substatus[:LONGEST_SUBSTATUS],
        state=State(status.stage.value) if status.stage else None,
        cancelled_by=status.actor.value if status.actor else "",
        cancel_reason=_cancel_reason(status) if status.stage is dto.Stage.CANCELLED else "",
        problem=status.problem,
        handed=status.handed,
        cancel_wanted=status.cancel_wanted,
    )


def _cancel_reason(status: dto.RemoteStatus) -> str:
    """A word of ours where there is one, else what the marketplace says."""
    return (status.reason or status.substatus)[:200] if status.why is None else status.why.value


def status_drafts(statuses: Iterable[dto.RemoteStatus]) -> dict[str, StatusDraft]:
    """This function will turn statuses into drafts by number; technical parents are left out."""
    return {status.number: status_draft(status) for status in statuses if not status.hidden}


def without_status(orders: Iterable[dto.RemoteOrder]) -> list[str]:
    """Numbers of the orders whose answer carried no status, to be asked for apart."""
    return [order.number for order in orders if not order.status.status]


def warehouse_drafts(warehouses: Iterable[dto.RemoteWarehouse]) -> list[WarehouseDraft]:
    """This function will turn the seller's warehouses into drafts; the marketplace's own are no place of ours."""
    return [
        WarehouseDraft(
            external_id=warehouse.external_id,
            name=warehouse.name,
            scheme=warehouse.scheme.value,
            active=warehouse.active,
            cargo_type=warehouse.cargo_type,
            label_format=warehouse.label_format,
        )
        for warehouse in warehouses
        if warehouse.ours
    ]


def listing_drafts(listings: Iterable[dto.RemoteListing]) -> list[ListingDraft]:
    """This function will turn cards into drafts, one per thing that has a stock of its own."""
    latest = {listing.stock_id: listing for listing in listings}
    return [
        ListingDraft(
            offer_id=listing.offer_id,
            product_external_id=listing.product_id,
            stock_external_id=listing.stock_id,
            title=listing.title[:500],
            size=listing.size[:100],
            barcodes=tuple(listing.barcodes),
            archived=listing.archived,
            sellable=listing.sellable,
            price=listing.price,
            currency=listing.currency,
            complaints=tuple(text[:1000] for text in listing.complaints),
            marks=None if listing.marks is None else tuple(mark.value for mark in listing.marks),
        )
        for listing in latest.values()
    ]


def drifted(*, pushed: int, held: int, sold: int) -> bool:
    """
    Whether what a marketplace holds cannot be what we pushed and it sold since.

    sold: pieces of orders since the push, at most; a marketplace lowers the stock by itself when it sells.
    """
    return not (pushed - sold <= held <= pushed)


def next_cursor(pages: Sequence[datetime | None], *, before: datetime | None) -> datetime | None:
    """Where a cursor stands after pages with these upper ends: never back."""
    known = [moment for moment in (*pages, before) if moment is not None]
    return max(known) if known else None


def _line(line: dto.RemoteLine) -> LineDraft:
    return LineDraft(
        external_id=line.external_id,
        offer_id=line.offer_id,
        stock_external_id=line.stock_id,
        title=line.title,
        pieces=line.pieces,
        price=line.price,
        currency=line.currency,
        marks=None if line.marks is None else tuple(mark.value for mark in line.marks),
        optional_marks=tuple(mark.value for mark in line.optional_marks),
        estimated_fee=line.fee,
    )


def by_number(orders: Iterable[dto.RemoteOrder]) -> Mapping[str, dto.RemoteOrder]:
    """Orders by their number, the last of each."""
    return {order.number: order for order in orders}
