"""Cards: the goods of the cabinet, those in use and then those in the archive."""

from collections.abc import Iterator

from marketplaces import dto
from marketplaces.adapters.yandex_market import operations, parse
from marketplaces.adapters.yandex_market.cabinet import Cabinet
from marketplaces.adapters.yandex_market.talk import Talk
from marketplaces.http import reading


class Cards:
    def __init__(self, talk: Talk, cabinet: Cabinet) -> None:
        self.talk = talk
        self.cabinet = cabinet

    def listings(self) -> Iterator[dto.Page[dto.RemoteListing]]:
        for archived in (False, True):
            pages = self.talk.pages(
                operations.OFFERS,
                "result",
                "offerMappings",
                limit=operations.OFFERS_PAGE,
                body={"archived": archived},
                businessId=self.cabinet.business_id,
            )
            for rows in pages:
                items, broken = reading.each(rows, parse.listing, "offer")
                yield dto.Page(items=items, broken=broken)
