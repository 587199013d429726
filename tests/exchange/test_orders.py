"""Orders to 1C and their changes back."""

from datetime import timedelta

import pytest
from django.utils import timezone
from lxml import etree

from exchange.models import Connection, Message, OrderSync, Problem
from exchange.types import Acknowledge
from orders.models import Order, OrderEvent
from orders.services import transition
from orders.types import Attention, State
from tests.exchange.onec import OneC, document
from tests.trade import NOON


def asked(shop: OneC) -> etree._Element:
    answer = shop.ask("sale", "query")
    assert answer["Content-Type"].startswith("application/xml")
    return etree.fromstring(answer.content)


def numbers(root: etree._Element) -> list[str]:
    return [one.text or "" for one in root.iterfind(".//Документ/Номер")]


def test_an_order_goes_out_whole(trade, shop):
    order = trade.order(("mug", 2))
    shop.begin("sale")
    answer = shop.ask("sale", "query")
    assert answer.content.startswith(b"<?xml version='1.0' encoding='windows-1251'?>")
    (one,) = etree.fromstring(answer.content)
    told = {element.tag: element.text for element in one if not len(element)}
    assert told["Ид"] == f"order-{order.pk}"
    assert (told["Номер"], told["ХозОперация"], told["Роль"], told["Валюта"], told["Сумма"]) == (
        order.external_number,
        "Заказ товара",
        "Продавец",
        "руб",
        "200.00",
    )
    assert (told["Дата"], told["Время"]) == ("2026-11-24", "12:00:00")
    line = one.find("Товары/Товар")
    assert {
        name: line.findtext(name) for name in ("Ид", "Артикул", "ЦенаЗаЕдиницу", "Количество", "Сумма", "Единица")
    } == {
        "Ид": "good-1",
        "Артикул": "mug",
        "ЦенаЗаЕдиницу": "100.00",
        "Количество": "2",
        "Сумма": "200.00",
        "Единица": "шт",
    }
    facts = {one.findtext("Наименование"): one.findtext("Значение") for one in one.find("ЗначенияРеквизитов")}
    assert facts["Маркетплейс"] == "Ozon"
    assert facts["Схема"] == "FBS"
    assert (facts["Отменен"], facts["Финальный статус"], facts["Статуса заказа ИД"]) == ("false", "false", "new")


def test_nothing_to_send_is_a_valid_empty_document(shop):
    shop.begin("sale", version="2.09")
    root = asked(shop)
    assert (root.tag, root.get("ВерсияСхемы"), len(root)) == ("КоммерческаяИнформация", "2.09", 0)


def test_versions_three_put_orders_into_containers(trade, shop):
    trade.order(("mug", 1))
    shop.begin("sale", version="3.1")
    root = asked(shop)
    assert (root.get("ВерсияСхемы"), [one.tag for one in root]) == ("3.1", ["Контейнер"])


def test_orders_are_sent_until_1c_says_success(trade, shop):
    first = trade.order(("mug", 1)).external_number
    shop.begin("sale")
    assert numbers(asked(shop)) == [first]
    shop.begin("sale")
    assert numbers(asked(shop)) == [first]  # the session before died without a word
    assert shop.say("sale", "success") == "success"
    assert shop.say("sale", "success") == "success"
    shop.begin("sale")
    assert numbers(asked(shop)) == []
    second = trade.order(("mug", 1)).external_number
    # What is older than a quarter of an hour need not be looked at any more once nothing is owed.
    Order.objects.filter(external_number=second).update(changed_at=timezone.now())
    shop.begin("sale")
    assert numbers(asked(shop)) == [second]


def test_success_without_a_query_acknowledges_nothing(trade, shop):
    number = trade.order(("mug", 1)).external_number
    shop.begin("sale")
    assert shop.say("sale", "success") == "success"
    assert numbers(asked(shop)) == [number]


@pytest.mark.parametrize(("setting", "again"), [(Acknowledge.NEXT_QUERY, False), (Acknowledge.SUCCESS, True)])
def test_a_repeated_query_counts_as_taken_only_where_set_so(trade, shop, setting, again):
    Connection.objects.update(acknowledge=setting)
    number = trade.order(("mug", 1)).external_number
    shop.begin("sale", version="2.09")
    assert numbers(asked(shop)) == [number]
    assert numbers(asked(shop)) == ([number] if again else [])


def test_a_change_after_sending_is_sent_again_though_the_older_state_was_acknowledged(trade, shop):
    order = trade.order(("mug", 1))
    shop.begin("sale")
    asked(shop)
    transition.move(orders=[order], to=State.CONFIRMED, now=NOON + timedelta(minutes=5))
    shop.say("sale", "success")
    shop.begin("sale")
    root = asked(shop)
    facts = {one.findtext("Наименование"): one.findtext("Значение") for one in root.iterfind(".//ЗначениеРеквизита")}
    assert facts["Статуса заказа ИД"] == "confirmed"


def test_letters_that_windows_1251_lacks_do_not_break_the_document(trade, shop):
    trade.skus["mug"].product.name = "Кружка ☕ 杯"
    trade.skus["mug"].product.save()
    trade.order(("mug", 1))
    shop.begin("sale")
    assert asked(shop).findtext(".//Товар/Наименование") == "Кружка ☕ 杯"


