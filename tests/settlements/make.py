"""Agreements and reports as small as can be."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from settlements.models import Agreement
from settlements.services import checks
from settlements.types import LineIn, ReportIn, Totals
from tests.trade import Trade

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
