"""Orders that people enter: typed or from a table, looked at first, then living as any other."""

import io
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook

from catalog.models import Channel
from catalog.types import BY_HAND
from marketplaces import registry, tasks
from marketplaces.feeds import connect
from marketplaces.models import Command, Debt
from marketplaces.sync import hand_file, hand_orders
from merchants.roles import Role
from orders.models import Order, OrderLine
from orders.services import by_hand, cancel, commit
from tests import make
from tests.catalog import files
from tests.trade import NOON, Trade, open_trade

CSV = """Номер;Дата;Артикул;Количество;Цена;Покупатель;Телефон;Адрес
Ю-1;24.11.2026;mug;2;150,50;Анна;+7 900;Москва
Ю-1;24.11.2026;INT-cup;1;;Анна;+7 900;Москва
Ю-2;24.11.2026;nothing;1;;;;
Ю-3;24.11.2026;mug;0;;;;
Ю-4;31.02.2026;mug;1;;;;
;24.11.2026;mug;1;;;;
"""


@pytest.fixture
def trade(db: None, monkeypatch: pytest.MonkeyPatch) -> Trade:
    monkeypatch.setattr(tasks, "draw_stickers_on_commit", lambda **how: None)
    opened = open_trade()
    with opened.scope():
        opened.sku("mug", pieces=5)
        opened.sku("cup", pieces=5)
    return opened


def youla(trade: Trade) -> Channel:
    with trade.scope():
        channel_id = connect.connect(
            merchant_id=trade.merchant.pk,
            marketplace="youla",
            name="Юла",
            legal_entity_id=trade.ozon.channel.legal_entity_id,
            price_type_id=None,
            warehouse_ids=[trade.warehouse.pk],
            scheme="dbs",
            place_name="Юла",
            now=NOON,
        )
        return Channel.objects.get(pk=channel_id)


def test_a_table_is_read_row_by_row_and_its_errors_are_named() -> None:
    table = hand_file.read(CSV.encode("cp1251"), "orders.csv")

    assert [(row.place, row.number, row.article, row.pieces, row.price) for row in table.rows] == [
        (2, "Ю-1", "mug", 2, Decimal("150.50")),
        (3, "Ю-1", "INT-cup", 1, None),
        (4, "Ю-2", "nothing", 1, None),
    ]
    assert sorted(table.wrong) == [5, 6, 7]
    assert table.rows[0].ordered_at is not None
    assert table.rows[0].buyer["name"] == "Анна"


def test_the_same_table_as_xlsx_and_with_other_separators() -> None:
    book = Workbook()
    sheet = book.create_sheet(index=0)
    sheet.append(["number", "article", "quantity"])
    sheet.append(["E-1", 557722, 3.0])
    file = io.BytesIO()
    book.save(file)
    book.close()

    (row,) = hand_file.read(file.getvalue(), "orders.xlsx").rows
    assert (row.number, row.article, row.pieces) == ("E-1", "557722", 3)
    for separator in (";", ",", "\t"):
        text = separator.join(["Номер", "Артикул", "Кол-во"]) + "\n" + separator.join(["1", "mug", "2"])
        assert len(hand_file.read(b"\xef\xbb\xbf" + text.encode(), "x.csv").rows) == 1


@pytest.mark.parametrize(
    "content",
    [b"", b"\x00\xff", b"PK\x03\x04 no book", "Номер;Цена\n1;2".encode(), "Номер;Артикул;Количество\n".encode()],
)
def test_what_is_no_table_of_orders_is_refused(content: bytes) -> None:
    with pytest.raises(hand_file.NotATable):
        hand_file.read(content, "x.csv")


def test_a_book_that_would_grow_a_hundredfold_is_refused_before_it_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[object] = []
    monkeypatch.setattr("openpyxl.load_workbook", lambda book, **_how: opened.append(book))
    with pytest.raises(hand_file.NotATable):
        hand_file.read(files.swollen(), "x.xlsx")
    assert opened == []