def test_info_lists_statuses_under_the_latin_letter(shop):
    shop.begin("sale")
    answer = shop.ask("sale", "info")
    root = etree.fromstring(answer.content)
    assert [one.tag for one in root] == ["Cтатусы", "ПлатежныеСистемы", "СлужбыДоставки"]
    assert root.find("Cтатусы")[0].findtext("Ид") == "new"
    assert b"windows-1251" in answer.content[:60]


def order_document(number: str, *, ident: str = "", lines: str = "", **requisites: str) -> str:
    told = "".join(
        f"<ЗначениеРеквизита><Наименование>{name.replace('_', ' ')}</Наименование><Значение>{value}</Значение>"
        "</ЗначениеРеквизита>"
        for name, value in requisites.items()
    )
    key = f"<Ид>{ident}</Ид>" if ident else ""
    return (
        f"<Документ>{key}<Номер>{number}</Номер><Дата>2026-11-24</Дата><ХозОперация>Заказ товара</ХозОперация>"
        f"<Товары>{lines}</Товары><ЗначенияРеквизитов>{told}</ЗначенияРеквизитов></Документ>"
    )


def line(pieces: int, good: str = "good-1") -> str:
    return f"<Товар><Ид>{good}</Ид><Количество>{pieces}</Количество></Товар>"


@pytest.mark.parametrize("container", [True, False])
def test_news_of_an_order_stand_on_its_timeline_once(trade, shop, container):
    order = trade.order(("mug", 2))
    told = order_document(
        order.external_number,
        lines=line(2),
        Статус_заказа="Отгружен",
        Номер_по_1С="УТ-7",
        Дата_по_1С="24.11.2026",
        Номер_оплаты_по_1С="П-1",
        Дата_оплаты_по_1С="24.11.2026",
    )
    content = document(f"<Контейнер>{told}</Контейнер>" if container else told, version="3.1", namespace="")
    shop.begin("sale", version="2.09")
    for _time in range(2):
        assert shop.send("documents___1.xml", content, kind="sale") == "success"
    texts = list(OrderEvent.objects.filter(order=order, actor="1C").values_list("text", flat=True))
    assert texts == [
        "1С: статус «Отгружен»",
        "1С: заказ УТ-7 от 24.11.2026",
        "1С: оплачен, П-1 от 24.11.2026",
    ]
    order.refresh_from_db()
    assert (order.state, order.attention, order.cancel_asked_at) == (State.NEW, [], None)


def test_the_old_protocol_takes_orders_in_the_very_request(trade, shop):
    order = trade.order(("mug", 1))
    shop.begin("sale")
    content = document(order_document(order.external_number, Номер_по_1С="7"), version="2.05", namespace="")
    assert shop.say("sale", "file", content, filename="orders-1.xml") == "success"
    assert OrderSync.objects.get(order=order).told_number == "7"
    assert shop.say("sale", "file", content[:100], filename="orders-2.xml").startswith("failure\n")


@pytest.mark.parametrize("word", [{"Отменен": "true"}, {"Статус_заказа": "Отменён"}, {"ПометкаУдаления": "true"}])
def test_a_cancellation_in_1c_is_asked_of_the_marketplace_once(trade, shop, word):
    order = trade.order(("mug", 1))
    shop.begin("sale", version="2.09")
    for _time in range(2):
        shop.send("d.xml", document(order_document(order.external_number, **word)), kind="sale")
    order.refresh_from_db()
    assert (order.state, order.cancel_asked_at is not None) == (State.NEW, True)
    assert OrderEvent.objects.filter(order=order, kind="cancel").count() == 1


def test_other_quantities_are_shown_to_a_person_and_change_nothing(trade, shop):
    order = trade.order(("mug", 2))
    shop.begin("sale", version="2.09")
    shop.send("d.xml", document(order_document(order.external_number, lines=line(1))), kind="sale")
    order.refresh_from_db()
    assert order.attention == [Attention.PROBLEM]
    assert order.lines.get().pieces == 2
    assert "mug: здесь 2, там 1" in OrderEvent.objects.filter(order=order, kind="attention").latest("pk").text


def test_unknown_orders_and_disagreeing_keys_are_told_and_the_others_are_taken(trade, shop):
    one, two = trade.order(("mug", 1)), trade.order(("mug", 1))
    shop.begin("sale", version="2.09")
    content = document(
        order_document("NO-SUCH", Номер_по_1С="1"),
        order_document(one.external_number, ident=f"order-{two.pk}", Номер_по_1С="2"),
        order_document(two.external_number, ident="strange", Номер_по_1С="3"),
    )
    assert shop.send("d.xml", content, kind="sale") == "success"
    assert set(Problem.objects.values_list("n", "field")) == {(1, "Номер"), (2, "Номер")}
    assert list(OrderSync.objects.values_list("order_id", "told_number")) == [(two.pk, "3")]
    assert Message.objects.get(name="d.xml").counts == {"orders": 3, "orders.changed": 1}


def test_a_query_asks_a_constant_number_of_questions(trade, shop, django_assert_max_num_queries):
    for _one in range(30):
        trade.order(("mug", 1))
    shop.begin("sale")
    with django_assert_max_num_queries(45):
        assert len(numbers(asked(shop))) == 30
    assert Order.objects.count() == 30
