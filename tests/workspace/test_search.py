"""One field for every number: what a person or a scanner puts in leads to what it stands on."""

import pytest
from django.test import Client
from django.urls import reverse

from floor.services import wave
from labels.services.order_label import store_label
from marketplaces.models import ReturnRow
from merchants.models import Membership
from merchants.roles import Role
from orders.models import Order
from shipping.models import Handover, Supply
from shipping.services import supplies
from stock.models import Location
from tests import make
from tests.labels.make import png
from tests.trade import NOON, Trade, delivery, open_trade


@pytest.fixture
def owner(trade: Trade) -> Client:
    return make.client(role=Role.OWNER, merchant=trade.merchant)


def asked(browser: Client, typed: str) -> str:
    """Where the search leads; "" when it stays on its own page."""
    answer = browser.get(reverse("workspace:search"), {"q": typed})
    assert answer.status_code in (200, 302)
    return answer.headers.get("Location", "")


def kinds(browser: Client, typed: str) -> dict[str, list[str]]:
    found = browser.get(reverse("workspace:search"), {"q": typed}).context["found"]
    return {finding.title: [row.title for row in finding.rows] for finding in found}


def sticker(trade: Trade) -> Order:
    trade.sku("mug", pieces=9)
    order = trade.order(("mug", 1), number="46-000777-1")
    store_label(
        merchant_id=trade.merchant.pk,
        order_id=order.pk,
        content=png(),
        content_type="image/png",
        barcode="%101%4600777",
        now=NOON,
    )
    return order


def test_an_order_is_opened_by_any_of_its_numbers(trade: Trade, owner: Client) -> None:
    page = reverse("orders:detail", args=[sticker(trade).pk])
    assert asked(owner, "46-000777-1") == page
    assert asked(owner, " 46-0007 ") == page  # the beginning, the only one that begins so
    assert asked(owner, "777-1") == page  # the end
    assert asked(owner, "%101%4600777") == page  # what stands on its sticker
    trade.order(("mug", 1), number="46-000777-2")
    assert kinds(owner, "46-0007") == {"Заказы": ["46-000777-2", "46-000777-1"]}
    assert asked(owner, "46-000777-1") == page  # the whole number is meant beyond doubt


def test_articles_cells_and_papers_are_found(trade: Trade, owner: Client) -> None:
    mug = trade.sku("mug", pieces=9)
    trade.sku("mug-large")
    card = reverse("catalog:sku", args=[mug.pk])
    assert [asked(owner, typed) for typed in ("MUG", "INT-mug")] == [card, card]
    assert kinds(owner, "товар") == {"Артикулы": ["mug", "mug-large"]}
    Location.objects.create(warehouse=trade.warehouse, code="B-07-01")
    Location.objects.create(warehouse=trade.warehouse, code="B-07-02")
    assert asked(owner, "b-07-01") == f"{reverse('stock:warehouse', args=[trade.warehouse.pk])}?q=B-07-01"
    assert kinds(owner, "b-07") == {"Ячейки": ["B-07-01", "B-07-02"]}
    receipt = delivery(trade, mug=2)
    assert asked(owner, receipt.number) == reverse("stock:receipt", args=[receipt.pk])
    handover = Handover.objects.create(
        merchant=trade.merchant,
        channel_warehouse=trade.wildberries,
        external_id="WB-GI-1234567",
        departure_date=NOON.date(),
        opened_at=NOON,
    )
    assert asked(owner, "WB-GI-1234567") == reverse("shipping:handover", args=[handover.pk])
    supplies.draft(
        merchant_id=trade.merchant.pk,
        channel_id=trade.ozon.channel_id,
        warehouse_id=trade.warehouse.pk,
        lines={mug.pk: 1},
        now=NOON,
    )
    supply = Supply.objects.get()
    assert asked(owner, f"fbo-{supply.pk}") == reverse("shipping:supply", args=[supply.pk])
    order = trade.order(("mug", 1), number="R-1")
    ReturnRow.objects.create(
        merchant=trade.merchant,
        channel=trade.ozon.channel,
        external_id="88005553535",
        number=order.external_number,
        kind="return",
        read_at=NOON,
    )
    assert asked(owner, "88005553535") == f"{reverse('marketplaces:returns')}?q=88005553535"


