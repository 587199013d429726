"""The card service: the token in a header, no envelope; what is asked and told has other shapes than elsewhere."""

from typing import Any

from sandbox.exchange import Call
from sandbox.goods import Good
from sandbox.megamarket.cabinet import Cabinet
from sandbox.megamarket.registry import CARD, method

Json = Any


@method(f"{CARD}/card/get")
def get(cabinet: Cabinet, body: Json, call: Call) -> Json:
    limit = body.get("limit")
    goods = _asked(cabinet, body)
    shown = goods[:limit] if isinstance(limit, int) and limit > 0 else goods
    return {"data": {"cardsInfo": [{"offerId": good.article, "status": _status(good)} for good in shown]}}


@method(f"{CARD}/card/getAttributes")
def attributes(cabinet: Cabinet, body: Json, call: Call) -> Json:
    return {"data": {"cards": [_card(good) for good in _asked(cabinet, body)]}}


@method(f"{CARD}/card/getError")
def errors(cabinet: Cabinet, body: Json, call: Call) -> Json:
    wrong = [good for good in _asked(cabinet, body) if _status(good) == "ERROR"]
    return {"data": {"cards": [_fault(good) for good in wrong]}}


def _asked(cabinet: Cabinet, body: Json) -> list[Good]:
    wanted = (body.get("filter") or {}).get("offerId") if isinstance(body.get("filter") or {}, dict) else None
    if wanted is None:
        return [good for good in cabinet.catalogue.goods if cabinet.sells(good)]
    found = [cabinet.catalogue.by_article.get(article) for article in wanted if isinstance(article, str)]
    return [good for good in found if good and cabinet.sells(good)]


def _status(good: Good) -> str:
    return "ERROR" if good.index % 53 == 41 else "ACTIVE"


def _card(good: Good) -> Json:
    values = {14: good.brand, 17: good.name, 33: f"{good.weight_g / 1000:g}", 39: good.barcode}
    rows = [{"attributeId": number, "values": [text]} for number, text in values.items()]
    return {"offerId": good.article, "masterAttributes": rows, "contentAttributes": []}


def _fault(good: Good) -> Json:
    said = {"attributeId": 18, "attributeName": "Фото", "value": "", "code": 2001, "message": "Не заполнен атрибут"}
    return {"offerId": good.article, "attributesErrors": [{**said, "description": "Добавьте фото"}], "exportError": []}
