"""CommerceML out: orders, and the directory that 1C maps its own to."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from lxml import etree

from backoffice.kernel.zones import MOSCOW
from exchange.types import OutLine, OutOrder

# 1C reads dates of documents as local ones.
_KOPECK = Decimal("0.01")


def orders_document(orders: Iterable[OutOrder], *, version: str, encoding: str, now: datetime) -> bytes:
    """
    Orders as one document; with none of them a valid empty root.

    version: as 1C asked at `init`, "" for the old protocol.  3.x puts every order into a container of its own.
    """
    shown = "3.1" if version.startswith("3") else version if version in ("2.08", "2.09", "2.10") else "2.05"
    root = etree.Element("КоммерческаяИнформация")
    root.set("ВерсияСхемы", shown)
    root.set("ДатаФормирования", _local(now).strftime("%Y-%m-%dT%H:%M:%S"))
    root.set("ФорматДаты", "ДФ=yyyy-MM-dd; ДЛФ=DT")
    root.set("ФорматВремени", "ДФ=ЧЧ:мм:сс; ДЛФ=T")
    root.set("РазделительДатаВремя", "T")
    root.set("ФорматСуммы", "ЧЦ=18; ЧДЦ=2; ЧРД=.")
    root.set("ФорматКоличества", "ЧЦ=18; ЧДЦ=2; ЧРД=.")
    for order in orders:
        holder = etree.SubElement(root, "Контейнер") if shown.startswith("3") else root
        _order(holder, order)
    return _bytes(root, encoding)


def directory_document(
    *, statuses: Sequence[tuple[str, str]], payments: Sequence[tuple[str, str]], deliveries: Sequence[tuple[str, str]]
) -> bytes:
    """What `mode=info` answers: the first letter of the statuses' block is Latin, as 1C expects it."""
    root = etree.Element("Справочник")
    for name, rows in (("Cтатусы", statuses), ("ПлатежныеСистемы", payments), ("СлужбыДоставки", deliveries)):
        block = etree.SubElement(root, name)
        for code, title in rows:
            element = etree.SubElement(block, "Элемент")
            _put(element, "Ид", code)
            _put(element, "Название", title)
    return _bytes(root, "windows-1251")


def _bytes(root: etree._Element, encoding: str) -> bytes:
    # Letters that windows-1251 lacks become character references.
    return bytes(etree.tostring(root, encoding=encoding, xml_declaration=True, pretty_print=True))  # type: ignore[arg-type]


def _put(holder: etree._Element, name: str, value: object) -> etree._Element:
    element = etree.SubElement(holder, name)
    element.text = "".join(sign for sign in str(value) if sign >= " " or sign in "\t\n")
    return element


def _local(at: datetime) -> datetime:
    return at.astimezone(MOSCOW)


def _order(holder: etree._Element, order: OutOrder) -> None:
    document = etree.SubElement(holder, "Документ")
    at = _local(order.at)
    total = sum((_amount(line) for line in order.lines), Decimal(0))
    _put(document, "Ид", f"order-{order.order_id}")
    _put(document, "Номер", order.number)
    _put(document, "Дата", at.strftime("%Y-%m-%d"))
    _put(document, "ХозОперация", "Заказ товара")
    _put(document, "Роль", "Продавец")
    _put(document, "Валюта", "руб" if order.currency == "RUB" else order.currency)
    _put(document, "Курс", 1)
    _put(document, "Сумма", total)
    parties = etree.SubElement(document, "Контрагенты")
    party = etree.SubElement(parties, "Контрагент")
    # The buyer of a commissioner's goods is the commissioner; its customers' data stay where they are.
    _put(party, "Ид", f"channel-{order.channel_id}")
    _put(party, "Наименование", order.marketplace)
    _put(party, "ПолноеНаименование", order.marketplace)
    _put(party, "Роль", "Покупатель")
    _put(document, "Время", at.strftime("%H:%M:%S"))
    _put(document, "Комментарий", f"{order.marketplace}, {order.channel}, {order.scheme}")
    lines = etree.SubElement(document, "Товары")
    for line in order.lines:
        _line(lines, line)
    _requisites(document, _facts(order))


def _facts(order: OutOrder) -> list[tuple[str, str]]:
    facts = [
        ("Маркетплейс", order.marketplace),
        ("Кабинет", order.channel),
        ("Сайт", f"{order.marketplace}: {order.channel}"),
        ("Схема", order.scheme),
        ("Способ доставки", order.delivery),
        ("Метод доставки ИД", order.delivery),
        ("Номер отправления", order.number),
        ("Статус заказа", order.state_title),
        ("Статуса заказа ИД", order.state),
        ("Статус маркетплейса", order.remote_status),
        ("Дата изменения статуса", _local(order.changed_at).strftime("%d.%m.%Y %H:%M:%S")),
        ("Отменен", _truth(order.cancelled)),
        ("Финальный статус", _truth(order.final)),
        ("Организация", order.organisation),
        ("ИНН организации", order.inn),
        ("КПП организации", order.kpp),
        ("Склад", order.warehouse),
    ]
    if order.ship_by:
        facts.append(("Отгрузить до", _local(order.ship_by).strftime("%d.%m.%Y %H:%M:%S")))
    if order.shipped_at:
        facts.append(("Дата отгрузки", _local(order.shipped_at).strftime("%d.%m.%Y %H:%M:%S")))
    return [(name, value) for name, value in facts if value]


def _truth(value: bool) -> str:
    return "true" if value else "false"


def _amount(line: OutLine) -> Decimal:
    return (line.price * line.pieces).quantize(_KOPECK, ROUND_HALF_UP)


def _line(holder: etree._Element, line: OutLine) -> None:
    good = etree.SubElement(holder, "Товар")
    if line.external_id:
        _put(good, "Ид", line.external_id)
    if line.article:
        _put(good, "Артикул", line.article)
    _put(good, "Наименование", line.name or line.article or "?")
    unit = _put(good, "БазоваяЕдиница", "шт")
    unit.set("Код", "796")
    unit.set("НаименованиеПолное", "Штука")
    unit.set("МеждународноеСокращение", "PCE")
    if line.vat_title:
        rates = etree.SubElement(good, "СтавкиНалогов")
        rate = etree.SubElement(rates, "СтавкаНалога")
        _put(rate, "Наименование", "НДС")
        _put(rate, "Ставка", line.vat_title)
    _put(good, "ЦенаЗаЕдиницу", line.price.quantize(_KOPECK, ROUND_HALF_UP))
    _put(good, "Количество", line.pieces)
    _put(good, "Сумма", _amount(line))
    _put(good, "Единица", "шт")
    _put(good, "Коэффициент", 1)
    if line.vat_percent is not None:
        taxes = etree.SubElement(good, "Налоги")
        tax = etree.SubElement(taxes, "Налог")
        _put(tax, "Наименование", "НДС")
        _put(tax, "УчтеноВСумме", "true")
        part = _amount(line) * line.vat_percent / (100 + line.vat_percent)
        _put(tax, "Сумма", part.quantize(_KOPECK, ROUND_HALF_UP))
        _put(tax, "Ставка", line.vat_title)
    _requisites(good, [("ВидНоменклатуры", "Товар"), ("ТипНоменклатуры", "Товар")])


def _requisites(holder: etree._Element, facts: Iterable[tuple[str, str]]) -> None:
    block = etree.SubElement(holder, "ЗначенияРеквизитов")
    for name, value in facts:
        one = etree.SubElement(block, "ЗначениеРеквизита")
        _put(one, "Наименование", name)
        _put(one, "Значение", value)
