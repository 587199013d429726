"""Agreements and reports as small as can be."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from merchants.models import Merchant
from settlements.models import Agreement, Report
from settlements.services import checks, payments, reports
from settlements.types import LineIn, ReportIn, Totals
from shipping.services import supplies
from tests import make
from tests.trade import NOON, Trade, open_trade

D = Decimal


def agreement(trade: Trade, **fields: Any) -> Agreement:
    """The agreement of the trade's Ozon channel, in force since the year's beginning."""
    return Agreement.objects.create(
        **{
            "merchant": trade.merchant,
            "legal_entity_id": trade.ozon.channel.legal_entity_id,
            "channel_id": trade.ozon.channel_id,
            "number": "ИР-1",
            "signed_on": date(2026, 1, 1),
            "commissioner": "ООО «Площадка»",
            "valid_from": date(2026, 1, 1),
            **fields,
        }
    )


def line(kind: str = "sale", *, amount_vat: str = "included", fee_withheld: bool = True, **fields: Any) -> LineIn:
    """A line whose sums agree: `line(article="mug", pieces=2, price=D(100), fee=D(15))`."""
    made = LineIn(kind=kind, **fields)
    if "amount" not in fields:
        made = replace(made, amount=made.price * made.pieces)
    if "payable" not in fields:
        made = replace(made, payable=checks.payable(made, amount_vat=amount_vat, fee_withheld=fee_withheld))
    return made


def report(*lines: LineIn, number: str = "R-1", **fields: Any) -> ReportIn:
    """A report of October whose totals are those of its lines."""
    made = ReportIn(
        **{
            "number": number,
            "dated_on": date(2026, 11, 2),
            "period_from": date(2026, 10, 1),
            "period_to": date(2026, 10, 31),
            "lines": lines,
            "totals": Totals(),
            **fields,
        }
    )
    return made if "totals" in fields else replace(made, totals=checks.sums_of(made))


def _accepted(merchant: Merchant) -> Report:
    trade = open_trade(merchant)
    with trade.scope():
        trade.sku("mug")
        agreed = agreement(trade)
        data = report(line(article="mug", pieces=1, price=D(100)), agreement_id=agreed.pk, raw="<report/>")
        reports.accept(merchant_id=merchant.pk, data=data, at=NOON)
        return Report.objects.select_related("agreement").get(agreement=agreed)


@make.foreign("settlements:report", "settlements:report-raw", "settlements:report-reverse")
def _report(merchant: Merchant) -> dict[str, Any]:
    return {"pk": _accepted(merchant).pk}


@make.foreign("settlements:agreement")
def _agreement(merchant: Merchant) -> dict[str, Any]:
    return {"pk": _accepted(merchant).agreement_id}


@make.foreign("settlements:account")
def _account(merchant: Merchant) -> dict[str, Any]:
    agreed = _accepted(merchant).agreement
    return {"entity_id": agreed.legal_entity_id, "channel_id": agreed.channel_id, "currency": "RUB"}


@make.foreign("settlements:payment-reverse")
def _payment(merchant: Merchant) -> dict[str, Any]:
    trade = open_trade(merchant)
    with trade.scope():
        paid = payments.record(
            merchant_id=merchant.pk,
            legal_entity_id=trade.ozon.channel.legal_entity_id,
            channel_id=trade.ozon.channel_id,
            number="1",
            paid_on=NOON.date(),
            amount=D(100),
            at=NOON,
        )
        return {"pk": paid.pk}


@make.foreign("settlements:order-panel")
def _order_panel(merchant: Merchant) -> dict[str, Any]:
    trade = open_trade(merchant)
    with trade.scope():
        trade.sku("mug", pieces=1)
        return {"order_id": trade.order(("mug", 1)).pk}


@make.foreign(
    "shipping:supply",
    *(
        f"shipping:supply-{word}"
        for word in ("line", "import", "agree", "pick", "pack", "boxes", "ship", "close", "cancel", "list", "stickers")
    ),
)
def _supply(merchant: Merchant) -> dict[str, Any]:
    trade = open_trade(merchant)
    with trade.scope():
        mug = trade.sku("mug", pieces=1)
        made = supplies.draft(
            merchant_id=merchant.pk,
            channel_id=trade.ozon.channel_id,
            warehouse_id=trade.warehouse.pk,
            lines={mug.pk: 1},
            now=NOON,
        )
        return {"pk": made.pk}
