"""Facts of the domain → what we owe, written in the fact's own transaction; a drain is kicked when it commits."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from backoffice.kernel import live
from backoffice.kernel.events import subscribe
from catalog.events import ChannelChanged, ListingsMatched, PriceChanged, WarehousesSeen
from marketplaces import registry, tasks
from marketplaces.ports import Can
from marketplaces.selectors import due
from marketplaces.sync import by_hand, commands, debts
from orders.events import (
    BoxesChanged,
    CancelAsked,
    CancelWishAnswered,
    CommittedElsewhere,
    MarksCaptured,
    OrderDivided,
    OrdersCancelled,
    OrdersCommitted,
    OrdersHandedOver,
    OrdersReceived,
    PiecesGivenUp,
    ProgressReported,
    ShortagesFilled,
)
from orders.selectors import outbound
from orders.services import give_up
from orders.types import State
from shipping.events import HandoverClosing, HandoverOpened, OrdersMoved
from stock.events import AvailabilityChanged, SharingChanged


def register() -> None:
    """Subscribe to everything that makes us owe something; called once, when the app is ready."""
    subscribe(AvailabilityChanged, owe_stock)
    subscribe(SharingChanged, owe_shared)
    subscribe(WarehousesSeen, owe_seen)
    subscribe(PriceChanged, owe_prices)
    subscribe(ListingsMatched, owe_matched)
    subscribe(ChannelChanged, look_at_channel)
    subscribe(OrdersReceived, owe_confirmations)
    subscribe(ShortagesFilled, owe_late_confirmations)
    subscribe(OrdersCommitted, owe_commits)
    subscribe(BoxesChanged, owe_boxes)
    subscribe(CommittedElsewhere, owe_stickers_of_found)
    subscribe(OrderDivided, owe_stickers)
    subscribe(OrdersCancelled, drop_commands)
    subscribe(CancelAsked, owe_cancel)
    subscribe(PiecesGivenUp, owe_fewer_pieces)
    subscribe(MarksCaptured, owe_marks)
    subscribe(CancelWishAnswered, owe_answer)
    subscribe(ProgressReported, owe_progress)
    subscribe(OrdersHandedOver, owe_departure)
    subscribe(HandoverOpened, owe_opening)
    subscribe(OrdersMoved, owe_moves)
    subscribe(HandoverClosing, owe_closing)


def owe_stock(fact: AvailabilityChanged) -> None:
    """Offer what is free of these SKUs anew, wherever they are listed."""
    live.touch("feeds", fact.merchant_id)
    _kick(
        fact.merchant_id,
        debts.owe_stock(merchant_id=fact.merchant_id, sku_ids=fact.sku_ids, now=fact.at),
        "stock",
    )


def owe_shared(fact: SharingChanged) -> None:
    """Offer everything in these channel warehouses anew."""
    _owe_warehouses(fact.merchant_id, fact.channel_warehouse_ids, now=fact.at)


def owe_seen(fact: WarehousesSeen) -> None:
    """Offer everything in channel warehouses that appeared or came back."""
    _owe_warehouses(fact.merchant_id, fact.channel_warehouse_ids, now=fact.at)


def owe_prices(fact: PriceChanged) -> None:
    """Publish the prices of these SKUs anew."""
    live.touch("feeds", fact.merchant_id)
    _kick(
        fact.merchant_id,
        debts.owe_price(merchant_id=fact.merchant_id, sku_ids=fact.sku_ids, now=fact.at),
        "price",
    )


def owe_matched(fact: ListingsMatched) -> None:
    """Publish stock and price of listings that found their SKU."""
    ids = fact.listing_ids
    _kick(fact.merchant_id, debts.owe_stock(merchant_id=fact.merchant_id, listing_ids=ids, now=fact.at), "stock")
    _kick(fact.merchant_id, debts.owe_price(merchant_id=fact.merchant_id, listing_ids=ids, now=fact.at), "price")


def look_at_channel(fact: ChannelChanged) -> None:
    """A channel that was resumed is drained at once; a paused one refuses by itself."""
    for lane in ("stock", "price", "commands"):
        _kick(fact.merchant_id, {fact.channel_id}, lane)


def owe_confirmations(fact: OrdersReceived) -> None:
    """Say of new orders that lack nothing that they are in work, where that has a deadline of its own."""
    _owe_confirmations(fact.merchant_id, [fact.channel_id], fact.order_ids, now=fact.at)


def owe_late_confirmations(fact: ShortagesFilled) -> None:
    """Say it of orders that lacked something until now."""
    channel_of = outbound.channels_of(fact.order_ids)
    _owe_confirmations(fact.merchant_id, channel_of.values(), fact.order_ids, now=fact.at)


def owe_commits(fact: OrdersCommitted) -> None:
    """Tell the marketplaces that these parcels will be so; where nobody listens, they are so, with our sticker."""
    _command(fact.merchant_id, "commit", fact.order_ids, now=fact.at)
    ours = by_hand.accept_commits(merchant_id=fact.merchant_id, order_ids=fact.order_ids, now=fact.at)
    if ours:
        tasks.draw_stickers_on_commit(merchant_id=fact.merchant_id, order_ids=ours)


def owe_boxes(fact: BoxesChanged) -> None:
    """Tell the marketplace of other boxes than before; the commands of the first no longer count."""
    commands.drop_unsent(merchant_id=fact.merchant_id, ops=["label"], order_ids=[fact.order_id])
    _command(fact.merchant_id, "commit", [fact.order_id], now=fact.at, payload=json.dumps({"anew": True}))


def owe_stickers(fact: OrderDivided) -> None:
    """Fetch the stickers of an order's boxes, each an order of its own now, when they can have been made."""
    _owe_stickers(fact.merchant_id, [fact.order_id, *fact.part_ids] if fact.goes_on else fact.part_ids, now=fact.at)