def test_a_wave_is_found_by_its_number(trade: Trade, owner: Client) -> None:
    trade.sku("mug", pieces=2)
    order = trade.order(("mug", 1))
    run = wave.release(warehouse_id=trade.warehouse.pk, order_ids=[order.pk], now=NOON, person_id=make.person().pk)
    assert asked(owner, "1") == reverse("floor:wave", args=[run.pk])


def test_nothing_of_another_merchant_and_nothing_that_may_not_be_seen(db: None) -> None:
    ours, theirs = open_trade(), open_trade()
    with ours.scope():
        order = sticker(ours)
    everything = ("46-000777-1", "%101%4600777", "INT-mug", "mug", "A-01-01")
    stranger = make.client(role=Role.OWNER, merchant=theirs.merchant)
    assert asked(stranger, "A-01") == f"{reverse('stock:warehouse', args=[theirs.warehouse.pk])}?q=A-01-01"
    assert [kinds(stranger, typed) for typed in everything[:4]] == [{}] * 4
    picker = make.client(role=Role.PICKER, merchant=ours.merchant)
    assert kinds(picker, "A-01") == {}  # the page of cells is not theirs
    assert asked(picker, "46-000777-1") == reverse("orders:detail", args=[order.pk])


def test_each_kind_is_sought_only_where_the_role_sees_it(db: None) -> None:
    """An owner of one merchant who picks for another finds the other's orders, and none of its cells."""
    own, foreign = open_trade(), open_trade()
    for trade in (own, foreign):
        with trade.scope():
            sticker(trade)
    person = make.person(role=Role.OWNER, merchant=own.merchant)
    Membership.objects.create(person=person, merchant=foreign.merchant, role=Role.PICKER)
    browser = make.client(person)
    assert kinds(browser, "46-000777-1") == {"Заказы": ["46-000777-1", "46-000777-1"]}
    assert asked(browser, "A-01-01") == f"{reverse('stock:warehouse', args=[own.warehouse.pk])}?q=A-01-01"


@pytest.mark.parametrize(
    "typed", ["", "   ", "\x00", "%", "_", "'; DROP TABLE orders_order; --", "9" * 300, "FBO-", "fbo-x", "²"]
)
def test_odd_input_finds_nothing(trade: Trade, owner: Client, typed: str) -> None:
    sticker(trade)
    answer = owner.get(reverse("workspace:search"), {"q": typed})
    assert (answer.status_code, answer.context["found"]) == (200, [])


def test_the_stock_page_names_what_pieces_are_promised_and_moved_for(trade: Trade, owner: Client) -> None:
    mug = trade.sku("mug", pieces=9)
    order = trade.order(("mug", 2), number="46-000777-1")
    supply = supplies.draft(
        merchant_id=trade.merchant.pk,
        channel_id=trade.ozon.channel_id,
        warehouse_id=trade.warehouse.pk,
        lines={mug.pk: 3},
        now=NOON,
    )
    supplies.agree(supply_id=supply.pk, now=NOON)
    text = owner.get(reverse("stock:sku", args=[mug.pk])).text
    assert f'<a href="{reverse("orders:detail", args=[order.pk])}">Заказ 46-000777-1</a>' in text
    assert f'<a href="{reverse("shipping:supply", args=[supply.pk])}">Поставка FBO-{supply.pk}</a>' in text
    supplies.start_picking(supply_id=supply.pk)
    supplies.pack(supply_id=supply.pk, sku_id=mug.pk, pieces=3)
    supplies.ship(supply_id=supply.pk, now=NOON, person_id=None)
    text = owner.get(reverse("stock:sku", args=[mug.pk])).text
    assert f"Поставка FBO-{supply.pk}</a>" in text  # in the ledger
    assert f"supply:{supply.pk}" not in text
