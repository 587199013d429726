"""Opaque cursors, and lists of goods by the filters of the product methods."""

import base64
from typing import Any, TypeVar

import msgspec

from sandbox.goods import Good
from sandbox.ozon.cabinet import Cabinet
from sandbox.ozon.reading import Fields
from sandbox.ozon.refusals import invalid

Row = TypeVar("Row")


def cursor_of(*values: Any) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(values)).decode()


def read_cursor(text: str) -> tuple[Any, ...] | None:
    """This function will open a cursor; None for the first page."""
    if not text:
        return None
    try:
        return tuple(msgspec.json.decode(base64.urlsafe_b64decode(text)))
    except (ValueError, TypeError, msgspec.DecodeError):
        raise invalid("invalid cursor") from None


def filtered_goods(cabinet: Cabinet, wanted: Fields, *, sku_key: str = "sku") -> list[Good]:
    """This function will give the goods named by offer_id, product_id or SKU, or all of them."""
    catalogue = cabinet.catalogue
    offers = wanted.texts("offer_id", high=1000)
    products = wanted.wholes("product_id", high=1000)
    skus = wanted.wholes(sku_key, high=1000)
    if not (offers or products or skus):
        if wanted.text("visibility").upper() == "ARCHIVED":
            return []
        return catalogue.on_ozon
    named = [
        *(catalogue.by_article.get(offer) for offer in offers),
        *(catalogue.by_product.get(product) for product in products),
        *(catalogue.by_sku.get(sku) for sku in skus),
    ]
    return list({id(good): good for good in named if good is not None and good.on_ozon}.values())


def page_rows(rows: list[Row], cursor: str, limit: int) -> tuple[list[Row], str, bool]:
    """
    This function will cut one page.

    Returns (rows, cursor after them, whether more follow).
    """
    place = read_cursor(cursor)
    start = int(place[0]) if place else 0
    page = rows[start : start + limit]
    end = start + len(page)
    return page, cursor_of(end) if page else "", end < len(rows)
