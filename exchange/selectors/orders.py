"""Orders that a connection has not got yet, ready to be written."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal

from django.db import connection
from django.utils import translation

from catalog.models import Channel, ProductVat, Sku, VatRate
from catalog.types import Scheme
from exchange.models import Connection, Item
from exchange.types import OutLine, OutOrder
from orders.selectors import accounting
from orders.selectors.accounting import AccountedLine, AccountedOrder
from orders.types import State

MARKETPLACES = {
    "ozon": "Ozon",
    "wildberries": "Wildberries",
    "yandex_market": "Яндекс Маркет",
    "megamarket": "Мегамаркет",
    "aliexpress": "AliExpress",
}


def not_taken(source: Connection, *, limit: int) -> list[int]:
    """Ids of orders whose present state the connection has not acknowledged, the oldest change first."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT o.id FROM orders_order o
              LEFT JOIN exchange_ordersync s ON s.connection_id = %s AND s.order_id = o.id
             WHERE o.merchant_id = %s AND o.ordered_at >= %s
               AND o.changed_at >= coalesce(%s::timestamptz, '-infinity'::timestamptz)
               AND (s.taken_change IS NULL OR s.taken_change < o.changed_at)
             ORDER BY o.changed_at, o.id LIMIT %s
            """,
            [source.pk, source.merchant_id, source.orders_from, source.orders_seen, limit],
        )
        return [row[0] for row in cursor.fetchall()]


def waiting_count(source: Connection) -> int:
    return len(not_taken(source, limit=1000))


def out_orders(source: Connection, order_ids: Iterable[int], *, now: datetime) -> list[OutOrder]:
    """These orders as 1C is to get them; a constant number of queries."""
    orders = accounting.orders_for_accounting(order_ids)
    channels = {
        row.pk: row
        for row in Channel.objects.filter(pk__in={order.channel_id for order in orders}).select_related("legal_entity")
    }
    goods = _Goods(source, {line.sku_id for order in orders for line in order.lines if line.sku_id}, now)
    with translation.override("ru"):
        return [_order(order, channels[order.channel_id], goods) for order in orders]


def _order(order: AccountedOrder, channel: Channel, goods: "_Goods") -> OutOrder:
    marketplace = MARKETPLACES.get(channel.marketplace, channel.marketplace)
    scheme = str(Scheme(order.scheme).label)
    return OutOrder(
        order_id=order.order_id,
        number=order.number,
        at=order.ordered_at,
        currency=order.currency,
        marketplace=marketplace,
        channel_id=channel.pk,
        channel=channel.name,
        organisation=channel.legal_entity.name,
        inn=channel.legal_entity.inn,
        kpp=channel.legal_entity.kpp,
        scheme=scheme,
        state=order.state.value,
        state_title=str(order.state.label),
        remote_status=order.remote_status,
        cancelled=order.state == State.CANCELLED,
        final=order.final,
        shipped_at=order.handed_over_at,
        ship_by=order.ship_by,
        changed_at=order.changed_at,
        warehouse=order.warehouse,
        delivery=f"{marketplace} {scheme}",
        lines=[goods.line(line) for line in order.lines],
    )


class _Goods:
    """SKUs of some orders with their ids in 1C and their VAT."""

    def __init__(self, source: Connection, sku_ids: set[int], now: datetime) -> None:
        self.skus = {row.pk: row for row in Sku.objects.filter(pk__in=sku_ids).select_related("product")}
        self.ids: dict[int, str] = {}
        for sku_id, good, char in Item.objects.filter(connection=source, sku_id__in=sku_ids).values_list(
            "sku_id", "good", "char"
        ):
            self.ids[sku_id] = f"{good}#{char}" if char else good
        products = {sku.product_id for sku in self.skus.values()}
        rows = ProductVat.objects.filter(product_id__in=products, valid_from__lte=now.date()).order_by("valid_from")
        self.vat = dict(rows.values_list("product_id", "vat_code"))
        self.rates: dict[str, tuple[Decimal | None, str]] = {
            rate.code: (rate.percent, "Без НДС" if rate.percent is None else f"{rate.percent.normalize():f}")
            for rate in VatRate.objects.order_by("valid_from")
        }

    def line(self, line: AccountedLine) -> OutLine:
        sku = self.skus.get(line.sku_id or 0)
        percent, title = self.rates.get(self.vat.get(sku.product_id, "") if sku else "", (None, ""))
        return OutLine(
            external_id=self._id(sku),
            article=sku.code if sku else line.offer_id,
            name=f"{sku.product.name} {sku.variant}".strip() if sku else line.title,
            pieces=line.pieces,
            price=line.price,
            vat_percent=percent,
            vat_title=title,
        )

    def _id(self, sku: Sku | None) -> str:
        """As this base of 1C told it, else the pair of GUIDs, else nothing: 1C then looks by article."""
        if sku is None:
            return ""
        if sku.pk in self.ids:
            return self.ids[sku.pk]
        if sku.product.guid is None:
            return ""
        return f"{sku.product.guid}#{sku.guid}" if sku.guid else str(sku.product.guid)


def statuses() -> Sequence[tuple[str, str]]:
    with translation.override("ru"):
        return [(state.value, str(state.label)) for state in State]


def deliveries() -> Sequence[tuple[str, str]]:
    with translation.override("ru"):
        return [
            (f"{name} {scheme.label}", f"{name} {scheme.label}") for name in MARKETPLACES.values() for scheme in Scheme
        ]