def owe_stickers_of_found(fact: CommittedElsewhere) -> None:
    """Fetch the stickers of parcels that were committed on the marketplace's own page."""
    _owe_stickers(fact.merchant_id, fact.order_ids, now=fact.at)


def _owe_stickers(merchant_id: int, order_ids: Sequence[int], *, now: datetime) -> None:
    ids = list(order_ids)
    marketplaces = due.marketplaces_of(outbound.channels_of(ids).values())
    for channel_id, marketplace in marketplaces.items():
        if not registry.can(marketplace, Can.LABELS):
            continue
        delay_s = registry.adapter_class(marketplace).label_delay_s
        commands.owe_of_orders(merchant_id=merchant_id, op="label", order_ids=ids, now=now, delay_s=delay_s)
        _kick(merchant_id, {channel_id}, "commands")


def drop_commands(fact: OrdersCancelled) -> None:
    """What was not told yet about orders that fell away need not be told."""
    commands.drop_unsent(
        merchant_id=fact.merchant_id,
        ops=["confirm", "cancel_lines", "commit", "move", "label", "marks", "verdicts", "cancel"],
        order_ids=fact.order_ids,
    )


def owe_cancel(fact: CancelAsked) -> None:
    """Ask the marketplace to cancel; where nobody listens, it is cancelled."""
    by_hand.accept_cancel(merchant_id=fact.merchant_id, order_id=fact.order_id, now=fact.at)
    payload = json.dumps({"reason": fact.reason, "text": fact.text}, ensure_ascii=False)
    _command(fact.merchant_id, "cancel", [fact.order_id], now=fact.at, payload=payload)


def owe_fewer_pieces(fact: PiecesGivenUp) -> None:
    """Ask to take pieces off an order; where they are just left out of the parcel, or nobody listens, it is so."""
    given = outbound.given_up(order_id=fact.order_id)
    if registry.can(given.marketplace, Can.CANCEL_LINE):
        rows = [
            {
                "external_id": line.external_id,
                "stock_id": line.stock_external_id,
                "pieces": line.pieces,
                "left": left,
            }
            for line, left in zip(given.lines, given.left, strict=True)
        ]
        _command(fact.merchant_id, "cancel_lines", [fact.order_id], payload=json.dumps({"lines": rows}), now=fact.at)
        return
    left_out = registry.can(given.marketplace, Can.FEWER_AT_COMMIT) and not given.told
    accepted = left_out or given.marketplace in registry.BY_FEED
    text = "" if accepted else _("This marketplace takes no fewer pieces: find them, or cancel the order as a whole.")
    give_up.answered(merchant_id=fact.merchant_id, order_id=fact.order_id, accepted=accepted, text=text, now=fact.at)


def owe_answer(fact: CancelWishAnswered) -> None:
    """Answer a buyer who asks to cancel."""
    payload = json.dumps({"accept": fact.accept, "why": fact.why, "parts": list(fact.parts)})
    _command(fact.merchant_id, "answer_cancel", [fact.order_id], payload=payload, now=fact.at)


def owe_progress(fact: ProgressReported) -> None:
    """Tell how far an order is that we deliver ourselves."""
    _tell_progress(fact.merchant_id, [fact.order_id], state=fact.state, code=fact.code, at=fact.at)


def owe_departure(fact: OrdersHandedOver) -> None:
    """Tell that orders which our courier brings have set off; others are scanned by whoever took them."""
    own = outbound.own_delivery(order_ids=fact.order_ids)
    if own:
        _tell_progress(fact.merchant_id, own, state="delivering", code="", at=fact.at)


