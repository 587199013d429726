"""What all articles cost on a day: added up anew whenever one of them is other than it was."""

from collections.abc import Mapping
from typing import Any

from django.db.backends.utils import CursorWrapper

from analytics.services import pricing
from analytics.types import WITHHELD

_MEASURES = (
    *("delivered_pieces", "delivered_amount", "returned_pieces", "returned_amount"),
    *WITHHELD,
    "fee_estimated",
    *pricing.PRICED,
)
_SUMS = ", ".join(f"coalesce(sum({name}), 0)" for name in _MEASURES)
_TAKEN_OUT = "DELETE FROM analytics_costtotal t USING uncounted u WHERE t.merchant_id = %(merchant)s AND t.day = u.day"
_COUNTED = f"""
    INSERT INTO analytics_costtotal (merchant_id, day, channel_id, scheme, currency, {", ".join(_MEASURES)})
    SELECT d.merchant_id, d.day, d.channel_id, d.scheme, d.currency, {_SUMS}
    FROM analytics_dailyfact d JOIN (SELECT DISTINCT day FROM uncounted) u ON u.day = d.day
    WHERE d.merchant_id = %(merchant)s GROUP BY d.merchant_id, d.day, d.channel_id, d.scheme, d.currency
"""  # noqa: S608  our own words
_NEVER_COUNTED = """
    INSERT INTO uncounted SELECT day FROM analytics_dailytotal WHERE merchant_id = %(merchant)s
    EXCEPT SELECT day FROM analytics_costtotal WHERE merchant_id = %(merchant)s
"""


def count(cursor: CursorWrapper, told: Mapping[str, Any]) -> None:
    """Add up the days of the table `uncounted`, and those that nobody has added up yet."""
    cursor.execute(_NEVER_COUNTED, told)
    cursor.execute("ANALYZE uncounted")
    cursor.execute(_TAKEN_OUT, told)
    cursor.execute(_COUNTED, told)
    cursor.execute("TRUNCATE uncounted")
