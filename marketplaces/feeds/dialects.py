"""How each site wants its feed: what must be there, in which words, and what is left out."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from decimal import ROUND_CEILING, Decimal
from typing import ClassVar
from urllib.parse import quote

from backoffice.kernel.zones import MOSCOW
from marketplaces.feeds.offer import Category, Head, LeftOut, Offer, Shop
from marketplaces.feeds.xml import cdata, element, empty, escape

# Goods without a category of ours still need one where the format asks for it.
OTHER = Category(id=999_999_999, name="Прочее")
REASONS = (
    *("no_name", "no_price", "currency", "no_picture", "no_brand", "no_category", "out_of_stock", "no_address"),
    "twice",
)
# Codes of rates that Megamarket has; it has none for 5, 7 and 22 percent, and a wrong one is worse than none.
MEGAMARKET_VAT = {"20": "1", "10": "2", "0": "5", "none": "6"}


class Dialect(ABC):
    """One site's form.  needs: fields of the shop without which nothing can be published."""

    code: ClassVar[str]
    needs: ClassVar[tuple[str, ...]] = ()

    @abstractmethod
    def head(self, head: Head) -> str:
        """Everything before the offers."""

    @abstractmethod
    def offer(self, offer: Offer, shop: Shop) -> str:
        """One offer on one line; :raises LeftOut: it cannot be shown there."""

    @abstractmethod
    def tail(self) -> str:
        """Everything after the offers."""


class Yml(Dialect):
    """The plain form: price comparison sites, partners, and whatever reads Yandex's language."""

    code = "generic"
    needs: ClassVar[tuple[str, ...]] = ("name", "company", "url")
    needs_picture: ClassVar[bool] = False
    needs_brand: ClassVar[bool] = False
    pictures: ClassVar[int] = 10

    def head(self, head: Head) -> str:
        shop = head.shop
        date = head.now.astimezone(MOSCOW).isoformat(timespec="seconds")
        lines = [
            '<?xml version="1.0" encoding="UTF-8"?>',
            f'<yml_catalog date="{date}">',
            "<shop>",
            element("name", shop.name) + element("company", shop.company) + element("url", shop.url),
            '<currencies><currency id="RUB" rate="1"/></currencies>',
            "<categories>",
            *(_category(category) for category in [*head.categories, OTHER]),
            "</categories>",
            *self.of_shop(shop),
            "<offers>",
        ]
        return "\n".join(lines) + "\n"

    def of_shop(self, shop: Shop) -> Iterator[str]:
        """Lines between categories and offers."""
        yield from ()

    def offer(self, offer: Offer, shop: Shop) -> str:
        price = priced(offer)
        if self.needs_picture and not offer.pictures:
            raise LeftOut("no_picture")
        if self.needs_brand and not offer.brand.strip():
            raise LeftOut("no_brand")
        inner = "".join(
            [
                element("name", named(offer)),
                element("vendor", offer.brand) if offer.brand.strip() else "",
                element("vendorCode", offer.id),
                element("url", f"{shop.url.rstrip('/')}/?sku={_quoted(offer.id)}"),
                element("price", f"{price:.2f}"),
                element("currencyId", "RUB"),
                element("categoryId", (offer.category or OTHER).id),
                *(element("picture", picture) for picture in offer.pictures[: self.pictures]),
                cdata("description", offer.description or offer.title),
                *(element("barcode", code) for code in offer.barcodes if code.isdigit()),
                *self.of_offer(offer, shop),
                *(element("param", value, name=name) for name, value in offer.attributes.items() if name.strip()),
            ]
        )
        for_sale = "true" if offer.pieces >= shop.least else "false"
        return f'<offer id="{escape(offer.id.strip())}" available="{for_sale}">{inner}</offer>\n'

    def of_offer(self, offer: Offer, shop: Shop) -> Iterator[str]:
        """Stock, weight and sizes as this site reads them."""
        yield element("count", max(offer.pieces, 0))
        if offer.weight_g:
            yield element("weight", _kg(offer.weight_g))
        if offer.sides_mm:
            yield element("dimensions", "/".join(_cm(side) for side in offer.sides_mm))

    def tail(self) -> str:
        return "</offers>\n</shop>\n</yml_catalog>\n"


class Yandex(Yml):
    """Yandex: nothing without a picture and a brand."""

    code = "yandex"
    needs_picture = True
    needs_brand = True


class Megamarket(Yml):
    """Megamarket: stock by place, working days to ship, rates of VAT by code."""

    code = "megamarket"
    needs = ("name", "company", "url", "outlet")
    needs_picture = True

    def of_shop(self, shop: Shop) -> Iterator[str]:
        option = empty("option", days=shop.ship_days, order_before=shop.order_before)
        yield f"<shipment-options>{option}</shipment-options>"

    def of_offer(self, offer: Offer, shop: Shop) -> Iterator[str]:
        if code := MEGAMARKET_VAT.get(offer.vat):
            yield element("vat", code)
        pieces = offer.pieces if offer.pieces >= shop.least else 0
        yield f"<outlets>{empty('outlet', id=shop.outlet, instock=pieces)}</outlets>"
        if offer.weight_g:
            yield element("param", _kg(offer.weight_g), name="Weight")
        for name, side in zip(("Length", "Width", "Height"), offer.sides_mm or (), strict=False):
            yield element("param", _cm(side), name=name)


