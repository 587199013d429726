"""Prices out: price type → step → minimum, guarded against a fall; asynchronous verdicts are asked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from catalog.selectors.price import channel_prices
from catalog.services.listing import prices_published
from catalog.types import ChannelPrice
from marketplaces import dto, errors
from marketplaces.selectors import levels
from marketplaces.sync import decide, outbox
from marketplaces.sync.drain import ChannelPaused, Drain
from marketplaces.sync.outbox import Owed
from marketplaces.sync.push_stock import LATER

VERDICT_AFTER_S = 5.0
# After a quarter of an hour without a verdict none will come: the price is sent once more.
MOST_LOOKS = 180


def step(drain: Drain) -> int:
    """This function will send one batch of prices, or ask for the verdict on one; gives the rows dealt with."""
    now = drain.clock()
    with drain.scope():
        rows = outbox.lease_due(
            merchant_id=drain.channel.merchant_id,
            channel_id=drain.channel.id,
            op="price",
            limit=drain.adapter.price_batch,
            now=now,
        )
        if not rows:
            return 0
        prices = dict(channel_prices([row.listing_id for row in rows]))
        names = levels.listing_names(row.listing_id for row in rows)
        token = rows[0].token
        sending = rows if token else _worth_sending(rows, prices, names, now)
    if sending:
        _send(drain, sending, prices, names, token)
    return len(rows)


def _worth_sending(
    rows: Sequence[Owed], prices: dict[int, ChannelPrice], names: dict[int, levels.ListingName], now: datetime
) -> list[Owed]:
    """Drop what has no price or stands already, park a fall that nobody has confirmed; the rest is to be sent."""
    sending = []
    for row in rows:
        price = prices.get(row.listing_id)
        if price is None or names[row.listing_id].published_price == price.price:
            outbox.paid([row], sent_at=now, not_before=now)
        elif price.drop_refused and row.urgency != outbox.CONFIRMED:
            text = f"{names[row.listing_id].published_price} → {price.price}"
            outbox.park_levels([row], reason="price_drop", text=text)
        else:
            sending.append(row)
    return sending


@dataclass(frozen=True, slots=True)
class Asked:
    """Levels to send by their key; several listings (sizes of one card) may share a price."""

    levels: dict[str, dto.PriceLevel]
    rows: dict[str, list[Owed]]
    key_of: dict[int, str]


def _asked(rows: Sequence[Owed], prices: dict[int, ChannelPrice], names: dict[int, levels.ListingName]) -> Asked:
    asked = Asked({}, {}, {})
    for row in rows:
        level = _level(names[row.listing_id], prices.get(row.listing_id))
        known = asked.levels.get(level.key)
        # Sizes whose prices differ cannot be told apart there: the highest of them sells none at a loss.
        asked.levels[level.key] = level if known is None or level.price > known.price else known
        asked.rows.setdefault(level.key, []).append(row)
        asked.key_of[row.id] = level.key
    return asked


def _send(
    drain: Drain,
    rows: Sequence[Owed],
    prices: dict[int, ChannelPrice],
    names: dict[int, levels.ListingName],
    token: str,
) -> None:
    asked = _asked(rows, prices, names)
    try:
        levels = list(asked.levels.values())
        receipt = drain.adapter.price_verdict(token, levels) if token else drain.adapter.push_prices(levels)
    except Exception as error:  # noqa: BLE001, the end of the queue: every row ends put off or parked
        if isinstance(error, errors.Rejected) and len(rows) > 1 and not token:
            with drain.scope():
                drain.keep_attempts("price")
            middle = len(rows) // 2
            _send(drain, rows[:middle], prices, names, token)
            _send(drain, rows[middle:], prices, names, token)
            return
        _failed(drain, rows, error)
        return
    sent_at = drain.clock()
    with drain.scope():
        drain.keep_attempts("price")
        free, busy = outbox.mine(rows)
        _settle(drain, free, asked, receipt, sent_at, token)
    for row in busy:
        with drain.scope():
            _settle(drain, [row], asked, receipt, sent_at, token)


def _settle(
    drain: Drain,
    rows: Sequence[Owed],
    asked: "Asked",
    receipt: dto.Receipt,
    sent_at: datetime,
    token: str,
) -> None:
    wanted = {row.id for row in rows}
    by_key = {key: [row for row in own if row.id in wanted] for key, own in asked.rows.items()}
    done = [row for key in receipt.accepted for row in by_key.pop(key, ())]
    published = {row.listing_id: asked.levels[asked.key_of[row.id]].price for row in done}
    prices_published(merchant_id=drain.channel.merchant_id, prices=published, now=sent_at)
    outbox.paid(done, sent_at=sent_at, not_before=sent_at)
    for refusal in receipt.refused:
        for row in by_key.pop(refusal.key, ()):
            if refusal.code in LATER or refusal.retry_after_s is not None:
                wait_s = refusal.retry_after_s or outbox.backoff_s(row.attempts)
                outbox.put_off([row], until=sent_at + timedelta(seconds=wait_s), token="")
            else:
                outbox.park_levels([row], reason=refusal.code, text=refusal.text)
    waiting = [row for key in receipt.pending for row in by_key.pop(key, ())]
    rest = [row for own in by_key.values() for row in own]
    if token and receipt.token:
        # Not processed there yet: whom it is about is not named before.
        waiting, rest = [*waiting, *rest], []
    overdue = [row for row in waiting if row.attempts % MOST_LOOKS == MOST_LOOKS - 1]
    patient = [row for row in waiting if row not in overdue]
    outbox.put_off(patient, until=sent_at + timedelta(seconds=VERDICT_AFTER_S), token=receipt.token or token)
    # Neither judged nor pending: sent once more with the price of then.
    for row in [*rest, *overdue]:
        outbox.put_off([row], until=sent_at + timedelta(seconds=outbox.backoff_s(row.attempts)), token="")


def _failed(drain: Drain, rows: Sequence[Owed], error: Exception) -> None:
    now = drain.clock()
    with drain.scope():
        drain.keep_attempts("price")
        paused = drain.refused(error)
    with drain.scope():
        free, busy = outbox.mine(rows)
        outbox.put_off_or_park(free, error, now=now)
    for row in busy:
        with drain.scope():
            outbox.put_off_or_park([row], error, now=now)
    if paused:
        raise ChannelPaused


def _level(name: levels.ListingName, price: ChannelPrice | None) -> dto.PriceLevel:
    return dto.PriceLevel(
        offer_id=name.offer_id,
        product_id=name.product_id,
        price=price.price if price else decide.ZERO,
        min_price=price.min_price if price else None,
        currency=price.currency if price else name.currency,
    )
