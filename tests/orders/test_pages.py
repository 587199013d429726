import re

import pytest
from django.test import Client
from django.urls import reverse

from merchants.roles import Role
from orders.models import Order
from orders.services import cancel
from tests import make
from tests.trade import NOON, Trade, open_trade


@pytest.fixture
def manager(trade: Trade) -> Client:
    return make.client(role=Role.MANAGER, merchant=trade.merchant)


def shown(browser: Client, **query: str) -> list[str]:
    page = browser.get(reverse("orders:list"), query)
    assert page.status_code == 200
    return [order.external_number for order in page.context["page"]]


def test_orders_are_found_by_the_beginning_and_the_last_digits_of_their_number(trade: Trade, manager: Client) -> None:
    trade.sku("mug", pieces=9)
    trade.order(("mug", 1), number="41517061-0214-1")
    trade.order(("mug", 1), number="99887766-0001-1")
    assert shown(manager, q="41517") == ["41517061-0214-1"]
    assert shown(manager, q="0214-1") == ["41517061-0214-1"]
    assert shown(manager, q="nothing") == []
    assert len(shown(manager)) == 2


def test_pages_by_key_show_every_order_once(trade: Trade, manager: Client) -> None:
    trade.sku("mug", pieces=200)
    trade.take_in(*[trade.draft(("mug", 1)) for _ in range(120)])
    seen: list[str] = []
    after, pages = "", 0
    while pages == 0 or after:
        page = manager.get(reverse("orders:list"), {"after": after}).context["page"]
        seen += [order.external_number for order in page]
        before, after, pages = page.previous_key, page.next_key, pages + 1
    assert (pages, len(seen), len(set(seen))) == (3, 120, 120)
    back = manager.get(reverse("orders:list"), {"before": before}).context["page"]
    assert [order.external_number for order in back] == seen[50:100]


@pytest.mark.parametrize(
    "query",
    [
        {"after": "x"},
        {"after": "1e400_1"},
        {"before": "0_99999999999999999999999"},
        {"channel": "7777777777777777777777"},
        {"state": "no"},
        {"since": "0001-01-01", "until": "9999-12-31"},
        {"q": "\x00'%_"},
        {"attention": "';--"},
    ],
)
def test_bad_address_is_never_an_error(trade: Trade, manager: Client, query: dict[str, str]) -> None:
    assert manager.get(reverse("orders:list"), query).status_code == 200


def test_order_tells_its_whole_story(trade: Trade, manager: Client) -> None:
    order = trade.order(("nobody-knows", 1))
    page = manager.get(reverse("orders:detail", args=[order.pk])).content.decode()
    assert order.external_number in page
    assert "nobody-knows" in page
    inside = manager.get(reverse("orders:detail-inside", args=[order.pk]))
    assert inside.status_code == 200
    assert (
        manager.get(reverse("orders:detail-inside", args=[order.pk]), {"version": inside["X-Live-Version"]}).status_code
        == 204
    )


def test_cancelling_asks_why_and_waits_for_the_marketplace(trade: Trade, manager: Client) -> None:
    trade.sku("mug", pieces=5)
    order = trade.order(("mug", 1))
    url = reverse("orders:cancel", args=[order.pk])
    assert manager.get(url).status_code == 200
    assert manager.post(url, {"reason": "other"}).status_code == 422
    order.refresh_from_db()
    assert order.cancel_asked_at is None
    assert manager.post(url, {"reason": "out_of_stock"}).status_code == 302
    order.refresh_from_db()
    assert (order.cancel_asked_at is not None, order.state, trade.row("mug")) == (True, "new", (5, 1))
    cancel.answered(merchant_id=trade.merchant.pk, order_id=order.pk, accepted=True, text="", now=NOON)
    page = manager.get(reverse("orders:detail", args=[order.pk])).content.decode()
    assert "Запрошена отмена: нет в наличии" in page
    assert re.search(r"Кто отменил</dt>\s*<dd[^>]*>мы<", page)


def test_chosen_orders_are_taken_into_work(trade: Trade, manager: Client) -> None:
    trade.sku("mug", pieces=1)
    whole, short = trade.order(("mug", 1)), trade.order(("mug", 1))
    owner = make.client(role=Role.OWNER, merchant=trade.merchant)
    answer = owner.post(reverse("orders:take"), {"ids": [whole.pk, short.pk, "x", "9" * 30]})
    assert answer.status_code == 302
    states = dict(Order.objects.values_list("pk", "commit_state"))
    assert states == {whole.pk: "owed", short.pk: ""}


def test_today_counts_by_channel(trade: Trade, manager: Client) -> None:
    trade.sku("mug", pieces=1)
    trade.order(("mug", 1))
    trade.order(("mug", 1), place=trade.wildberries)
    answer = manager.get(reverse("orders:today-panel"))
    assert answer.status_code == 200
    rows = {row.channel.name: (row.new, row.attention) for row in answer.context["rows"]}
    assert rows == {"ozon": (1, 0), "wildberries": (1, 1)}


def test_an_open_list_shows_an_order_that_arrives_and_is_silent_while_nothing_changes(
    transactional_db: None,
) -> None:
    trade = open_trade()
    manager = make.client(role=Role.MANAGER, merchant=trade.merchant)
    with trade.scope():
        trade.sku("mug", pieces=9)
    page = manager.get(reverse("orders:list"), {"state": "new"})
    live_url, version = page.context["live_url"], page.context["version"]
    assert manager.get(f"{live_url}&version={version}").status_code == 204

    with trade.scope():
        trade.order(("mug", 1), number="41517061-0214-1")
    inside = manager.get(f"{live_url}&version={version}")
    assert inside.status_code == 200
    assert inside["X-Live-Version"] != version
    html = inside.content.decode()
    assert "41517061-0214-1" in html
    assert "<html" not in html
    assert "version=" not in html
