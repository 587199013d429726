"""What a merchant has set up already, of all that must stand before its first order can come and leave."""

from collections.abc import Mapping

from backoffice.kernel import prepared

# Every question is answered by the first entry of an index that begins with the merchant or the warehouse.
_DONE = """
SELECT EXISTS (SELECT FROM merchants_legalentity),
       EXISTS (SELECT FROM catalog_channel),
       EXISTS (SELECT FROM catalog_sku),
       EXISTS (SELECT FROM catalog_listing WHERE sku_id IS NOT NULL),
       EXISTS (SELECT FROM stock_location JOIN stock_warehousemerchant USING (warehouse_id) WHERE kind = 'cell'),
       EXISTS (SELECT FROM stock_feed),
       EXISTS (SELECT FROM stock_balance)
"""
STEPS = ("entity", "channel", "goods", "cards", "cells", "feeds", "received")


def done() -> Mapping[str, bool]:
    """Step → whether any merchant of the open scope has taken it, in the order in which they are taken."""
    return dict(zip(STEPS, prepared.rows(_DONE, {})[0], strict=True))