def owe_marks(fact: MarksCaptured) -> None:
    """Send codes that the marketplace takes after the commit; those it wants before go with the commit."""
    channel_ids = commands.owe_of_orders(
        merchant_id=fact.merchant_id, op="marks", order_ids=[fact.order_id], now=fact.at
    )
    for channel_id, marketplace in due.marketplaces_of(channel_ids).items():
        if not registry.can(marketplace, Can.MARKS_AFTER_COMMIT):
            commands.drop_unsent(merchant_id=fact.merchant_id, ops=["marks"], order_ids=[fact.order_id])
        else:
            _kick(fact.merchant_id, {channel_id}, "commands")


def owe_opening(fact: HandoverOpened) -> None:
    """Make the handover there, where commits need one to join."""
    channel_ids = commands.owe_of_handovers(
        merchant_id=fact.merchant_id, op="open_handover", handover_ids=[fact.handover_id], now=fact.at
    )
    for channel_id, marketplace in due.marketplaces_of(channel_ids).items():
        if not registry.can(marketplace, Can.HANDOVER_BEFORE_COMMIT):
            commands.drop_of_handover(merchant_id=fact.merchant_id, op="open_handover", handover_id=fact.handover_id)
        else:
            _kick(fact.merchant_id, {channel_id}, "commands")


def owe_moves(fact: OrdersMoved) -> None:
    """Move what was committed into one handover to another, where a commit joins a handover."""
    channel_ids = commands.owe_of_orders(merchant_id=fact.merchant_id, op="move", order_ids=fact.order_ids, now=fact.at)
    for channel_id, marketplace in due.marketplaces_of(channel_ids).items():
        if not registry.can(marketplace, Can.HANDOVER_BEFORE_COMMIT):
            commands.drop_unsent(merchant_id=fact.merchant_id, ops=["move"], order_ids=fact.order_ids)
        else:
            _kick(fact.merchant_id, {channel_id}, "commands")


def owe_closing(fact: HandoverClosing) -> None:
    """Tell the marketplace that the handover is closed."""
    channel_ids = commands.owe_of_handovers(
        merchant_id=fact.merchant_id, op="close_handover", handover_ids=[fact.handover_id], now=fact.at
    )
    _kick(fact.merchant_id, channel_ids, "commands")
    by_hand.close(merchant_id=fact.merchant_id, handover_id=fact.handover_id, now=fact.at)


def _owe_warehouses(merchant_id: int, channel_warehouse_ids: Iterable[int], *, now: datetime) -> None:
    channel_ids = debts.owe_stock_of_warehouses(
        merchant_id=merchant_id, channel_warehouse_ids=channel_warehouse_ids, now=now
    )
    _kick(merchant_id, channel_ids, "stock")


def _command(merchant_id: int, op: str, order_ids: Iterable[int], *, now: datetime, payload: str = "{}") -> None:
    channel_ids = commands.owe_of_orders(merchant_id=merchant_id, op=op, order_ids=order_ids, now=now, payload=payload)
    _kick(merchant_id, channel_ids, "commands")


def _owe_confirmations(
    merchant_id: int, channel_ids: Iterable[int], order_ids: Iterable[int], *, now: datetime
) -> None:
    wanting = {
        channel_id
        for channel_id, marketplace in due.marketplaces_of(channel_ids).items()
        if registry.can(marketplace, Can.CONFIRM)
    }
    if not wanting:
        return
    ready = outbound.to_be_confirmed(order_ids=order_ids)
    ids = [order_id for order_id, channel_id in outbound.channels_of(ready).items() if channel_id in wanting]
    _command(merchant_id, "confirm", ids, now=now)


def _tell_progress(merchant_id: int, order_ids: Iterable[int], *, state: str, code: str, at: datetime) -> None:
    payload = json.dumps({"state": state, "code": code, "at": at.isoformat()}, ensure_ascii=False)
    ids = list(order_ids)
    by_hand.accept_progress(merchant_id=merchant_id, order_ids=ids, state=State(state), now=at)
    channel_ids = commands.owe_of_orders(merchant_id=merchant_id, op="progress", order_ids=ids, now=at, payload=payload)
    for channel_id, marketplace in due.marketplaces_of(channel_ids).items():
        if registry.can(marketplace, Can.PROGRESS):
            _kick(merchant_id, {channel_id}, "commands")
        else:
            mute = [order_id for order_id in ids if outbound.channel_of(order_id=order_id) == channel_id]
            commands.drop_unsent(merchant_id=merchant_id, ops=["progress"], order_ids=mute)


def _kick(merchant_id: int, channel_ids: Iterable[int], lane: str) -> None:
    """Ask for a drain when the transaction commits; a broker that is away is made up for by the clock."""
    for channel_id, marketplace in due.marketplaces_of(channel_ids).items():
        tasks.kick_drain_on_commit(merchant_id=merchant_id, channel_id=channel_id, marketplace=marketplace, lane=lane)
