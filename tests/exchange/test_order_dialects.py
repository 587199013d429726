"""Orders changed in 1C, as versions 2.03 to 3.1 tell of them: each word of them stands on the timeline once."""

import pytest

from exchange.models import Problem
from orders.models import OrderEvent
from tests.exchange.test_orders import line


def requisites(**told: str) -> str:
    rows = "".join(
        f"<ЗначениеРеквизита><Наименование>{name.replace('_', ' ')}</Наименование><Значение>{value}</Значение>"
        "</ЗначениеРеквизита>"
        for name, value in told.items()
    )
    return f"<ЗначенияРеквизитов>{rows}</ЗначенияРеквизитов>"


def order_of(number: str, *parts: str, ident: str = "") -> str:
    return (
        f"<Документ><Ид>{ident or number}</Ид><Номер>{number}</Номер><Дата>2026-11-24</Дата><Время>15:19:27</Время>"
        f"<ХозОперация>Заказ товара</ХозОперация><Роль>Продавец</Роль>{''.join(parts)}"
        f"<Товары>{line(2)}</Товары></Документ>"
    )


def paper(operation: str, number: str, day: str, amount: str, *parts: str) -> str:
    return (
        f"<Документ><Ид>{number}-id</Ид><Номер>{number}</Номер><Дата>{day}</Дата><ХозОперация>{operation}</ХозОперация>"
        f"<Роль>Продавец</Роль><Сумма>{amount}</Сумма>{''.join(parts)}</Документ>"
    )


def package(*parts: str, version: str, encoding: str = "utf-8", namespace: str = "") -> bytes:
    given = f' xmlns="{namespace}"' if namespace else ""
    letters = "windows-1251" if encoding == "cp1251" else "UTF-8"
    return (
        f'<?xml version="1.0" encoding="{letters}"?>\r\n<КоммерческаяИнформация{given} ВерсияСхемы="{version}"'
        f' ДатаФормирования="2026-11-24">{"".join(parts)}</КоммерческаяИнформация>'
    ).encode(encoding)


PAYMENT = ("Выплата безналичных денег", "П-9", "2026-11-25", "200")
SHIPMENT = ("Отпуск товара", "О-3", "2026-11-26", "200")
WORDS = ["1С: заказ УТ-7 от 2026-11-24"]
PAPERS = ["1C: Выплата безналичных денег П-9 2026-11-25 200", "1C: Отпуск товара О-3 2026-11-26 200"]


def v203(number: str, ident: str) -> bytes:
    told = requisites(Номер_по_1С="УТ-7", Дата_по_1С="2026-11-24", Проведен="true", Статус_заказа="Открыт")
    return package(order_of(number, told), version="2.03")


def v205(number: str, ident: str) -> bytes:
    told = requisites(НомерПо1С="УТ-7", ДатаПо1С="2026-11-24", СтатусЗаказа="Открыт", Заказ_оплачен="true")
    return package(order_of(number, told), version="2.05", encoding="cp1251", namespace="urn:1C.ru:commerceml 2")


def v208(number: str, ident: str) -> bytes:
    told = requisites(Отгружен="true", Номер_отгрузки_по_1С="О-1", Дата_отгрузки_по_1С="2026-11-25T12:22:01")
    own = "<Номер1С>УТ-7       </Номер1С><Дата1С>2026-11-24</Дата1С><ПометкаУдаления>false</ПометкаУдаления>"
    return package(order_of(number, own, told), version="2.08", namespace="urn:1C.ru:commerceml_2")


def v210(number: str, ident: str) -> bytes:
    inner = "".join(paper(*told) for told in (PAYMENT, SHIPMENT))
    below = f"<ПодчиненныеДокументы>{inner.replace('Документ>', 'ПодчиненныйДокумент>')}</ПодчиненныеДокументы>"
    return package(order_of(number, requisites(Номер_по_1С="УТ-7", Дата_по_1С="2026-11-24"), below), version="2.10")


def v31_container(number: str, ident: str) -> bytes:
    order = order_of(number, "<Номер1С>УТ-7</Номер1С><Дата1С>2026-11-24</Дата1С>", requisites(Отгружен="false"))
    return package(f"<Контейнер>{order}{paper(*PAYMENT)}{paper(*SHIPMENT)}</Контейнер>", version="3.1")


def v31_basis(number: str, ident: str) -> bytes:
    order = order_of(number, "<Номер1С>УТ-7</Номер1С><Дата1С>2026-11-24</Дата1С>", ident=ident)
    papers = [
        f"<Контейнер>{paper(*told, f'<Основание>{ident}</Основание>')}</Контейнер>" for told in (PAYMENT, SHIPMENT)
    ]
    return package(*papers, f"<Контейнер>{order}</Контейнер>", version="3.1", namespace="urn:1C.ru:commerceml_3")


def v31_paper_alone(number: str, ident: str) -> bytes:
    return package(f"<Контейнер>{paper(*PAYMENT, f'<Основание>{ident}</Основание>')}</Контейнер>", version="3.1")


@pytest.mark.parametrize(
    ("write", "expected"),
    [
        (v203, ["1С: статус «Открыт»", *WORDS]),
        (v205, ["1С: статус «Открыт»", *WORDS, "1С: оплачен"]),
        (v208, [*WORDS, "1С: отгружен, О-1 от 2026-11-25T12:22:01"]),
        (v210, [*WORDS, *PAPERS]),
        (v31_container, [*WORDS, *PAPERS]),
        (v31_basis, [*WORDS, *PAPERS]),
        (v31_paper_alone, PAPERS[:1]),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_what_1c_says_of_an_order_is_written_once(trade, shop, write, expected):
    order = trade.order(("mug", 2))
    shop.begin("sale", version="2.09")
    content = write(order.external_number, f"order-{order.pk}")
    for _time in range(2):
        assert shop.send("documents___1.xml", content, kind="sale") == "success"
    told = OrderEvent.objects.filter(order=order, actor="1C").order_by("pk")
    assert list(told.values_list("text", flat=True)) == expected
    order.refresh_from_db()
    assert (order.attention, order.cancel_asked_at) == ([], None)
    assert not Problem.objects.exists()


@pytest.mark.parametrize(
    "mark",
    [
        requisites(Отменен="true"),
        requisites(Отменён="1"),
        requisites(Отменен="Да"),
        requisites(Статус="Отменён"),
        requisites(ПометкаУдаления="true"),
        "<ПометкаУдаления>true</ПометкаУдаления>",
    ],
)
def test_every_spelling_of_a_cancellation_is_asked_of_the_marketplace(trade, shop, mark):
    order = trade.order(("mug", 2))
    shop.begin("sale", version="2.09")
    shop.send("documents.xml", package(order_of(order.external_number, mark), version="2.08"), kind="sale")
    order.refresh_from_db()
    assert order.cancel_asked_at is not None


def test_a_payment_of_an_order_that_is_not_here_is_told_and_the_others_are_taken(trade, shop):
    order = trade.order(("mug", 2))
    shop.begin("sale", version="2.09")
    strange = paper(*PAYMENT, "<Основание>order-999999</Основание>")
    body = package(strange, order_of(order.external_number, requisites(Номер_по_1С="УТ-7")), version="3.1")
    assert shop.send("documents.xml", body, kind="sale") == "success"
    assert list(Problem.objects.values_list("n", "field")) == [(1, "Номер")]
    assert OrderEvent.objects.filter(order=order, actor="1C").count() == 1
