"""What may be offered where, and why."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from catalog.models import Listing
from catalog.selectors import sku as skus
from stock.models import Feed, ShareRule, StockRow
from stock.types import Available, Step


@dataclass(slots=True)
class _Known:
    """Everything the rules need, read set-based for all asked pairs."""

    listings: Mapping[int, Listing]
    kits: Mapping[int, Mapping[int, int]]
    free: Mapping[tuple[int, int], int]
    feeds: Mapping[int, Sequence[int]]
    rules: Mapping[tuple[int, int | None], ShareRule]
    better: Mapping[tuple[int, int], int]  # (channel warehouse, SKU) → better-placed channel warehouses that offer it


def available(*, pairs: Sequence[tuple[int, int]], explain: bool = False) -> list[Available]:
    """
    What may be offered for each (channel warehouse id, listing id), in packs of the listing, in the order asked.

    A constant number of queries whatever the number of pairs.  explain: fill `steps`, the way to each number.
    Listings without a SKU and channel warehouses without a feed have 0.
    """
    known = _read(pairs)
    return [_one(known, channel_warehouse, listing, explain) for channel_warehouse, listing in pairs]


def _one(known: _Known, channel_warehouse_id: int, listing_id: int, explain: bool) -> Available:
    steps: list[Step] = []
    listing = known.listings.get(listing_id)
    if listing is None or listing.sku_id is None:
        steps.append(Step(text=_("The card is not matched to an article"), pieces=0))
        pieces = 0
    else:
        pieces = _free(known, channel_warehouse_id, listing.sku_id, steps)
        rule = known.rules.get((channel_warehouse_id, listing_id)) or known.rules.get((channel_warehouse_id, None))
        if rule is not None:
            better = known.better.get((channel_warehouse_id, listing.sku_id), 0)
            pieces = _share(rule, pieces, better, steps)
        if listing.pieces_per_pack > 1:
            pieces //= listing.pieces_per_pack
            steps.append(Step(text=_("packs of %(n)d pieces") % {"n": listing.pieces_per_pack}, pieces=pieces))
    return Available(
        channel_warehouse_id=channel_warehouse_id,
        listing_id=listing_id,
        pieces=pieces,
        steps=tuple(steps) if explain else (),
    )


def _free(known: _Known, channel_warehouse_id: int, sku_id: int, steps: list[Step]) -> int:
    warehouses = known.feeds.get(channel_warehouse_id, ())
    if not warehouses:
        steps.append(Step(text=_("No warehouse feeds this one"), pieces=0))
        return 0
    # A warehouse that has promised more than it holds takes nothing from another.
    ready = sum(max(0, known.free.get((warehouse, sku_id), 0)) for warehouse in warehouses)
    kit = known.kits.get(sku_id)
    if kit is None:
        steps.append(Step(text=_("on hand minus reserved"), pieces=ready))
        return ready
    if ready:
        steps.append(Step(text=_("kits that stand assembled"), pieces=ready))
    pieces = ready + min(
        sum(max(0, known.free.get((warehouse, component), 0)) for warehouse in warehouses) // per_kit
        for component, per_kit in kit.items()
    )
    steps.append(Step(text=_("kits from the scarcest component"), pieces=pieces))
    return pieces


def _share(rule: ShareRule, free: int, better: int, steps: list[Step]) -> int:
    """Apply a rule in the order that `ShareRule` states."""
    pieces = free
    if rule.buffer:
        pieces = max(0, pieces - rule.buffer)
        steps.append(Step(text=_("minus the buffer of %(n)d") % {"n": rule.buffer}, pieces=pieces))
    if rule.priority is not None and better:
        pieces = max(0, pieces - better)
        steps.append(Step(text=_("one piece left to each of %(n)d better-placed") % {"n": better}, pieces=pieces))
    if rule.share_percent != 100:
        pieces = pieces * rule.share_percent // 100
        steps.append(Step(text=_("%(n)d %% of it") % {"n": rule.share_percent}, pieces=pieces))
    if rule.cap is not None and pieces > rule.cap:
        pieces = rule.cap
        steps.append(Step(text=_("at most %(n)d") % {"n": rule.cap}, pieces=pieces))
    if pieces and free <= rule.keep_at_least:
        pieces = 0
        steps.append(Step(text=_("selling stops at %(n)d") % {"n": rule.keep_at_least}, pieces=0))
    return pieces


def _read(pairs: Sequence[tuple[int, int]]) -> _Known:
    channel_warehouses = {pair[0] for pair in pairs}
    listings = Listing.objects.only("sku_id", "pieces_per_pack").in_bulk({pair[1] for pair in pairs})
    sku_ids = {listing.sku_id for listing in listings.values() if listing.sku_id}
    kits = skus.components(sku_ids)
    feeds: dict[int, list[int]] = defaultdict(list)
    for channel_warehouse, warehouse in (
        Feed.objects.filter(channel_warehouse_id__in=channel_warehouses)
        .order_by("rank", "pk")
        .values_list("channel_warehouse_id", "warehouse_id")
    ):
        feeds[channel_warehouse].append(warehouse)
    rules = {
        (rule.channel_warehouse_id, rule.listing_id): rule
        for rule in ShareRule.objects.filter(channel_warehouse_id__in=channel_warehouses)
        if rule.listing_id is None or rule.listing_id in listings
    }
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


def _free_pieces(warehouse_ids: set[int], sku_ids: set[int]) -> dict[tuple[int, int], int]:
    rows = StockRow.objects.filter(warehouse_id__in=warehouse_ids, sku_id__in=sku_ids)
    return {
        (warehouse, sku_id): on_hand - reserved
        for warehouse, sku_id, on_hand, reserved in rows.values_list("warehouse_id", "sku_id", "on_hand", "reserved")
    }


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
