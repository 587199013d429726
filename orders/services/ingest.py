"""Orders arrive: in bulk, once each, whatever is missing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.conf import settings
from django.db import connection, transaction

from backoffice.kernel import events as bus
from backoffice.kernel import live, seal
from backoffice.kernel.bulk import copy_to_temp
from catalog.selectors import listing as listings
from catalog.selectors.ship_by import ship_by_dates
from orders import locks
from orders.events import CommittedElsewhere, OrdersReceived
from orders.models import BuyerData, Order
from orders.services import cure, divide, estimates, remote
from orders.types import (
    BEFORE_HANDOVER,
    Attention,
    CommitState,
    EventKind,
    LineDraft,
    OrderDraft,
    State,
)
from stock.services.reserve import lock_ahead, reserve
from stock.types import Wanted

_NOBODYS = listings.Goods(listing_id=None, sku_id=None, pieces_per_pack=1)  # what no listing of ours sells
_NONE = "{}"  # an empty array in the words of COPY: adapting a list costs more than the rest of the row


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """
    new: number → id of orders stored now; known: numbers that were there before and took a status; changed: those of
    them whose status was another one.
    """

    new: Mapping[str, int]
    known: Sequence[str]
    changed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stored:
    """An order stored now.  lines: (line id, SKU id if known, pieces of the SKU) by position; here: it has not left."""

    draft: OrderDraft
    order_id: int
    channel_warehouse_id: int | None
    here: bool
    lines: Sequence[tuple[int, int | None, int]]


@transaction.atomic
def take_in(*, merchant_id: int, channel_id: int, drafts: Sequence[OrderDraft], now: datetime) -> Taken:
    """
    Store the orders that are new, with lines, reservations and timeline, and pass statuses to those that are known.

    Set-based: the number of statements does not grow with the orders.  A remote order is a fact: it is stored even when
    its SKU, warehouse or status is unknown or stock is short; then it stands in the attention queue with the reason.
    Repeated and concurrent calls store an order once.
    """
    by_number = {draft.number: draft for draft in drafts}
    place = listings.places(channel_id=channel_id)
    _copy_orders(list(by_number.values()), place.warehouses, now)
    new = _insert_orders(merchant_id, channel_id, now)
    known = {number: draft.status for number, draft in by_number.items() if number not in new}
    if new:
        drafts = [by_number[number] for number in new]
        found = listings.by_external(
            channel_id=channel_id,
            stock_ids={line.stock_external_id for draft in drafts for line in draft.lines},
            offer_ids={line.offer_id for draft in drafts for line in draft.lines},
        )
        fresh = _insert_lines(merchant_id, drafts, new, found, place.warehouses)
        wanted = _wanted(fresh)
        _lock_older(merchant_id, channel_id, by_number, fresh, wanted)
        packed = _replace_parents(merchant_id, channel_id, drafts, new, now)
        short = _reserve(merchant_id, [line for line in wanted if line.order_id not in packed], now)
        _flag(fresh, short)
        _seal_buyers(merchant_id, drafts, new, now)
        bus.publish(
            OrdersReceived(merchant_id=merchant_id, channel_id=channel_id, order_ids=tuple(new.values()), at=now)
        )
        _tell_of_committed([order for order in fresh if order.order_id not in packed], merchant_id, now)
        live.touch("orders", merchant_id)
    changed: frozenset[str] = frozenset()
    if known:
        changed = remote.apply_statuses(merchant_id=merchant_id, channel_id=channel_id, statuses=known, now=now)
        estimates.tell(channel_id=channel_id, drafts=[by_number[number] for number in known], now=now)
        told = {number: by_number[number].warehouse_external_id for number in known}
        placed = {number: place.warehouses[told[number]] for number in known if told[number] in place.warehouses}
        cure.place_orders(merchant_id=merchant_id, channel_id=channel_id, told=placed, now=now)
    return Taken(new=new, known=tuple(known), changed=changed)


def first_state(draft: OrderDraft) -> State:
    """
    Where an order begins with us.

    Whoever packed it over there, it is still to be picked here: nothing is taken as picked that nobody scanned.
    """
    told = draft.status.state
    if told is None or told == State.NEW:
        return State.NEW
    return State.CONFIRMED if told in BEFORE_HANDOVER else told


def _tell_of_committed(stored: Sequence[_Stored], merchant_id: int, now: datetime) -> None:
    """Orders that were in work over there before we heard of them want a handover and a sticker like any other."""
    ids = tuple(order.order_id for order in stored if first_state(order.draft) == State.CONFIRMED)
    if ids:
        bus.publish(CommittedElsewhere(merchant_id=merchant_id, order_ids=ids, at=now))


def _copy_orders(drafts: Sequence[OrderDraft], warehouses: Mapping[str, int], now: datetime) -> None:
    ship_by = ship_by_dates(
        [
            (warehouses[draft.warehouse_external_id], draft.ordered_at)
            for draft in drafts
            if draft.ship_by is None and draft.warehouse_external_id in warehouses
        ]
    )
    copy_to_temp(
        "arriving",
        [
            ("external_number", "text"),
            ("channel_warehouse_id", "bigint"),
            ("basket", "text"),
            ("scheme", "text"),
            ("state", "text"),
            ("remote_status", "text"),
            ("remote_substatus", "text"),
            ("ordered_at", "timestamptz"),
            ("ship_by", "timestamptz"),
            ("cargo", "text"),
            ("barcode", "text"),
            ("region", "text"),
            ("is_business", "bool"),
            ("total", "numeric"),
            ("currency", "text"),
            ("commit_state", "text"),
            ("cancelled_by", "text"),
            ("cancel_reason", "text"),
        ],
        [_order_row(draft, warehouses.get(draft.warehouse_external_id), ship_by) for draft in drafts],
        joined=False,
    )


def _order_row(
    draft: OrderDraft, channel_warehouse_id: int | None, ship_by: Mapping[tuple[int, datetime], datetime]
) -> tuple[object, ...]:
    state = first_state(draft)
    due = draft.ship_by
    if due is None and channel_warehouse_id is not None:
        due = ship_by.get((channel_warehouse_id, draft.ordered_at))
    return (
        draft.number,
        channel_warehouse_id,
        draft.basket,
        draft.scheme,
        state.value,
        draft.status.status,
        draft.status.substatus,
        draft.ordered_at,
        due,
        draft.cargo,
        draft.barcode,
        draft.region[:200],
        draft.is_business,
        sum((line.price * line.pieces for line in draft.lines), Decimal(0)),
        draft.lines[0].currency if draft.lines else "RUB",
        (CommitState.NONE if state == State.NEW else CommitState.DONE).value,
        draft.status.cancelled_by,
        draft.status.cancel_reason,
    )


def _insert_orders(merchant_id: int, channel_id: int, now: datetime) -> dict[str, int]:
    """Store the orders that are not there yet, and their arrival; gives their ids by number."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH fresh AS (
                INSERT INTO orders_order (
                    merchant_id, channel_id, channel_warehouse_id, external_number, basket, scheme, state,
                    remote_status, remote_substatus, ordered_at, received_at, changed_at, ship_by, cargo, barcode,
                    region, is_business, total, currency, commit_state, commit_text, cancelled_by,
                    cancel_reason, attention)
                SELECT %(merchant)s, %(channel)s, channel_warehouse_id, external_number, basket, scheme, state,
                    remote_status, remote_substatus, ordered_at, %(now)s, %(now)s, ship_by, cargo, barcode,
                    region, is_business, total, currency, commit_state, '', cancelled_by,
                    cancel_reason, '{}'
                FROM arriving ORDER BY ordered_at, external_number
                ON CONFLICT (merchant_id, channel_id, external_number) DO NOTHING
                RETURNING id, external_number, state, remote_status
            ), told AS (
                INSERT INTO orders_orderevent (merchant_id, order_id, at, kind, was, became, text, data, actor)
                SELECT %(merchant)s, id, %(now)s, %(kind)s, '', state, remote_status, '{}', 'marketplace' FROM fresh
            )
            SELECT external_number, id FROM fresh
            """,
            {"merchant": merchant_id, "channel": channel_id, "now": now, "kind": EventKind.RECEIVED},
        )
        return dict(cursor.fetchall())


def _insert_lines(
    merchant_id: int,
    drafts: Sequence[OrderDraft],
    new: Mapping[str, int],
    found: listings.Found,
    warehouses: Mapping[str, int],
) -> list[_Stored]:
    """Store the lines of new orders, under ids taken beforehand so that nothing has to be read back."""
    ids = iter(_line_ids(sum(len(draft.lines) for draft in drafts)))
    rows, stored = [], []
    for draft in drafts:
        order_id, lines = new[draft.number], []
        for position, line in enumerate(draft.lines):
            goods = found.find(stock_id=line.stock_external_id, offer_id=line.offer_id) or _NOBODYS
            pieces = line.pieces * goods.pieces_per_pack
            line_id = next(ids)
            rows.append(_line_row(line_id, order_id, position, line, goods, pieces))
            lines.append((line_id, goods.sku_id, pieces))
        stored.append(
            _Stored(
                draft=draft,
                order_id=order_id,
                channel_warehouse_id=warehouses.get(draft.warehouse_external_id),
                here=first_state(draft) in BEFORE_HANDOVER,
                lines=lines,
            )
        )
    copy_to_temp(
        "arriving_line",
        [
            ("id", "bigint"),
            ("order_id", "bigint"),
            ("position", "smallint"),
            ("listing_id", "bigint"),
            ("sku_id", "bigint"),
            ("external_id", "text"),
            ("offer_id", "text"),
            ("stock_external_id", "text"),
            ("title", "text"),
            ("pieces", "int"),
            ("sku_pieces", "int"),
            ("price", "numeric"),
            ("currency", "text"),
            ("marks", "text[]"),
            ("optional_marks", "text[]"),
            ("estimated_fee", "numeric"),
        ],
        rows,
        joined=False,
    )
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO orders_orderline (
                merchant_id, id, order_id, position, listing_id, sku_id, external_id, offer_id, stock_external_id,
                title, pieces, sku_pieces, short_pieces, cancelled_pieces, price, currency, marks, optional_marks,
                estimated_fee)
            SELECT %s, id, order_id, position, listing_id, sku_id, external_id, offer_id, stock_external_id,
                title, pieces, sku_pieces, 0, 0, price, currency, marks, optional_marks,
                estimated_fee
            FROM arriving_line
            """,
            [merchant_id],
        )
    return stored


