"""Stock levels out: the value of the moment, low stock first, one warehouse at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from marketplaces import dto, errors
from marketplaces.selectors import levels
from marketplaces.sync import outbox
from marketplaces.sync.drain import ChannelPaused, Drain
from marketplaces.sync.outbox import Owed
from marketplaces.sync.pull_stock import stock_level
from stock.selectors.availability import available

# Among so many batches of changes the emptiest shelves go first.
LOOK_AHEAD = 3
# Their clock and the way there: a repeat that is early by a hair is refused and costs a whole window more.
MARGIN_S = 0.5
# A batch waits with the limiter instead of behind it, but no longer than a request would.
LONGEST_WAIT_S = 10.0
# A batch is chosen, leased and written out in less.
CHOOSING_S = 0.1
# For how long the wait of a change counts in the oversell window of its channel.
WINDOW_S = 3600.0
# Refused for a time, not for a reason: the row comes back by itself.
LATER = frozenset({dto.Code.TOO_OFTEN, dto.Code.NOT_READY})


@dataclass(slots=True)
class Due:
    """A level that is due.  free_at: until then the marketplace takes no other value for it; None: it takes one."""

    id: int
    channel_warehouse_id: int
    listing_id: int
    urgency: int
    free_at: datetime | None


@dataclass(slots=True)
class Lot:
    """Rows with the levels to send for them, all of one warehouse."""

    rows: list[Owed]
    levels: dict[int, dto.StockLevel]

    def halves(self) -> "tuple[Lot, Lot]":
        """This function will cut the lot in two."""
        middle = len(self.rows) // 2
        return Lot(self.rows[:middle], self.levels), Lot(self.rows[middle:], self.levels)


def step(drain: Drain) -> int:
    """This function will send one batch of stock levels; gives how many rows it dealt with."""
    _fill_up(drain)
    with drain.scope():
        rows = _choose(drain)
        if not rows:
            return 0
        lot = _with_levels(rows)
    lots = [lot]
    while lots:
        lots += _send(drain, lots.pop())
    return len(rows)


def pair_window_s(drain: Drain) -> float:
    """For how long after an answer the same listing is not written to the same warehouse again."""
    window_s = drain.adapter.same_stock_pair_s
    return window_s + MARGIN_S if window_s else 0.0


def _fill_up(drain: Drain) -> None:
    """
    Let pass what the limiter asks to wait, before the batch is chosen: what changes meanwhile goes with it.

    A batch that is not full keeps the even distance, so that the changes to come wait as short as these.  A full one is
    chosen a little before it may leave, so that the limit is not left unused meanwhile.
    """
    throttle, limits, size = drain.connection.throttle, drain.adapter.stock_limits, drain.adapter.stock_batch
    if not throttle.due_in_s(limits, evenly=True):
        return
    with drain.scope():
        waiting = _counted(drain, most=size)
    full = waiting == size
    wait_s = throttle.due_in_s(limits, evenly=not full) - (CHOOSING_S if full else 0)
    if waiting and 0 < wait_s <= LONGEST_WAIT_S:
        throttle.sleep(wait_s)


def _counted(drain: Drain, *, most: int) -> int:
    """How many levels are due, `most` at the most."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT count(*) FROM (
                SELECT FROM marketplaces_debt d
                 WHERE d.merchant_id = %(merchant)s AND d.channel_id = %(channel)s AND d.op = 'stock' AND d.parked = ''
                   AND d.not_before <= %(now)s AND (d.leased_until IS NULL OR d.leased_until < %(now)s)
                 LIMIT %(most)s) due
            """,
            {
                "merchant": drain.channel.merchant_id,
                "channel": drain.channel.id,
                "now": drain.clock(),
                "most": most,
            },
        )
        return int(cursor.fetchone()[0])


def _choose(drain: Drain) -> list[Owed]:
    """Lease one batch of one warehouse: the changes that are due, lowest levels first, then the next of the sweep."""
    now, size = drain.clock(), drain.adapter.stock_batch
    while found := _due(drain, limit=size * LOOK_AHEAD, now=now):
        free = [row for row in found if row.free_at is None]
        if free:
            _hold_back([row for row in found if row.free_at is not None])
            changes = [row for row in free if row.urgency == 0]
            first = [*_emptiest_first(changes, size), *free[len(changes) :]]
            ids = [row.id for row in first if row.channel_warehouse_id == first[0].channel_warehouse_id]
            return outbox.lease_chosen(ids[:size], now=now)
        if not _hold_back(found):
            break
    return []


def _due(drain: Drain, *, limit: int, now: datetime) -> list[Due]:
    """What is due, changes before repeats, the oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT d.id, d.channel_warehouse_id, d.listing_id, d.urgency,
                   p.pushed_at + make_interval(secs => %(window)s)
              FROM marketplaces_debt d
              LEFT JOIN marketplaces_publication p
                ON %(window)s > 0 AND p.channel_warehouse_id = d.channel_warehouse_id AND p.listing_id = d.listing_id
               AND p.pushed_at > %(now)s - make_interval(secs => %(window)s)
             WHERE d.merchant_id = %(merchant)s AND d.channel_id = %(channel)s AND d.op = 'stock' AND d.parked = ''
               AND d.not_before <= %(now)s AND (d.leased_until IS NULL OR d.leased_until < %(now)s)
             ORDER BY d.urgency, d.not_before, d.id LIMIT %(limit)s
            """,
            {
                "merchant": drain.channel.merchant_id,
                "channel": drain.channel.id,
                "window": pair_window_s(drain),
                "now": now,
                "limit": limit,
            },
        )
        return [Due(*row) for row in cursor.fetchall()]


def _hold_back(early: Sequence[Due]) -> int:
    """Changes of pairs that were written a moment ago wait for the end of the window; gives how many wait now."""
    if not early:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH early AS (
                SELECT d.id, held.free_at FROM marketplaces_debt d
                  JOIN unnest(%(ids)s::bigint[], %(free_at)s::timestamptz[]) AS held(id, free_at) ON held.id = d.id
                 ORDER BY d.id FOR UPDATE OF d SKIP LOCKED
            )
            UPDATE marketplaces_debt d SET not_before = early.free_at FROM early WHERE d.id = early.id
            """,
            {"ids": [row.id for row in early], "free_at": [row.free_at for row in early]},
        )
        return int(cursor.rowcount)


