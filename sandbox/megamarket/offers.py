"""Stock and prices by article.  What is wrong with one offer is a remark beside success."""

from typing import Any

from sandbox.exchange import Call
from sandbox.megamarket.cabinet import Cabinet
from sandbox.megamarket.refusals import taken, whole
from sandbox.megamarket.registry import OFFER, method

Json = Any
MOST = 1000


@method(f"{OFFER}/stock/update")
def stock(cabinet: Cabinet, data: Json, call: Call) -> Json:
    rows = _rows(data, "stocks", "quantity")
    known = [(article, count) for article, count in rows if _known(cabinet, article)]
    if not call.silent:
        for article, count in known:
            cabinet.stocks.put(article, count)
    return taken(_remarks(cabinet, rows))


@method(f"{OFFER}/manualPrice/save")
def price(cabinet: Cabinet, data: Json, call: Call) -> Json:
    rows = _rows(data, "prices", "price")
    deleted = {one["offerId"] for one in data["prices"] if one.get("isDeleted") is True}
    known = [(article, amount) for article, amount in rows if _known(cabinet, article)]
    if not call.silent:
        for article, amount in known:
            if article in deleted:
                cabinet.prices.drop(article)
            else:
                cabinet.prices.put(article, amount)
    return taken({"savedPrices": len(known), **_remarks(cabinet, rows)})


def _known(cabinet: Cabinet, article: str) -> bool:
    good = cabinet.catalogue.by_article.get(article)
    return good is not None and cabinet.sells(good)


def _remarks(cabinet: Cabinet, rows: list[tuple[str, int]]) -> Json:
    strange = [article for article, _ in rows if not _known(cabinet, article)]
    return {"warnings": [{"offerId": article, "warning": "Оффер не найден"} for article in strange]} if strange else {}


def _rows(data: Json, key: str, value: str) -> list[tuple[str, int]]:
    rows = data.get(key)
    if not isinstance(rows, list) or len(rows) > MOST:
        raise whole(f"Некорректное значение поля {key}")
    found = []
    for one in rows:
        article, number = (one.get("offerId"), one.get(value)) if isinstance(one, dict) else (None, None)
        if not isinstance(article, str) or isinstance(number, bool) or not isinstance(number, int) or number < 0:
            raise whole(f"Некорректное значение поля {key}.{value}")
        found.append((article, number))
    return found