def _line_ids(count: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            # The name is looked up once, not for every id.
            "SELECT nextval((SELECT pg_get_serial_sequence('orders_orderline', 'id'))::regclass)"
            " FROM generate_series(1, %s)",
            [count],
        )
        return [pk for (pk,) in cursor.fetchall()]


def _line_row(
    line_id: int, order_id: int, position: int, line: LineDraft, goods: listings.Goods, sku_pieces: int
) -> tuple[object, ...]:
    return (
        line_id,
        order_id,
        position,
        goods.listing_id,
        goods.sku_id,
        line.external_id,
        line.offer_id,
        line.stock_external_id,
        line.title[:500],
        line.pieces,
        sku_pieces,
        line.price,
        line.currency,
        list(goods.marks if line.marks is None else line.marks) or _NONE,
        list(line.optional_marks) or _NONE,
        line.estimated_fee,
    )


def _wanted(stored: Sequence[_Stored]) -> list[Wanted]:
    """What is to be reserved for orders whose goods are still here, the oldest first."""
    return [
        Wanted(
            order_id=order.order_id,
            line_id=line_id,
            sku_id=sku_id,
            pieces=pieces,
            channel_warehouse_id=order.channel_warehouse_id,
        )
        for order in sorted(stored, key=lambda order: (order.draft.ordered_at, order.draft.number))
        if order.here and order.channel_warehouse_id is not None
        for line_id, sku_id, pieces in order.lines
        if sku_id is not None
    ]