class Board(Dialect):
    """A board of advertisements: what is not for sale is not in the file, roubles are whole."""

    longest_title: ClassVar[int]
    longest_text: ClassVar[int] = 3000
    pictures: ClassVar[int] = 10

    def judge(self, offer: Offer, shop: Shop) -> Decimal:
        """The price in whole roubles; :raises LeftOut: it cannot be advertised."""
        price = priced(offer)
        if offer.pieces < shop.least:
            raise LeftOut("out_of_stock")
        if not offer.pictures:
            raise LeftOut("no_picture")
        if offer.category is None or offer.category.name.lower() not in shop.targets:
            raise LeftOut("no_category", offer.category.name if offer.category else "")
        return price.to_integral_value(rounding=ROUND_CEILING)

    def text(self, offer: Offer) -> str:
        return (offer.description or offer.title)[: self.longest_text]


class Youla(Board):
    """Youla: elements of its own inside the frame of YML; attributes are named by their slug."""

    code = "youla"
    needs = ("address", "phone", "manager")
    longest_title = 100

    def head(self, head: Head) -> str:
        date = head.now.astimezone(MOSCOW).strftime("%Y-%m-%d %H:%M")
        return f'<?xml version="1.0" encoding="UTF-8"?>\n<yml_catalog date="{date}">\n<shop>\n<offers>\n'

    def offer(self, offer: Offer, shop: Shop) -> str:
        price = self.judge(offer, shop)
        assert offer.category is not None
        inner = "".join(
            [
                *(element(name, value) for name, value in shop.targets[offer.category.name.lower()].elements),
                element("address", shop.address),
                element("price", price),
                element("phone", shop.phone),
                element("name", named(offer)[: self.longest_title]),
                *(element("picture", picture) for picture in offer.pictures[: self.pictures]),
                cdata("description", self.text(offer)),
                element("managerName", shop.manager),
            ]
        )
        return f'<offer id="{escape(offer.id.strip())}">{inner}</offer>\n'

    def tail(self) -> str:
        return "</offers>\n</shop>\n</yml_catalog>\n"


class Avito(Board):
    """Avito's autoload: one element for a field, no attributes but the picture's address."""

    code = "avito"
    needs = ("address", "phone", "manager")
    longest_title = 50
    longest_text = 7500

    def head(self, head: Head) -> str:
        return '<?xml version="1.0" encoding="UTF-8"?>\n<Ads formatVersion="3" target="Avito.ru">\n'

    def offer(self, offer: Offer, shop: Shop) -> str:
        price = self.judge(offer, shop)
        assert offer.category is not None
        inner = "".join(
            [
                element("Id", offer.id.strip()),
                element("Address", shop.address),
                element("ContactPhone", shop.phone),
                element("ManagerName", shop.manager),
                *(element(name, value) for name, value in shop.targets[offer.category.name.lower()].elements),
                element("Condition", "Новое"),
                element("Brand", offer.brand) if offer.brand.strip() else "",
                element("Title", named(offer)[: self.longest_title]),
                cdata("Description", self.text(offer)),
                element("Price", price),
                "<Images>",
                *(empty("Image", url=picture) for picture in offer.pictures[: self.pictures]),
                "</Images>",
            ]
        )
        return f"<Ad>{inner}</Ad>\n"

    def tail(self) -> str:
        return "</Ads>\n"


DIALECTS: dict[str, Callable[[], Dialect]] = {
    dialect.code: dialect for dialect in (Yml, Yandex, Megamarket, Youla, Avito)
}
# Which form a marketplace of the registry reads.
OF_MARKETPLACE = {
    "yandex_market": "yandex",
    "megamarket": "megamarket",
    "youla": "youla",
    "avito": "avito",
    "feed": "generic",
}


def priced(offer: Offer) -> Decimal:
    """The price; :raises LeftOut: there is none, or in another currency."""
    if offer.currency not in ("RUB", "RUR"):
        raise LeftOut("currency", offer.currency)
    if offer.price is None or offer.price <= 0:
        raise LeftOut("no_price")
    return offer.price


def named(offer: Offer) -> str:
    """The title; :raises LeftOut: there is none."""
    title = " ".join(offer.title.split())
    if not title or not offer.id.strip():
        raise LeftOut("no_name")
    return title


def _category(category: Category) -> str:
    parent = {} if category.parent_id is None else {"parentId": category.parent_id}
    return element("category", category.name.strip() or str(category.id), id=category.id, **parent)


def _kg(grams: int) -> str:
    return f"{Decimal(grams) / 1000:f}"


def _cm(millimetres: int) -> str:
    return f"{Decimal(millimetres) / 10:f}"


def _quoted(text: str) -> str:
    return quote(text, safe="")
