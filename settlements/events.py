"""Facts of settlements."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportAccepted:
    """
    A report counts from now on: what was assumed of these orders' lines is reported.

    order_ids: orders that its lines name and we know.
    """

    merchant_id: int
    report_id: int
    order_ids: frozenset[int]
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportReversed:
    """A report counts no more."""

    merchant_id: int
    report_id: int
    order_ids: frozenset[int]
    at: datetime
