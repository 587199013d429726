"""The papers of commission trade as other programs get them: transfers, agreements, reports, payments."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from exchange.selectors.values import guid, money
from merchants.models import LegalEntity
from orders.selectors import accounting as orders_accounting
from settlements.selectors import accounting as settled
from settlements.types import WITHHELD
from shipping.selectors import accounting as shipped

if TYPE_CHECKING:
    from exchange.selectors.objects import Asked

_TOTALS = ("sold", "returned", "compensated", "written_off", "discount", *WITHHELD, "vat", "payable")
_LINE_MONEY = ("price", "amount", "discount", *WITHHELD, "fee_vat", "vat", "payable")


def legal_entity(entity: LegalEntity) -> dict[str, Any]:
    return {"id": entity.pk, "name": entity.name, "inn": entity.inn, "kpp": entity.kpp or None}


def handovers(asked: "Asked") -> Iterable[dict[str, Any]]:
    rows = shipped.handovers(merchant_id=asked.merchant_id, ids=asked.ids)
    members = shipped.orders_of([row.pk for row in rows])
    orders = {
        order.order_id: order
        for order in orders_accounting.orders_for_accounting(pk for ids in members.values() for pk in ids)
    }
    transfers = settled.Transfers(
        channel_ids={row.channel_warehouse.channel_id for row in rows},
        sku_ids={line.sku_id for order in orders.values() for line in order.lines if line.sku_id},
    )
    for row in rows:
        agreement = transfers.agreement(row.channel_warehouse.channel_id, row.departure_date)
        inside = [orders[pk] for pk in members.get(row.pk, ()) if pk in orders]
        lines = [(order, line) for order in inside for line in order.lines]
        yield {
            "id": row.pk,
            "guid": guid(row.key),
            "number": row.external_id,
            "state": row.state,
            "channel_id": row.channel_warehouse.channel_id,
            "agreement_id": agreement.pk if agreement else None,
            "channel_warehouse": row.channel_warehouse.name,
            "departure_date": row.departure_date.isoformat(),
            "closed_at": asked.moment(row.closed_at),
            "orders": [{"order_id": order.order_id, "number": order.number} for order in inside],
            "lines": [
                {
                    "line_no": number,
                    "order_id": order.order_id,
                    "sku_id": line.sku_id,
                    "article": line.offer_id,
                    "pieces": line.pieces,
                    "price": money(line.price),
                    "transfer_price": money(transfers.price(agreement, line.sku_id)),
                }
                for number, (order, line) in enumerate(lines, 1)
            ],
        }


def supplies(asked: "Asked") -> Iterable[dict[str, Any]]:
    rows = shipped.supplies(merchant_id=asked.merchant_id, ids=asked.ids)
    transfers = settled.Transfers(
        channel_ids={row.channel_id for row in rows},
        sku_ids={line.sku_id for row in rows for line in row.lines.all()},
    )
    for row in rows:
        left = row.shipped_at or row.made_at
        agreement = transfers.agreement(row.channel_id, left.astimezone(asked.zone).date())
        yield {
            "id": row.pk,
            "guid": guid(row.guid),
            "number": str(row),
            "external_number": row.external_id,
            "state": row.state,
            "channel_id": row.channel_id,
            "agreement_id": agreement.pk if agreement else None,
            "warehouse_id": row.warehouse_id,
            "channel_warehouse": row.channel_warehouse.name if row.channel_warehouse else "",
            "destination": row.destination,
            "planned_on": row.planned_on.isoformat() if row.planned_on else None,
            "boxes": row.boxes,
            "shipped_at": asked.moment(row.shipped_at),
            "closed_at": asked.moment(row.closed_at),
            "note": row.note,
            "lines": [
                {
                    "line_no": number,
                    "sku_id": line.sku_id,
                    "planned": line.planned,
                    "packed": line.packed,
                    "accepted": line.accepted,
                    "difference": line.difference,
                    "note": line.note,
                    "transfer_price": money(transfers.price(agreement, line.sku_id)),
                }
                for number, line in enumerate(row.lines.all(), 1)
            ],
        }


def agreements(asked: "Asked") -> Iterable[dict[str, Any]]:
    for row in settled.agreements(merchant_id=asked.merchant_id, ids=asked.ids):
        yield {
            "id": row.pk,
            "guid": guid(row.guid),
            "number": row.number,
            "signed_on": row.signed_on.isoformat(),
            "legal_entity": legal_entity(row.legal_entity),
            "channel_id": row.channel_id,
            "commissioner": {
                "name": row.commissioner,
                "inn": row.commissioner_inn or None,
                "kpp": row.commissioner_kpp or None,
            },
            "currency": row.currency,
            "price_type_id": row.price_type_id,
            "reward": row.reward,
            "fee_percent": money(row.fee_percent),
            "tariff": row.tariff,
            "fee_withheld": row.fee_withheld,
            "amount_vat": row.amount_vat,
            "payment_days": row.payment_days,
            "terms": row.terms,
            "valid_from": row.valid_from.isoformat(),
            "valid_to": row.valid_to.isoformat() if row.valid_to else None,
        }


def reports(asked: "Asked") -> Iterable[dict[str, Any]]:
    for row in settled.reports(merchant_id=asked.merchant_id, ids=asked.ids):
        replaced = getattr(row, "replaced_by", None)
        yield {
            "id": row.pk,
            "guid": guid(row.guid),
            "number": row.number,
            "dated_on": row.dated_on.isoformat(),
            "period_from": row.period_from.isoformat(),
            "period_to": row.period_to.isoformat(),
            "agreement_id": row.agreement_id,
            "currency": row.currency,
            "state": "reversed" if row.reversed_at else "accepted",
            "accepted_at": asked.moment(row.accepted_at),
            "reversed_at": asked.moment(row.reversed_at),
            "reversed_because": row.reversed_because,
            "corrects": row.takes_place_of_id,
            "corrected_by": replaced.pk if replaced else None,
            "totals": {name: money(getattr(row, name)) for name in _TOTALS},
            "lines": [
                {
                    "line_no": line.position,
                    "kind": line.kind,
                    "sku_id": line.sku_id,
                    "order_id": line.order_id,
                    "order_number": line.order_number,
                    "pieces": line.pieces,
                    "vat_code": line.vat_code or None,
                    **{name: money(getattr(line, name)) for name in _LINE_MONEY},
                    "note": line.note,
                }
                for line in sorted(row.lines.all(), key=lambda line: line.position)
            ],
        }


def payments(asked: "Asked") -> Iterable[dict[str, Any]]:
    for row in settled.payments(merchant_id=asked.merchant_id, ids=asked.ids):
        yield {
            "id": row.pk,
            "guid": guid(row.guid),
            "number": row.number,
            "paid_on": row.paid_on.isoformat(),
            "legal_entity": legal_entity(row.legal_entity),
            "channel_id": row.channel_id,
            "direction": row.direction,
            "amount": money(row.amount),
            "currency": row.currency,
            "note": row.note,
            "state": "reversed" if row.reversed_at else "accepted",
        }