def test_a_preview_stores_nothing_and_one_wrong_row_keeps_its_order_out(trade: Trade) -> None:
    channel = youla(trade)
    with trade.scope():
        preview = hand_orders.look(hand_file.read(CSV.encode(), "x.csv"), channel=channel, now=NOON)

        assert [(order.number, len(order.lines)) for order in preview.orders] == [("Ю-1", 2)]
        assert sorted(preview.wrong) == [4, 5, 6, 7]
        assert Order.objects.count() == 0
        new = by_hand.enter(channel=channel, orders=preview.orders, now=NOON)
        again = hand_orders.look(hand_file.read(CSV.encode(), "x.csv"), channel=channel, now=NOON)
        assert (list(new), again.known, again.orders) == (["Ю-1"], ["Ю-1"], [])
        assert by_hand.enter(channel=channel, orders=preview.orders, now=NOON) == {}
        lines = OrderLine.objects.order_by("position").values_list("sku__code", "pieces", "price")
        assert list(lines) == [("mug", 2, Decimal("150.50")), ("cup", 1, Decimal(0))]
        assert (trade.row("mug"), trade.row("cup")) == ((5, 2), (5, 1))
        assert not Debt.objects.filter(channel=channel).exists()


def test_what_we_decide_is_so_at_once(trade: Trade) -> None:
    channel = youla(trade)
    with trade.scope():
        line = by_hand.HandLine(sku=trade.skus["mug"], pieces=2)
        orders = [by_hand.HandOrder(number=number, lines=[line], buyer={}, ordered_at=NOON) for number in ("1", "2")]
        ids = by_hand.enter(channel=channel, orders=orders, now=NOON)
        commit.commit_orders(merchant_id=trade.merchant.pk, order_ids=ids.values(), now=NOON)
        assert set(Order.objects.values_list("state", "commit_state")) == {("confirmed", "done")}
        cancel.ask(merchant_id=trade.merchant.pk, order_id=ids["2"], reason="other", text="x", now=NOON, person_id=None)

        assert Order.objects.get(pk=ids["2"]).state == "cancelled"
        assert trade.row("mug") == (5, 2)
        assert not Command.objects.filter(channel=channel).exists()


def test_an_order_is_typed(trade: Trade) -> None:
    channel = youla(trade)
    manager = make.client(role=Role.MANAGER, merchant=trade.merchant)
    address = reverse("marketplaces:new-order")
    assert manager.get(address).status_code == 200
    typed = {"channel": channel.pk, "number": "Т-1", "article_1": "INT-mug", "pieces_1": 2, "price_1": "99.90"}

    wrong = manager.post(address, {**typed, "article_2": "nothing"})
    assert wrong.status_code == 422
    # Stored, it would be read by no page again: in UTC it lies before the first year.
    ages_ago = manager.post(address, {**typed, "ship_by": "0001-01-01T00:00"})
    assert "В годе ошибка" in ages_ago.content.decode()
    made = manager.post(address, typed)
    assert made.status_code == 302
    with trade.scope():
        order = Order.objects.get()
        assert (order.external_number, order.total, order.scheme) == ("Т-1", Decimal("199.80"), "dbs")
    assert made["Location"] == reverse("orders:detail", args=[order.pk])
    page = manager.get(made["Location"]).content.decode()
    assert ("введён вручную" in page, "entered by hand" in page, "товар зарезервирован" in page) == (True, False, True)
    short = manager.post(address, {**typed, "number": "Т-2", "pieces_1": 9_000}, follow=True).content.decode()
    assert ("Заказ введён. Он ждёт" in short, "товар зарезервирован" in short) == (True, False)
    assert manager.post(address, typed).status_code == 422
    assert manager.post(address, {**typed, "number": ""}).status_code == 302
    assert make.client(role=Role.PICKER, merchant=trade.merchant).get(address).status_code == 403


def test_a_table_is_looked_at_and_taken_in_by_pages(trade: Trade) -> None:
    channel = youla(trade)
    manager = make.client(role=Role.MANAGER, merchant=trade.merchant)

    def upload(content: bytes) -> Any:
        file = SimpleUploadedFile("orders.csv", content)
        return manager.post(reverse("marketplaces:import-orders"), {"channel": channel.pk, "table": file})

    assert upload(b"x;y\n1;2").status_code == 422
    seen = upload(CSV.encode())
    assert seen.status_code == 200
    token = seen.context["token"]
    assert (seen.context["count"], len(seen.context["wrong"])) == (1, 4)
    apply = reverse("marketplaces:apply-import")
    stranger = make.client(role=Role.MANAGER, merchant=trade.merchant)
    stranger.post(apply, {"token": token})
    with trade.scope():
        assert Order.objects.count() == 0
    manager.post(apply, {"token": token})
    manager.post(apply, {"token": token})
    with trade.scope():
        assert list(Order.objects.values_list("external_number", flat=True)) == ["Ю-1"]


def test_the_domain_and_the_registry_agree_on_who_is_spoken_for_by_nobody():
    assert set(registry.BY_FEED) == BY_HAND
