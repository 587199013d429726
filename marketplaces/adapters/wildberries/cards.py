"""Cards: listed with what is said of them, then those in the bin."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial

from marketplaces import dto
from marketplaces.adapters.wildberries import build, codes, parse, reading
from marketplaces.adapters.wildberries.talk import Refused, Talk
from marketplaces.errors import ContractBroken, Rejected
from marketplaces.http.paging import by_cursor
from marketplaces.http.reading import each

CARDS_PAGE = 100


class Cards:
    def __init__(self, talk: Talk) -> None:
        self.talk = talk

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
            payload = self.talk.ask(
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
            payload = self.talk.ask(
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
