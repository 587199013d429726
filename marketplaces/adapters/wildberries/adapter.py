"""Wildberries by its seller API: the account and its reference data; the rest of the port stands in the parts."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import ClassVar

from marketplaces import dto
from marketplaces.adapters.wildberries import build, codes, parse, reading, wire
from marketplaces.adapters.wildberries.handover import Handovers
from marketplaces.adapters.wildberries.levels import Levels
from marketplaces.adapters.wildberries.packing import Packing
from marketplaces.adapters.wildberries.talk import Refused
from marketplaces.errors import ContractBroken, CredentialsRejected, Rejected, Unavailable
from marketplaces.http.paging import by_cursor
from marketplaces.http.reading import broken_list, each
from marketplaces.ports import Can, Field, Poll

CARDS_PAGE = 100


class Wildberries(Levels, Packing, Handovers):
    """
    One Wildberries cabinet.

    An assembly order is one unit of one size; committing it means joining an open supply (`Parcel.handover_id`).
    Orders from `orders_changed` carry no status and no marks (their list has none): ask `orders_by_number` for those
    that were not known before.
    """

    code: ClassVar[str] = "wildberries"
    name: ClassVar[str] = "Wildberries"
    production_url: ClassVar[str] = "https://wildberries.ru"
    fields: ClassVar[Sequence[Field]] = (
        Field(
            name="token",
            label=codes.gettext_noop("API token"),
            secret=True,
            hint=codes.gettext_noop("Categories: Content, Prices and discounts, Marketplace, Analytics; not read-only"),
        ),
    )
    can: ClassVar[frozenset[Can]] = frozenset({
        Can.ACCOUNT, Can.WAREHOUSES, Can.LISTINGS, Can.ORDERS, Can.STATUSES, Can.STOCK_WRITE, Can.STOCK_READ,
        Can.PRICE_WRITE, Can.PRICE_READ, Can.COMMIT, Can.LABELS, Can.MARKS_AFTER_COMMIT, Can.HANDOVER_BEFORE_COMMIT,
        Can.HANDOVER, Can.HANDOVER_DOCUMENTS, Can.SHIPPING_POINTS, Can.CANCEL, Can.OWN_STOCK,
    })  # fmt: skip
    schemes: ClassVar[frozenset[dto.Scheme]] = frozenset({dto.Scheme.FBS, dto.Scheme.FBO})
    # One bucket of 300 requests a minute serves orders, supplies and stickers: asking every 5 s is 4 % of it.
    poll: ClassVar[Poll] = Poll(orders_s=5, statuses_s=60)
    stock_batch: ClassVar[int] = 1000
    price_batch: ClassVar[int] = 1000
    commit_batch: ClassVar[int] = 100
    label_batch: ClassVar[int] = 100

    def account(self) -> dto.Account:
        """
        Check the token live: seller-info, then a ping of each host whose category the token names.

        A host takes three pings in half a minute and blocks those who automate them: this is for a person who
        connects a channel, not for a health check.
        """
        payload = self._talk.ask("GET", "/api/v1/seller-info", host=codes.COMMON, limit=codes.SELLER_INFO)
        info = reading.one(payload, wire.SellerInfo)
        seller = info.sid or self._claims.sid
        if not seller:
            raise ContractBroken("seller-info: no sid", payload=payload)
        return dto.Account(
            external_id=seller,
            name=info.tradeMark or info.name,
            inn=info.tin,
            key_expires_at=parse.expiry(self._claims.exp),
            permissions=[*self._permissions()],
        )

    def _permissions(self) -> Iterator[dto.Permission]:
        mask = self._claims.s
        for category in codes.CATEGORIES:
            named = mask is None or bool(mask >> category.bit & 1)
            yield dto.Permission(
                name=category.name,
                granted=named and self._admitted(category.host),
                needed=category.needed,
                methods=category.methods,
            )
        if mask is not None:
            writes = not mask >> codes.READ_ONLY_BIT & 1
            yield dto.Permission(name=codes.WRITE_ACCESS, granted=writes, methods=codes.WRITE_METHODS)

    def _admitted(self, host: str) -> bool:
        try:
            self._talk.ask("GET", "/ping", host=host, limit=codes.ping(host))
        except CredentialsRejected:
            return False
        except Unavailable:
            # The host is silent, which says nothing of the key.
            return True
        return True

    def warehouses(self) -> Sequence[dto.RemoteWarehouse]:
        """All warehouses of the seller; one that cannot be read is left out when others can."""
        payload = self._talk.ask("GET", "/api/v3/warehouses", limit=codes.WAREHOUSES)
        items, broken = each(reading.rows(payload), parse.warehouse, "id")
        if broken and not items:
            raise broken_list(broken, payload)
        return items

    def listings(self) -> Iterator[dto.Page[dto.RemoteListing]]:
        """All cards, then those in the bin as archived; one listing per size."""
        complaints = self._complaints()
        shown = partial(parse.listing, archived=False, complaints=complaints)
        yield from self._cards("/content/v2/get/cards/list", build.cards, "updatedAt", shown)
        binned = partial(parse.listing, archived=True, complaints={})
        with suppress(Refused):  # whoever may not look into the bin still has all cards
            yield from self._cards("/content/v2/get/cards/trash", build.trash, "trashedAt", binned)

    def _complaints(self) -> Mapping[str, Sequence[str]]:
        """What Wildberries says of failed uploads, by article; cards are listed also when this cannot be read."""

        def fetch(cursor: str) -> tuple[Sequence[object], str | None]:
            payload = self._talk.ask(
                "POST",
                "/content/v2/cards/error/list",
                host=codes.CONTENT,
                limit=codes.CARD_ERRORS,
                body=build.card_errors(json.loads(cursor), limit=CARDS_PAGE),
            )
            data = reading.data(payload)
            batches = reading.rows(data, "items")
            return batches, parse.error_cursor(data) if batches else None

        try:
            batches = [batch for page in by_cursor(fetch, start="{}") for batch in page]
        except (Rejected, ContractBroken):
            return {}
        found, _ = each(batches, parse.card_errors, "batchUUID")
        return dict(found)

    def _cards(
        self,
        path: str,
        body: Callable[..., dict[str, object]],
        moment: str,
        read: Callable[[object], Iterable[dto.RemoteListing]],
    ) -> Iterator[dto.Page[dto.RemoteListing]]:
        def fetch(cursor: str) -> tuple[dto.Page[dto.RemoteListing], str | None]:
            payload = self._talk.ask(
                "POST",
                path,
                host=codes.CONTENT,
                limit=codes.CARDS,
                body=body(json.loads(cursor), limit=CARDS_PAGE),
            )
            cards = reading.rows(payload, "cards")
            items, broken = each(cards, read, "nmID")
            after = parse.card_cursor(payload, moment) if len(cards) >= CARDS_PAGE else None
            return dto.Page(items=items, broken=broken), after

        return by_cursor(fetch, start="{}")
