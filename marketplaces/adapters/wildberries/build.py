"""Ours → theirs: bodies of requests."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import ROUND_CEILING, ROUND_FLOOR
from urllib.parse import quote

from backoffice.kernel.zones import MOSCOW
from marketplaces import dto
from marketplaces.adapters.wildberries import codes
from marketplaces.errors import Rejected

LONGEST_NAME = 128
LONGEST_ID = 40
LARGEST_ID = 2**63 - 1
DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})")


def is_whole(text: str) -> bool:
    """This function will tell whether a text of ours can be one of their numeric ids, which are int64."""
    return text.isascii() and text.isdigit() and int(text[:LONGEST_ID]) <= LARGEST_ID and len(text) < LONGEST_ID


def whole(text: str) -> int:
    """
    This function will give an id as the number they want.

    :raises Rejected: it cannot be one
    """
    if not is_whole(text):
        raise Rejected(f"{codes.NOT_AN_ID}: {text[:40]!r}", code=dto.Code.INVALID)
    return int(text)


def orders(numbers: Iterable[str]) -> dict[str, list[int]]:
    return {"orders": [whole(number) for number in numbers]}


def returns(since: datetime, until: datetime) -> dict[str, str | int]:
    """Asked for by days, the first and the last one whole."""
    first, last = (at.astimezone(MOSCOW).date() for at in (since, until))
    return {"dateFrom": first.isoformat(), "dateTo": last.isoformat()}


def seconds(moment: datetime) -> int:
    """Unix time in whole seconds, rounded down."""
    return int(moment.timestamp() // 1)


def cards(cursor: dict[str, object], *, limit: int) -> dict[str, object]:
    """The filter withPhoto -1 means all cards; its default has changed its meaning once."""
    return {
        "settings": {
            "sort": {"ascending": True},
            "cursor": {"limit": limit, **cursor},
            "filter": {"withPhoto": -1},
        }
    }


def card_errors(cursor: dict[str, object], *, limit: int) -> dict[str, object]:
    return {"cursor": {"limit": limit, **cursor}, "order": {"ascending": True}}


def trash(cursor: dict[str, object], *, limit: int) -> dict[str, object]:
    return {"settings": {"sort": {"ascending": True}, "cursor": {"limit": limit, **cursor}}}


def stocks(levels: Iterable[dto.StockLevel]) -> dict[str, list[dict[str, int]]]:
    """Names of fields are not checked over there: with a wrong one the answer is 204 and nothing changes."""
    return {"stocks": [{"chrtId": whole(level.stock_id), "amount": level.pieces} for level in levels]}


def stock_keys(stock_ids: Iterable[str]) -> dict[str, list[int]]:
    return {"chrtIds": [whole(stock_id) for stock_id in stock_ids]}


def price(level: dto.PriceLevel) -> dict[str, int]:
    """
    This function will turn a price and its crossed-out price into Wildberries' pair of price and discount.

    They take whole currency units: `price` before discount and a whole `discount` in per cent, and sell for
    price × (100 − discount) / 100.  The discount is what `old_price` allows, rounded down, and the price before it is
    then the least with which the goods are not sold cheaper than `level.price`: the result is at most one unit above
    it, and the crossed-out price may come out a little below `old_price`.  Without an `old_price` above the price
    the discount is 0.  `min_price` does not exist there.
    """
    discount = 0
    if level.old_price > level.price > 0:
        discount = int(((1 - level.price / level.old_price) * 100).to_integral_value(ROUND_FLOOR))
    before = (level.price * 100 / (100 - discount)).to_integral_value(ROUND_CEILING)
    return {"nmID": whole(level.product_id), "price": int(before), "discount": discount}


def prices(levels: Iterable[dto.PriceLevel]) -> dict[str, list[dict[str, int]]]:
    return {"data": [price(level) for level in levels]}


def mark(kind: dto.MarkKind, values: Sequence[str]) -> dict[str, object]:
    """The body of one kind of code; `sgtins` is a list, the others carry one value."""
    if kind is dto.MarkKind.SGTIN:
        return {"sgtins": list(values)}
    if kind is dto.MarkKind.EXPIRATION:
        return {"expiration": DATE.sub(r"\3.\2.\1", values[0])}
    return {codes.MARK_KEYS[kind]: values[0]}


def mark_path(number: str, kind: dto.MarkKind) -> str:
    if kind is dto.MarkKind.CUSTOMS:
        return f"/api/marketplace/v3/orders/{whole(number)}/meta/customs-declaration"
    return f"/api/v3/orders/{whole(number)}/meta/{codes.MARK_KEYS[kind]}"


def supply(plan: dto.HandoverPlan) -> dict[str, str]:
    return {"name": plan.our_key[:LONGEST_NAME]}


def shipping(plan: dto.HandoverPlan) -> dict[str, object]:
    """
    This function will say how a supply is brought: day, point, method.

    :raises Rejected: no point was chosen, or the method cannot be expressed
    """
    method = codes.SHIPPING_TYPES.get(plan.shipping_type)
    if method is None or not is_whole(plan.shipping_point_id):
        raise Rejected(codes.CHOOSE_SHIPPING, code=dto.Code.SHIPPING_METHOD_NEEDED)
    return {
        "supplyId": plan.external_id,
        "shippingDt": plan.departure_date.isoformat(),
        "shippingPointId": int(plan.shipping_point_id),
        "shippingType": method,
    }


def segment(text: str) -> str:
    """This function will make a text safe as one part of a path."""
    return quote(text, safe="")


def cargo_type(cargo: str) -> int:
    """The cargo type inside our text "type/cross-border/B2B"; small goods when it is not told."""
    kind = cargo.partition("/")[0]
    return int(kind) if kind in ("1", "2", "3") else 1


def own_stock(*, limit: int, offset: int) -> dict[str, int]:
    return {"limit": limit, "offset": offset}