def _emptiest_first(changes: list[Due], size: int) -> list[Due]:
    """More changes than one batch holds, the lowest levels in front."""
    if len(changes) <= size:
        return changes
    values = available(pairs=[(row.channel_warehouse_id, row.listing_id) for row in changes])
    pieces = {(value.channel_warehouse_id, value.listing_id): value.pieces for value in values}
    return sorted(changes, key=lambda row: pieces[row.channel_warehouse_id, row.listing_id])


def _with_levels(rows: Sequence[Owed]) -> Lot:
    names = levels.listing_names(row.listing_id for row in rows)
    places = levels.warehouse_names(row.channel_warehouse_id or 0 for row in rows)
    values = available(pairs=[(row.channel_warehouse_id or 0, row.listing_id) for row in rows])
    return Lot(
        list(rows),
        {
            row.id: stock_level(places[row.channel_warehouse_id or 0], names[row.listing_id], value.pieces)
            for row, value in zip(rows, values, strict=True)
        },
    )


def _send(drain: Drain, lot: Lot) -> "list[Lot]":
    """Send a lot; what the marketplace refuses as a whole comes back as halves, until the culprit stands alone."""
    try:
        receipt = drain.adapter.push_stock([lot.levels[row.id] for row in lot.rows])
    except Exception as error:  # noqa: BLE001, the end of the queue: every row ends put off or parked
        if isinstance(error, errors.Rejected) and len(lot.rows) > 1:
            with drain.scope():
                drain.keep_attempts("stock")
            return list(lot.halves())
        _failed(drain, lot, error)
        return []
    sent_at = drain.clock()
    with drain.scope():
        drain.keep_attempts("stock")
        free, busy = outbox.mine(lot.rows)
        _settle(drain, Lot(free, lot.levels), receipt, sent_at)
    for row in busy:
        with drain.scope():
            _settle(drain, Lot([row], lot.levels), receipt, sent_at)
    return []


