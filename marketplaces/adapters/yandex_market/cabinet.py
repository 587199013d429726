"""
What a key opens: its cabinet, the stores (campaigns) in it, its warehouses, and by which generation stock is written.

These facts are wanted at every request (an order's path names its store) and change seldom, while asking for them is
limited to a hundred an hour: they are remembered per key for as long as the process lives, and read anew whenever
`warehouses` or `account` is asked for, or something unknown turns up.
"""

import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from marketplaces import dto
from marketplaces.adapters.yandex_market import codes, operations, wire
from marketplaces.adapters.yandex_market.talk import LATER_S, Talk
from marketplaces.errors import Rejected, Unavailable
from marketplaces.http import reading

MOST_KEYS = 1000
MOST_ORDERS = 50_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """
    What has a stock of its own: a warehouse, or a group of warehouses, called by its first one.

    campaign_ids: the stores it serves; empty when warehouses are not bound to one.
    """

    id: str
    name: str
    scheme: dto.Scheme
    active: bool
    campaign_ids: Sequence[str] = ()
    member_ids: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """
    grouped: warehouses share stock, so it is written by the second generation of methods, else by the third.

    broken: warehouses that were not understood.
    """

    business: wire.Business
    campaigns: Mapping[str, wire.Campaign]
    places: Mapping[str, Place] = field(default_factory=dict)
    grouped: bool = True
    has_places: bool = False
    broken: Sequence[dto.Broken] = ()

    def place_of(self, warehouse_id: str) -> str:
        """The place that a warehouse belongs to; itself when it is not known."""
        return next((place.id for place in self.places.values() if warehouse_id in place.member_ids), warehouse_id)


class Memory:
    """Facts by key and stores by order, for all adapters of this process; the oldest go first."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._facts: OrderedDict[str, Facts] = OrderedDict()
        self._orders: OrderedDict[tuple[str, str], str] = OrderedDict()

    def facts(self, key: str) -> Facts | None:
        with self._guard:
            return self._facts.get(key)

    def keep(self, key: str, facts: Facts) -> None:
        with self._guard:
            self._facts[key] = facts
            self._facts.move_to_end(key)
            while len(self._facts) > MOST_KEYS:
                self._facts.popitem(last=False)

    def campaign(self, key: str, number: str) -> str | None:
        with self._guard:
            return self._orders.get((key, number))

    def keep_campaign(self, key: str, number: str, campaign_id: str) -> None:
        with self._guard:
            self._orders[key, number] = campaign_id
            self._orders.move_to_end((key, number))
            while len(self._orders) > MOST_ORDERS:
                self._orders.popitem(last=False)

    def forget(self) -> None:
        """This function will forget everything, for tests."""
        with self._guard:
            self._facts.clear()
            self._orders.clear()


MEMORY = Memory()


class Cabinet:
    """The facts of one key."""

    def __init__(self, talk: Talk, memory: Memory = MEMORY) -> None:
        self.talk = talk
        self._memory = memory

    @property
    def business_id(self) -> str:
        return self._known().business.id

    def campaigns(self) -> Sequence[wire.Campaign]:
        """The stores, those that only have others' orders delivered left out."""
        return [campaign for campaign in self._known().campaigns.values() if campaign.placementType != "LAAS"]

    def facts(self) -> Facts:
        """The facts with warehouses, as they were last read."""
        known = self._known()
        return known if known.has_places else self.read_places()

    def read(self) -> Facts:
        """This function will read the cabinet and its stores anew, leaving what is known of warehouses."""
        pages = self.talk.pages(operations.CAMPAIGNS, "campaigns", limit=operations.CAMPAIGNS_PAGE)
        found: list[wire.Campaign] = []
        for rows in pages:
            found += reading.each(rows, lambda row: [wire.Campaign.model_validate(row)], "id")[0]
        owner = next((campaign.business for campaign in found if campaign.business), None)
        if owner is None:
            # A refused key is told otherwise: an answer without stores must not stop the channel for good.
            raise Unavailable(codes.NO_CABINET, retry_after_s=LATER_S)
        own = {one.id: one for one in found if one.business is None or one.business.id == owner.id}
        known = self._memory.facts(self.talk.api_key)
        if known is not None and known.business.id == owner.id:
            facts = replace(known, business=owner, campaigns=own)
        else:
            facts = Facts(business=owner, campaigns=own)
        self._memory.keep(self.talk.api_key, facts)
        return facts

    def read_places(self) -> Facts:
        """This function will read the warehouses anew, and with them the generation of stock methods."""
        facts = self.read()
        pages = self.talk.pages(
            operations.WAREHOUSES,
            "result",
            "warehouses",
            limit=operations.WAREHOUSES_PAGE,
            body={"components": ["STATUS"]},
            businessId=facts.business.id,
        )
        rows: list[wire.Warehouse] = []
        broken: list[dto.Broken] = []
        for page in pages:
            good, bad = reading.each(page, lambda row: [wire.Warehouse.model_validate(row)], "id")
            if bad and not good:
                raise reading.broken_list(bad, page)
            rows += good
            broken += bad
        newer = None if any(row.groupInfo for row in rows) else self._third(facts.business.id, broken)
        if rows and not newer:
            # Warehouses that the third generation does not show are written by the second.
            newer = None
        places = _second(rows, facts.campaigns) if newer is None else newer
        facts = replace(
            facts,
            places={place.id: place for place in places},
            grouped=newer is None,
            has_places=True,
            broken=tuple(broken),
        )
        self._memory.keep(self.talk.api_key, facts)
        return facts

    def _third(self, business_id: str, broken: list[dto.Broken]) -> Sequence[Place] | None:
        """Warehouses of the third generation, None where the cabinet has not got it; adds those not understood."""
        pages = self.talk.pages(
            operations.WAREHOUSES_V3,
            "result",
            "warehouses",
            limit=operations.WAREHOUSES_PAGE,
            body={},
            businessId=business_id,
        )
        rows: list[wire.WarehouseV3] = []
        try:
            for page in pages:
                good, bad = reading.each(page, lambda row: [wire.WarehouseV3.model_validate(row)], "id")
                rows += good
                broken += bad
        except Rejected as refusal:
            if refusal.code not in (dto.Code.NOT_FOUND, dto.Code.WRONG_STATE):
                raise
            return None
        return [_by_models(row) for row in rows]

    # -- which store an order is of
    def saw(self, orders: Iterable[wire.Order]) -> None:
        """This function will remember the stores of orders that were read."""
        for order in orders:
            self._memory.keep_campaign(self.talk.api_key, order.orderId, order.campaignId)

    def campaign_of(self, number: str) -> str | None:
        """The store of an order if it was read before."""
        return self._memory.campaign(self.talk.api_key, number)

    def _known(self) -> Facts:
        return self._memory.facts(self.talk.api_key) or self.read()