def _lock_older(
    merchant_id: int,
    channel_id: int,
    by_number: Mapping[str, OrderDraft],
    fresh: Sequence[_Stored],
    wanted: Sequence[Wanted],
) -> None:
    """
    Lock the orders of which a page with new ones speaks, too: known ones, and those that new ones are parts of.

    Orders before stock, as everywhere: who scans a piece of one holds it when coming for the stock.  And stock once:
    what they let go is locked along with what the new ones want.
    """
    new = {order.draft.number for order in fresh}
    parents = {order.draft.replaces for order in fresh if order.draft.replaces} - new
    going = [
        order.pk
        for order in locks.orders_by_number(channel_id=channel_id, numbers=parents | (by_number.keys() - new))
        if order.external_number in parents or first_state(by_number[order.external_number]) not in BEFORE_HANDOVER
    ]
    if going:
        lock_ahead(merchant_id=merchant_id, order_ids=going, wanted=wanted)


def _reserve(merchant_id: int, wanted: Sequence[Wanted], now: datetime) -> Mapping[int, int]:
    """Reserve what is wanted, and write down what is not to be had; returns line id → short pieces."""
    short = reserve(merchant_id=merchant_id, wanted=wanted, now=now).short
    if short:
        _write_shortages(merchant_id, short, now)
    return short


