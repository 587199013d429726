"""Prices: taken in, held in quarantine when they look wrong, in force a little later."""

from functools import partial
from typing import Any

from sandbox.clock import iso
from sandbox.world import World
from sandbox.yandex_market.cabinet import Cabinet
from sandbox.yandex_market.reading import Asked, many, objects, page, text, texts
from sandbox.yandex_market.refusals import invalid
from sandbox.yandex_market.registry import MINUTE, PRICING, route
from sandbox.yandex_market.state import Price

Json = dict[str, Any]
SUSPICIOUS = 0.5
LEAST, MOST = 0.05, 0.99


def plan(world: World, cabinets: dict[str, Cabinet]) -> None:
    """This function will tell the agenda when a price comes into force."""
    world.agenda.on("yandex.price", partial(_in_force, cabinets))


def _in_force(cabinets: dict[str, Cabinet], seller: str, offer: str, value: float, base: int) -> None:
    cabinet = cabinets[seller]
    cabinet.prices.put(offer, Price(value, base, cabinet.clock.now()))


@route(
    "POST",
    "/v2/businesses/{businessId}/offer-prices/updates",
    name="updateBusinessPrices",
    amount=10_000,
    period=MINUTE,
    scope=PRICING,
    counts=lambda asked, answer: many(asked.body, "offers"),
)
def update(cabinet: Cabinet, asked: Asked) -> Json:
    wanted: dict[str, Price] = {}
    for index, row in enumerate(objects(asked.body, "offers", high=500)):
        offer = text(row, "offerId")
        if offer in wanted:
            raise invalid(f"Duplicate offer in request: offerId = '{offer}'")
        wanted[offer] = _judged(row.get("price"), offer, index)
    if not asked.silent:
        for offer, price in wanted.items():
            _take(cabinet, offer, price)
    return {"status": "OK"}


def _judged(given: Any, offer: str, index: int) -> Price:
    value = given.get("value") if isinstance(given, dict) else None
    if isinstance(value, bool) or not isinstance(value, int | float) or value <= 0:
        raise invalid(f"Missing price value: offerId = '{offer}'")
    if given.get("currencyId") != "RUR":
        raise invalid(f"Currency is not allowed: offerId = '{offer}'")
    base = given.get("discountBase")
    if base is None:
        return Price(float(value))
    if isinstance(base, bool) or not isinstance(base, int | float) or base != int(base):
        raise invalid(f"Offer at index '{index}' should have valid discount value: a whole number")
    if base <= value:
        raise invalid(f"discountBase is less than value: offerId = '{offer}'")
    if not LEAST <= 1 - value / base <= MOST:
        raise invalid(f"Offer at index '{index}' should have valid discount value: from 5 to 99 percent")
    return Price(float(value), int(base))


def _take(cabinet: Cabinet, offer: str, price: Price) -> None:
    good = cabinet.catalogue.by_article.get(offer)
    if good is None:
        return
    if price.value < cabinet.price(good).value * SUSPICIOUS:
        cabinet.quarantine.put(offer, price)
        return
    cabinet.quarantine.drop(offer)
    cabinet.world.agenda.later(
        cabinet.tempo.price_upload,
        "yandex.price",
        seller=cabinet.seller.code,
        offer=offer,
        value=price.value,
        base=price.base,
    )


@route(
    "POST",
    "/v2/businesses/{businessId}/offer-prices",
    name="getDefaultPrices",
    amount=5000,
    period=MINUTE,
    scope=PRICING,
    reads=True,
    counts=lambda asked, answer: len(answer["result"]["offers"]),
)
def read(cabinet: Cabinet, asked: Asked) -> Json:
    only = texts(asked.body, "offerIds", high=200)
    goods = [good for good in cabinet.catalogue.goods if not only or good.article in set(only)]
    shown, paging = (goods, {}) if only else page(asked, goods, default=250, most=500, cuts=True)
    rows = []
    for good in shown:
        price = cabinet.price(good)
        told: Json = {"value": price.value, "currencyId": "RUR", "updatedAt": iso(price.updated)}
        rows.append(
            {"offerId": good.article, "price": {**told, **({"discountBase": price.base} if price.base else {})}}
        )
    return {"status": "OK", "result": {"offers": rows, "paging": paging}}


@route(
    "POST",
    "/v2/businesses/{businessId}/price-quarantine",
    name="getBusinessQuarantineOffers",
    amount=5000,
    period=MINUTE,
    scope=PRICING,
    reads=True,
)
def quarantine(cabinet: Cabinet, asked: Asked) -> Json:
    only = texts(asked.body, "offerIds", high=200)
    found = [(offer, price) for offer, price in cabinet.quarantine.items() if not only or offer in set(only)]
    shown, paging = (found, {}) if only else page(asked, found, default=100, most=200)
    rows = [_quarantined(cabinet, offer, price) for offer, price in shown]
    return {"status": "OK", "result": {"offers": rows, "paging": paging}}


def _quarantined(cabinet: Cabinet, offer: str, price: Price) -> Json:
    valid = cabinet.price(cabinet.catalogue.by_article[offer])
    parameters = {"CURRENT_PRICE": price.value, "LAST_VALID_PRICE": valid.value, "CURRENCY": "RUR"}
    verdict = {
        "type": "PRICE_CHANGE",
        "params": [{"name": name, "value": str(value)} for name, value in parameters.items()],
    }
    return {"offerId": offer, "verdicts": [verdict]}


@route(
    "POST",
    "/v2/businesses/{businessId}/price-quarantine/confirm",
    name="confirmBusinessPrices",
    amount=10_000,
    period=MINUTE,
    scope=PRICING,
    counts=lambda asked, answer: many(asked.body, "offerIds"),
)
def confirm(cabinet: Cabinet, asked: Asked) -> Json:
    for offer in texts(asked.body, "offerIds", high=200):
        price = cabinet.quarantine.get(offer)
        if price is not None and not asked.silent:
            cabinet.quarantine.drop(offer)
            cabinet.prices.put(offer, Price(price.value, price.base, cabinet.clock.now()))
    return {"status": "OK"}
