"""Orders and their statuses: pulled often, applied by the page, the bad ones set apart."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice

from marketplaces import dto
from marketplaces.sync import decide, drift, missed, quarantine, raw
from marketplaces.sync.pull import Pull, why_not
from orders.selectors import outbound
from orders.services.ingest import take_in
from orders.services.remote import apply_statuses

# Stored payloads of both order streams stand under one name.
ORDERS = "orders"
# An order that was read whole settles what any of these could not read of it.
OF_ORDERS = ("orders", "changes", "statuses", "inbox")
# Streams that ask by themselves, as against those that were told where to look.
POLLED = frozenset({"orders", "changes", "statuses"})
FIRST_LOOK_BACK = timedelta(days=28)  # four weeks, so that the first reports have something to compare
# What changed at the edge of the last page, or while our clocks disagreed, is read again.
LAG = timedelta(minutes=10)
STATUS_BATCH = 1000
AT_ONCE = 1000  # no marketplace's page is longer; favourites of one page are locked, changed and owed once


def read_new(pull: Pull) -> None:
    """This function will take in what waits for us right now; the quick poll."""
    for page in pull.adapter.orders_new(now=pull.started_at):
        take_page(pull, page)
    with pull.scope():
        verdict = drift.judge(pull.channel, orders_read_at=pull.started_at)
    with pull.scope():
        drift.owe(pull.channel, verdict, now=pull.clock())
    with pull.scope():
        drift.note(pull.channel, verdict, now=pull.clock())


def read_changed(pull: Pull) -> None:
    """This function will take in orders made or changed since the cursor, less a lag; what the quick poll missed."""
    since = (pull.at or pull.started_at - FIRST_LOOK_BACK) - LAG
    upper = [pull.at]
    for page in pull.adapter.orders_changed(since=since, now=pull.started_at):
        take_page(pull, page)
        upper.append(page.upto)
        pull.at = decide.next_cursor(upper, before=pull.at)


def read_statuses(pull: Pull) -> None:
    """This function will ask for the statuses of all orders whose story is not over."""
    with pull.scope():
        numbers = [number for _, number in outbound.open_orders(channel_id=pull.channel.id)]
    for some in _batches(numbers, STATUS_BATCH):
        page = pull.adapter.statuses(some)
        drafts = list(decide.status_drafts(page.items).items())
        pull.still_ours()
        with pull.scope():
            pull.apply(
                page,
                drafts,
                lambda part: _apply_statuses(pull, dict(part)),
                called=lambda told: (told[0],),
                told=lambda told: told[1].status,
            )


def read_numbers(pull: Pull, numbers: Sequence[str]) -> set[str]:
    """This function will read these orders again and apply them, whatever is known of them; gives those it found."""
    page = pull.adapter.orders_by_number(numbers, now=pull.started_at)
    _apply(pull, page.items, page.broken)
    return {*(order.number for order in page.items), *(broken.key for broken in page.broken)}


def take_page(pull: Pull, page: dto.Page[dto.RemoteOrder]) -> None:
    """This function will apply one page in one scope; what was applied the same before costs one query."""
    orders, broken = list(page.items), list(page.broken)
    bare = decide.without_status(orders)
    if bare:
        orders = [order for order in orders if order.status.status] + _asked_apart(pull, bare, broken)
    received = {order.number: _received(order) for order in orders}
    # A row that stands twice, and could be read once, is settled.
    broken = [bad for bad in broken if bad.key not in received]
    with pull.scope():
        fresh = raw.news(channel_id=pull.channel.id, stream=ORDERS, received=received.values())
    pull.still_ours()
    _apply(pull, [order for order in orders if order.number in fresh], broken)


def _asked_apart(pull: Pull, numbers: Sequence[str], broken: list[dto.Broken]) -> list[dto.RemoteOrder]:
    """Orders listed without a status: those we know are left to the statuses, the others are asked for whole."""
    with pull.scope():
        known = outbound.ids_by_number(channel_id=pull.channel.id, numbers=numbers)
    unknown = [number for number in numbers if number not in known]
    if not unknown:
        return []
    page = pull.adapter.orders_by_number(unknown, now=pull.started_at)
    broken += page.broken
    return list(page.items)


def _apply(pull: Pull, orders: Iterable[dto.RemoteOrder], broken: Sequence[dto.Broken]) -> int:
    latest = list(decide.by_number(orders).values())
    applied_in_all = 0
    for some in _batches(latest, AT_ONCE) if latest else ([],):
        with pull.scope():
            applied, culprits = quarantine.apply_or_halve(some, lambda part: _take(pull, part))
            pull.set_apart(
                [dto.Broken(key=order.number, reason=why_not(why), payload=dict(order.raw)) for order, why in culprits]
            )
            quarantine.clear(channel_id=pull.channel.id, streams=OF_ORDERS, keys=[order.number for order in applied])
            if applied:
                ids = outbound.ids_by_number(channel_id=pull.channel.id, numbers=[order.number for order in applied])
                pull.subjects |= {f"order:{order_id}" for order_id in ids.values()}
        applied_in_all += len(applied)
    if broken:
        with pull.scope():
            pull.set_apart(broken)
    pull.items += applied_in_all
    return applied_in_all


def _take(pull: Pull, orders: Sequence[dto.RemoteOrder]) -> None:
    now = pull.clock()
    taken = take_in(
        merchant_id=pull.channel.merchant_id,
        channel_id=pull.channel.id,
        drafts=decide.order_drafts(orders),
        now=now,
    )
    ordered_at: dict[str, datetime | None] = {order.number: order.ordered_at for order in orders}
    _note_untold(pull, [(number, ordered_at[number]) for number in taken.new], taken.changed, now)
    raw.keep(
        merchant_id=pull.channel.merchant_id,
        channel_id=pull.channel.id,
        stream=ORDERS,
        received=[_received(order) for order in orders],
        now=now,
    )


def _apply_statuses(pull: Pull, drafts: dict) -> None:
    now = pull.clock()
    changed = apply_statuses(merchant_id=pull.channel.merchant_id, channel_id=pull.channel.id, statuses=drafts, now=now)
    _note_untold(pull, [], changed, now)


def _note_untold(
    pull: Pull, new: Sequence[tuple[str, datetime | None]], changed: Collection[str], now: datetime
) -> None:
    """What polling found first, where the marketplace should have told us."""
    hook = pull.adapter.hook
    if hook is None or pull.stream not in POLLED:
        return
    untold = [*new, *((number, None) for number in sorted(changed) if hook.tells_statuses)]
    missed.found(merchant_id=pull.channel.merchant_id, channel_id=pull.channel.id, numbers=untold, now=now)


def _received(order: dto.RemoteOrder) -> raw.Received:
    return raw.Received(key=order.number, payload=order.raw, digest=raw.digest((order.raw, order.status, order.lines)))


def _batches(items: Iterable, size: int) -> Iterator[list]:
    rest = iter(items)
    while some := list(islice(rest, size)):
        yield some
