"""From the page of warehouse work down to the orders that were late, and to what a person scanned."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from html import unescape
from uuid import uuid4

import pytest
from django.http import QueryDict
from django.test import Client
from django.utils import timezone

from analytics.selectors import operations, scans
from analytics.services import facts
from analytics.services.exports import EXPORTS
from analytics.types import Asked
from floor.services import scan as floor_scans
from floor.types import Answer, ScanIn
from merchants.models import Person
from merchants.roles import Role
from orders.models import Order
from tests import make
from tests.analytics.make import yesterday
from tests.trade import Trade, open_trade

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
ROWS_OF = {export.key: export.rows for export in EXPORTS}


def hand_over(trade: Trade) -> dict[str, Order]:
    """Ozon's order of two lines five minutes late, Wildberries' an hour late and one in the last moment."""
    for code in ("mug", "fork"):
        trade.sku(code, pieces=50)
    due = yesterday() + 3 * HOUR
    made = {
        "late": trade.order(("mug", 2), ("fork", 1), ordered_at=yesterday(), ship_by=due),
        "later": trade.order(("mug", 1), ordered_at=yesterday(), ship_by=due, place=trade.wildberries),
        "in time": trade.order(("mug", 1), ordered_at=yesterday(), ship_by=due, place=trade.wildberries),
    }
    for name, over in (("late", 5 * MINUTE), ("later", HOUR), ("in time", timedelta())):
        Order.objects.filter(pk=made[name].pk).update(
            state="handed_over", handed_over_at=due + over, changed_at=timezone.now()
        )
    facts.refresh(merchant_id=trade.merchant.pk, now=timezone.now())
    return made


def beneath(browser: Client, page: str, path: str) -> list[str]:
    """The addresses that a page links to under a path."""
    told = browser.get(page).content.decode()
    return [unescape(link) for link in re.findall(rf'href="({re.escape(path)}\?[^"]*)"', told)]


def orders_on(browser: Client, address: str) -> list[int]:
    told = browser.get(address).content.decode()
    return [int(pk) for pk in re.findall(r'<a href="/orders/(\d+)/">', told)]


@pytest.mark.django_db
def test_every_missed_cut_off_leads_to_its_orders() -> None:
    trade = open_trade()
    with trade.scope():
        made = hand_over(trade)
    browser = make.client(role=Role.OWNER, merchant=trade.merchant)
    # A filter of both channels must not follow beneath the row of one.
    both = f"channel={trade.ozon.channel_id}&channel={trade.wildberries.channel_id}"
    links = beneath(browser, f"/analytics/operations/?period=1&{both}", "/analytics/late/")
    assert [orders_on(browser, link) for link in links] == [[made["later"].pk], [made["late"].pk]]
    shipped = beneath(browser, f"/analytics/operations/?period=1&{both}", "/analytics/lines/")
    assert sorted(orders_on(browser, shipped[0])) == sorted([made["later"].pk, made["in time"].pk])
    assert set(orders_on(browser, "/analytics/late/?period=1")) == {made["late"].pk, made["later"].pk}
    told = browser.get(links[1]).content.decode()
    assert "5 мин" in told
    assert f"{yesterday() + 3 * HOUR + 5 * MINUTE:%d.%m.%Y %H:%M}" in told
    stranger = make.client(role=Role.OWNER, merchant=open_trade().merchant)
    assert orders_on(stranger, "/analytics/late/?period=1") == []


def test_late_orders_are_counted_once_in_every_currency_and_paged(
    trade: Trade, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = hand_over(trade)
    monkeypatch.setattr("analytics.selectors.sales._AT_ONCE", 1)
    for currency in ("RUB", "KZT"):
        asked = Asked(since=yesterday().date(), until=yesterday().date(), currency=currency)
        found = list(operations.every_late(asked))
        assert [(each.order_id, each.over) for each in found] == [
            (made["later"].pk, HOUR),
            (made["late"].pk, 5 * MINUTE),
        ]
        assert len(found) == sum(place.missed for place in operations.places(asked))
    rows = list(ROWS_OF["analytics-late"](QueryDict("period=1"), frozenset({trade.merchant.pk})))
    assert [(row[0], row[1], row[5]) for row in rows] == [
        (made["later"].external_number, "wildberries", 60),
        (made["late"].external_number, "ozon", 5),
    ]


def scan(trade: Trade, person: Person, at: datetime, answer: Answer, code: str) -> None:
    made = ScanIn(code=code, nonce=uuid4(), person_id=person.pk, scanned_at=at)
    floor_scans.once(scan=made, step="pick", warehouse_id=trade.warehouse.pk, now=at, work=lambda: answer)


def scanned(trade: Trade) -> tuple[Person, Order]:
    """Aglaya's four scans of yesterday, two at the same moment and two refused; hers and Boris's of around it."""
    aglaya, boris = (make.person(full_name=name) for name in ("Аглая", "Борис"))
    trade.sku("mug", pieces=9)
    order = trade.order(("mug", 1), ordered_at=yesterday())
    right, wrong = floor_scans.accepted("", ""), floor_scans.wrong("", "")
    begins = timezone.make_aware(datetime.combine(yesterday().date(), time()))
    scan(trade, aglaya, begins - MINUTE, wrong, "before")
    scan(trade, aglaya, begins, right, "first")
    scan(trade, aglaya, begins + HOUR, wrong, "second")
    scan(trade, aglaya, begins + HOUR, replace(right, data={"order_id": order.pk}), "third")
    scan(trade, boris, begins + HOUR, wrong, "other")
    scan(trade, aglaya, begins + 23 * HOUR, wrong, "fourth")
    scan(trade, aglaya, begins + 24 * HOUR, right, "after")
    return aglaya, order


def codes(rows: Sequence[Sequence[object]]) -> list[object]:
    return [row[3] for row in rows]


def test_the_scans_of_a_person_are_all_that_its_number_counts(trade: Trade, monkeypatch: pytest.MonkeyPatch) -> None:
    aglaya, order = scanned(trade)
    asked = Asked(since=yesterday().date(), until=yesterday().date(), currency="RUB")
    hand = next(hand for hand in scans.hands(asked) if hand.person_id == aglaya.pk)
    every, wrong = (scans.Whose(person_id=aglaya.pk, wrong=alone) for alone in (False, True))
    assert scans.counted(asked, every) == (hand.scans, hand.wrong) == (4, 2)
    assert scans.counted(asked, wrong) == (2, 2)
    monkeypatch.setattr(scans, "_AT_ONCE", 1)
    assert [each.code for each in scans.every(asked, every)] == ["fourth", "third", "second", "first"]
    assert [each.code for each in scans.every(asked, wrong)] == ["fourth", "second"]
    merchants = frozenset({trade.merchant.pk})
    rows = list(ROWS_OF["analytics-scans"](QueryDict(f"period=1&person={aglaya.pk}"), merchants))
    assert codes(rows) == ["fourth", "third", "second", "first"]
    assert rows[1][1:] == ("Аглая", "подбор", "third", order.external_number, "Принято")
    assert codes(list(ROWS_OF["analytics-scans"](QueryDict("period=1"), merchants))) == []


@pytest.mark.django_db
def test_the_page_of_a_persons_scans_tells_nobody_elses() -> None:
    trade = open_trade()
    with trade.scope():
        aglaya, order = scanned(trade)
    browser = make.client(role=Role.OWNER, merchant=trade.merchant)
    links = beneath(browser, "/analytics/operations/?period=1", "/analytics/scans/")
    assert len(links) == 4  # two people, all of their scans and those that were wrong
    told = browser.get(links[0]).content.decode()
    assert "Сканирования человека: Аглая" in told
    assert "second" in told
    assert "other" not in told
    assert orders_on(browser, links[0]) == [order.pk]
    refused = browser.get(links[1]).content.decode()
    assert "second" in refused
    assert "third" not in refused
    stranger = make.client(role=Role.OWNER, merchant=open_trade().merchant)
    told = stranger.get(f"/analytics/scans/?period=1&person={aglaya.pk}").content.decode()
    assert "Аглая" not in told
    assert "Сканирований нет" in told


@pytest.mark.django_db
@pytest.mark.parametrize("query", ["person=x", "person=٣", "person=" + "9" * 40, "after=x_y", "after=2026-01-01_1", ""])
def test_an_address_that_says_nothing_shows_nothing(query: str) -> None:
    trade = open_trade()
    with trade.scope():
        scanned(trade)
    browser = make.client(role=Role.OWNER, merchant=trade.merchant)
    answer = browser.get(f"/analytics/scans/?period=1&{query}")
    assert answer.status_code == 200
    assert "Сканирований нет" in answer.content.decode()