def _second(rows: Sequence[wire.Warehouse], campaigns: Mapping[str, wire.Campaign]) -> list[Place]:
    """A group shares one stock, so it is one place, called by its first warehouse."""
    groups: dict[str, list[wire.Warehouse]] = {}
    for row in rows:
        groups.setdefault(f"group {row.groupInfo.id}" if row.groupInfo else row.id, []).append(row)
    return [_place(members, campaigns) for members in groups.values()]


def _place(members: Sequence[wire.Warehouse], campaigns: Mapping[str, wire.Campaign]) -> Place:
    ordered = sorted(members, key=lambda row: int(row.id))
    first = ordered[0]
    campaign = campaigns.get(first.campaignId)
    scheme = dto.Scheme.EXPRESS if first.express else codes.SCHEMES.get(campaign.placementType if campaign else "")
    return Place(
        id=first.id,
        name=(first.groupInfo.name if first.groupInfo else "") or first.name,
        scheme=scheme or dto.Scheme.FBS,
        active=any(_works(row, campaigns.get(row.campaignId)) for row in ordered),
        campaign_ids=tuple(dict.fromkeys(row.campaignId for row in ordered)),
        member_ids=tuple(row.id for row in ordered),
    )


def _works(row: wire.Warehouse, campaign: wire.Campaign | None) -> bool:
    off = row.status is not None and row.status.status == codes.SWITCHED_OFF
    return not off and (campaign is None or campaign.apiAvailability == codes.AVAILABLE)


def _by_models(row: wire.WarehouseV3) -> Place:
    """Several models may share a warehouse: it is called by the one that works, FBS before the others."""
    working = [model.placementType for model in row.models if model.apiAvailability == codes.AVAILABLE]
    named = working or [model.placementType for model in row.models]
    schemes = [codes.SCHEMES[name] for name in codes.OURS if name in named]
    return Place(
        id=row.id,
        name=row.name,
        scheme=schemes[0] if schemes else dto.Scheme.FBS,
        active=bool(working),
        member_ids=(row.id,),
    )