def _settle(drain: Drain, lot: Lot, receipt: dto.Receipt, sent_at: datetime) -> None:
    if not lot.rows:
        return
    by_key = {lot.levels[row.id].key: row for row in lot.rows}
    again_at = sent_at + timedelta(seconds=pair_window_s(drain))
    done = [by_key.pop(key) for key in receipt.accepted if key in by_key]
    # The debts first, then what is published: everybody who takes both takes them in this order.
    outbox.paid(done, sent_at=sent_at, not_before=again_at)
    _publish(drain, done, lot, sent_at)
    for refusal in receipt.refused:
        row = by_key.pop(refusal.key, None)
        if row is None:
            continue
        if refusal.code in LATER or refusal.retry_after_s is not None:
            wait_s = refusal.retry_after_s or max(pair_window_s(drain), outbox.backoff_s(row.attempts))
            outbox.put_off([row], until=sent_at + timedelta(seconds=wait_s))
        else:
            outbox.park_levels([row], reason=refusal.code, text=refusal.text)
    # A row the answer does not mention may or may not have been applied: the present value goes once more.
    for row in by_key.values():
        wait_s = max(pair_window_s(drain), outbox.backoff_s(row.attempts))
        outbox.put_off([row], until=sent_at + timedelta(seconds=wait_s))


def _publish(drain: Drain, rows: Sequence[Owed], lot: Lot, sent_at: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO marketplaces_publication AS known
                   (merchant_id, channel_warehouse_id, listing_id, pieces, pushed_at, waited_s, answer)
            SELECT %(merchant)s, sent.warehouse, sent.listing, sent.pieces, %(now)s, sent.waited, 'ok'
              FROM unnest(%(warehouses)s::bigint[], %(listings)s::bigint[], %(pieces)s::int[], %(waited)s::float[])
                   AS sent(warehouse, listing, pieces, waited)
             ORDER BY sent.warehouse, sent.listing
            ON CONFLICT (channel_warehouse_id, listing_id) DO UPDATE
               SET pieces = excluded.pieces, pushed_at = excluded.pushed_at, answer = 'ok',
                   waited_s = CASE WHEN excluded.waited_s > 0 THEN excluded.waited_s
                                   WHEN known.pushed_at > %(now)s - make_interval(secs => %(remembered)s)
                                   THEN known.waited_s ELSE 0 END
            """,
            {
                "merchant": drain.channel.merchant_id,
                "now": sent_at,
                "remembered": WINDOW_S,
                "warehouses": [row.channel_warehouse_id for row in rows],
                "listings": [row.listing_id for row in rows],
                "pieces": [lot.levels[row.id].pieces for row in rows],
                # A repeat of everything is nobody's change: it says nothing of how long a change waits, and leaves
                # standing what the last change said of it.
                "waited": [
                    0.0 if row.urgency else max((sent_at - row.owed_since).total_seconds(), 0.001) for row in rows
                ],
            },
        )


def _failed(drain: Drain, lot: Lot, error: Exception) -> None:
    now = drain.clock()
    window_s = pair_window_s(drain)
    with drain.scope():
        drain.keep_attempts("stock")
        paused = drain.refused(error)
    with drain.scope():
        free, busy = outbox.mine(lot.rows)
        outbox.put_off_or_park(free, error, now=now, window_s=window_s)
    for row in busy:
        with drain.scope():
            outbox.put_off_or_park([row], error, now=now, window_s=window_s)
    if paused:
        raise ChannelPaused