def _write_shortages(merchant_id: int, short: Mapping[int, int], now: datetime) -> None:
    """Say on the lines and on the timelines of their orders what could not be reserved."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH lacking AS (
                UPDATE orders_orderline SET short_pieces = short.pieces
                FROM unnest(%s::bigint[], %s::int[]) AS short(line_id, pieces) WHERE id = short.line_id
                RETURNING id, order_id, position, title, short_pieces, sku_pieces
            )
            INSERT INTO orders_orderevent (merchant_id, order_id, at, kind, was, became, text, data, actor)
            SELECT %s, order_id, %s, %s, '', '', title,
                   jsonb_build_object('line', id, 'short', short_pieces, 'wanted', sku_pieces), 'stock'
            FROM lacking ORDER BY order_id, position
            """,
            [list(short), list(short.values()), merchant_id, now, EventKind.SHORT],
        )


def _flag(stored: Sequence[_Stored], short: Mapping[int, int]) -> None:
    """Give orders the reasons for which a person must look at them."""
    flagged = [(order.order_id, reasons) for order in stored if (reasons := _reasons(order, short))]
    if flagged:
        with connection.cursor() as cursor:
            cursor.execute(
                """
                UPDATE orders_order SET attention = string_to_array(flagged.reasons, ',')
                FROM unnest(%s::bigint[], %s::text[]) AS flagged(order_id, reasons) WHERE id = flagged.order_id
                """,
                [[order_id for order_id, _ in flagged], [",".join(reasons) for _, reasons in flagged]],
            )


def _reasons(order: _Stored, short: Mapping[int, int]) -> list[str]:
    status = order.draft.status
    found = []
    if order.here and any(sku_id is None for _, sku_id, _ in order.lines):
        found.append(Attention.UNKNOWN_SKU.value)
    if short and any(line_id in short for line_id, *_ in order.lines):
        found.append(Attention.SHORT.value)
    if order.here and order.channel_warehouse_id is None:
        found.append(Attention.UNKNOWN_WAREHOUSE.value)
    if status.state is None and status.status:
        found.append(Attention.UNKNOWN_STATUS.value)
    if status.problem:
        found.append(Attention.PROBLEM.value)
    if status.cancel_wanted:
        found.append(Attention.CANCEL_WANTED.value)
    return found


def _replace_parents(
    merchant_id: int, channel_id: int, drafts: Sequence[OrderDraft], new: Mapping[str, int], now: datetime
) -> frozenset[int]:
    """
    Parts of orders split over there take over what is packed of them; other orders give what they hold back to be
    reserved by their parts, and are closed.  Returns the ids of parts that are packed.
    """
    parents = {draft.number: draft.replaces for draft in drafts if draft.replaces and draft.replaces != draft.number}
    if not parents:
        return frozenset()
    taken = divide.take_over(
        merchant_id=merchant_id,
        channel_id=channel_id,
        parts={new[number]: parent for number, parent in parents.items()},
        now=now,
    )
    apart = {number: parent for number, parent in parents.items() if new[number] not in taken.parts}
    closed = remote.replace_by_parts(
        merchant_id=merchant_id, channel_id=channel_id, numbers={*apart.values(), *taken.emptied}, now=now
    )
    parts = [Order(pk=new[number], parent_id=closed[parent]) for number, parent in apart.items() if parent in closed]
    Order.objects.bulk_update(parts, ["parent"])
    return taken.parts


def _seal_buyers(merchant_id: int, drafts: Sequence[OrderDraft], new: Mapping[str, int], now: datetime) -> None:
    expires_at = now + timedelta(days=settings.BUYER_DATA_DAYS)
    BuyerData.objects.bulk_create(
        [
            BuyerData(
                merchant_id=merchant_id,
                order_id=new[draft.number],
                sealed=seal.seal(dict(draft.buyer)),
                expires_at=expires_at,
            )
            for draft in drafts
            if draft.buyer and any(draft.buyer.values())
        ],
        batch_size=1000,
    )
