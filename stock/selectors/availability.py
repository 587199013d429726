"""What may be offered where, and why."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext, gettext_noop

from backoffice.kernel import prepared
from catalog.models import Listing
from catalog.selectors import sku as skus
from stock.models import Feed, ShareRule
from stock.types import Available, Step

# Told of each step: what was done in words with %(n)d in them, n, and what is left.
Tell = Callable[[str, int, int], None]


@dataclass(slots=True)
class _Known:
    """Everything the rules need, read set-based for all asked pairs."""

    listings: Mapping[int, tuple[int | None, int, bool]]  # listing → its SKU, pieces in its pack, whether archived
    kits: Mapping[int, Mapping[int, int]]
    free: Mapping[tuple[int, int], int]
    feeds: Mapping[int, Sequence[int]]
    rules: Mapping[tuple[int, int | None], ShareRule]
    better: Mapping[tuple[int, int], int]  # (channel warehouse, SKU) → better-placed channel warehouses that offer it


def available(*, pairs: Sequence[tuple[int, int]], explain: bool = False) -> list[Available]:
    """
    What may be offered for each (channel warehouse id, listing id), in packs of the listing, in the order asked.

    A constant number of queries whatever the number of pairs.  explain: fill `steps`, the way to each number.
    Listings without a SKU, archived articles and channel warehouses without a feed have 0.
    """
    known = _read(pairs)
    return [_explained(known, *pair) if explain else _bare(known, *pair) for pair in pairs]


def promisable(pairs: Collection[tuple[int, int]]) -> set[tuple[int, int]]:
    """Those of these (channel warehouse id, SKU id) of which at least a piece, of a kit a whole one, is free now."""
    sku_ids = {sku_id for _, sku_id in pairs}
    kits, feeds = skus.components(sku_ids), feeds_of({place_id for place_id, _ in pairs})
    free = _free_pieces({warehouse for row in feeds.values() for warehouse in row}, sku_ids | _parts(kits))
    known = _Known(listings={}, kits=kits, free=free, feeds=feeds, rules={}, better={})
    return {pair for pair in pairs if _free(known, *pair, _silent)}


def feeds_of(channel_warehouse_ids: set[int]) -> dict[int, list[int]]:
    """Channel warehouse → the warehouses that feed it, by rank."""
    feeds: dict[int, list[int]] = defaultdict(list)
    rows = Feed.objects.filter(channel_warehouse_id__in=channel_warehouse_ids).order_by("rank", "pk")
    for channel_warehouse, warehouse in rows.values_list("channel_warehouse_id", "warehouse_id"):
        feeds[channel_warehouse].append(warehouse)
    return feeds


def _bare(known: _Known, channel_warehouse_id: int, listing_id: int) -> Available:
    """A number without its way: words and rows of it cost more than the number when a whole shop is told."""
    return Available(
        channel_warehouse_id=channel_warehouse_id,
        listing_id=listing_id,
        pieces=_pieces(known, channel_warehouse_id, listing_id, _silent),
        steps=(),
    )


def _explained(known: _Known, channel_warehouse_id: int, listing_id: int) -> Available:
    steps: list[Step] = []

    def tell(text: str, n: int, pieces: int) -> None:
        steps.append(Step(text=gettext(text) % {"n": n}, pieces=pieces))

    return Available(
        channel_warehouse_id=channel_warehouse_id,
        listing_id=listing_id,
        pieces=_pieces(known, channel_warehouse_id, listing_id, tell),
        steps=tuple(steps),
    )


def _silent(text: str, n: int, pieces: int) -> None:
    """Nobody asks for the way."""


def _pieces(known: _Known, channel_warehouse_id: int, listing_id: int, tell: Tell) -> int:
    sku_id, per_pack, archived = known.listings.get(listing_id, (None, 1, False))
    if sku_id is None:
        tell(gettext_noop("The card is not matched to an article"), 0, 0)
        return 0
    if archived:
        tell(gettext_noop("The article is in the archive"), 0, 0)
        return 0
    pieces = _free(known, channel_warehouse_id, sku_id, tell)
    rule = known.rules.get((channel_warehouse_id, listing_id)) or known.rules.get((channel_warehouse_id, None))
    if rule is not None:
        better = known.better.get((channel_warehouse_id, sku_id), 0)
        pieces = _share(rule, pieces, better, tell)
    if per_pack > 1:
        pieces //= per_pack
        tell(gettext_noop("packs of %(n)d pieces"), per_pack, pieces)
    return pieces


def _free(known: _Known, channel_warehouse_id: int, sku_id: int, tell: Tell) -> int:
    warehouses = known.feeds.get(channel_warehouse_id, ())
    if not warehouses:
        tell(gettext_noop("No warehouse feeds this one"), 0, 0)
        return 0
    # A warehouse that has promised more than it holds takes nothing from another.
    ready = sum(max(0, known.free.get((warehouse, sku_id), 0)) for warehouse in warehouses)
    kit = known.kits.get(sku_id)
    if kit is None:
        tell(gettext_noop("on hand minus reserved"), 0, ready)
        return ready
    if ready:
        tell(gettext_noop("kits that stand assembled"), 0, ready)
    pieces = ready + min(
        sum(max(0, known.free.get((warehouse, component), 0)) for warehouse in warehouses) // per_kit
        for component, per_kit in kit.items()
    )
    tell(gettext_noop("kits from the scarcest component"), 0, pieces)
    return pieces


def _share(rule: ShareRule, free: int, better: int, tell: Tell) -> int:
    """Apply a rule in the order that `ShareRule` states."""
    pieces = free
    if rule.buffer:
        pieces = max(0, pieces - rule.buffer)
        tell(gettext_noop("minus the buffer of %(n)d"), rule.buffer, pieces)
    if rule.priority is not None and better:
        pieces = max(0, pieces - better)
        tell(gettext_noop("one piece left to each of %(n)d better-placed"), better, pieces)
    if rule.share_percent != 100:
        pieces = pieces * rule.share_percent // 100
        tell(gettext_noop("%(n)d %% of it"), rule.share_percent, pieces)
    if rule.cap is not None and pieces > rule.cap:
        pieces = rule.cap
        tell(gettext_noop("at most %(n)d"), rule.cap, pieces)
    if pieces and free <= rule.keep_at_least:
        pieces = 0
        tell(gettext_noop("selling stops at %(n)d"), rule.keep_at_least, 0)
    return pieces


def _read(pairs: Sequence[tuple[int, int]]) -> _Known:
    channel_warehouses = {pair[0] for pair in pairs}
    listings = _listings({pair[1] for pair in pairs})
    sku_ids = {sku_id for sku_id, *_ in listings.values() if sku_id}
    kits = skus.components(sku_ids)
    feeds = feeds_of(channel_warehouses)
    rules = {(rule.channel_warehouse_id, rule.listing_id): rule for rule in _rules(channel_warehouses, listings)}
    return _Known(
        listings=listings,
        kits=kits,
        free=_free_pieces({warehouse for row in feeds.values() for warehouse in row}, sku_ids | _parts(kits)),
        feeds=feeds,
        rules=rules,
        better=_better_placed(rules.values(), sku_ids),
    )


def _parts(kits: Mapping[int, Mapping[int, int]]) -> set[int]:
    return {component for kit in kits.values() for component in kit}


# Asked of a thousand at a time: a list as one value costs a tenth of what one value for each does.
def _listings(ids: set[int]) -> dict[int, tuple[int | None, int, bool]]:
    found = prepared.rows(
        """
        SELECT l.id, l.sku_id, l.pieces_per_pack, coalesce(s.archived OR p.archived, false) FROM catalog_listing l
          LEFT JOIN catalog_sku s ON s.id = l.sku_id LEFT JOIN catalog_product p ON p.id = s.product_id
         WHERE l.id = ANY(%s::bigint[])
        """,
        [list(ids)],
    )
    return {listing_id: (sku_id, per_pack, archived) for listing_id, sku_id, per_pack, archived in found}


def _rules(channel_warehouse_ids: set[int], listing_ids: Iterable[int]) -> list[ShareRule]:
    """Rules of these channel warehouses, and those of their listings."""
    wanted = "WHERE channel_warehouse_id = ANY(%s::bigint[]) AND (listing_id IS NULL OR listing_id = ANY(%s::bigint[]))"
    return prepared.instances(ShareRule, wanted, [list(channel_warehouse_ids), list(listing_ids)])


def _free_pieces(warehouse_ids: set[int], sku_ids: set[int]) -> dict[tuple[int, int], int]:
    found = prepared.rows(
        """
        SELECT warehouse_id, sku_id, on_hand - reserved FROM stock_stockrow
         WHERE warehouse_id = ANY(%s::bigint[]) AND sku_id = ANY(%s::bigint[])
        """,
        [list(warehouse_ids), list(sku_ids)],
    )
    return {(warehouse, sku_id): free for warehouse, sku_id, free in found}


def _better_placed(rules: Iterable[ShareRule], sku_ids: set[int]) -> dict[tuple[int, int], int]:
    ranked = [rule for rule in rules if rule.priority is not None]
    if not ranked:
        return {}
    rivals = list(
        ShareRule.objects.filter(
            priority__isnull=False,
            listing=None,
            channel_warehouse__active=True,
            channel_warehouse__push_stock=True,
            channel_warehouse__channel__state="active",
        ).values_list("channel_warehouse_id", "channel_warehouse__channel_id", "priority")
    )
    offers = set(
        Listing.objects.filter(sku_id__in=sku_ids, archived=False).values_list("channel_id", "sku_id").distinct()
    )
    return {
        (rule.channel_warehouse_id, sku_id): sum(
            priority is not None
            and rule.priority is not None
            and priority < rule.priority
            and (channel, sku_id) in offers
            for rival, channel, priority in rivals
            if rival != rule.channel_warehouse_id
        )
        for rule in ranked
        for sku_id in sku_ids
    }
