"""The database itself refuses rows that hang on another merchant's, or on nothing."""

from collections.abc import Mapping
from typing import Any

import psycopg
import pytest

from catalog.models import Barcode
from tests import make
from tests.trade import open_trade

FOREIGN = {
    "orders_order_of_catalog_channel": "UPDATE orders_order SET channel_id = channel_id + 1000000",
    "orders_orderline_of_orders_order": "UPDATE orders_orderline SET merchant_id = %(stranger)s",
    "orders_orderline_of_catalog_sku": "UPDATE orders_orderline SET sku_id = sku_id + 1000000",
    "orders_orderline_of_catalog_listing": "UPDATE orders_orderline SET listing_id = listing_id + 1000000",
    "stock_move_of_stock_location_by_to_location_id": """
        INSERT INTO stock_move (merchant_id, sku_id, from_location_id, to_location_id, pieces, reason, reference, note,
                                at)
        SELECT merchant_id, sku_id, from_location_id, 1000000, pieces, reason, '', '', at FROM stock_move""",
    "stock_balance_of_stock_location": "UPDATE stock_balance SET location_id = location_id + 1000000",
    "stock_stockrow_of_catalog_sku": "UPDATE stock_stockrow SET merchant_id = %(stranger)s WHERE reserved = 0",
    "orders_orderevent_of_orders_order": """
        INSERT INTO orders_orderevent (merchant_id, order_id, at, kind, was, became, text, data, actor)
        SELECT %(stranger)s, id, received_at, 'note', '', '', '', '{}', '' FROM orders_order""",
    **{
        f"{table}_of_{parent}": f"UPDATE {table} SET merchant_id = %(stranger)s"
        for table, parent in (
            ("catalog_productword", "catalog_product"),
            ("catalog_barcode", "catalog_sku"),
            ("stock_balance", "catalog_sku"),
        )
    },
    "stock_reservation_of_stock_stockrow": "UPDATE stock_reservation SET merchant_id = %(stranger)s",
}


@pytest.mark.parametrize("tie", FOREIGN)
def test_nothing_hangs_on_a_row_of_another_merchant(tie: str, superuser: "psycopg.Connection[Any]") -> None:
    trade = open_trade()
    with trade.scope():
        trade.sku("mug", pieces=5)
        trade.sku("cup", pieces=1)
        trade.order(("mug", 1))
        Barcode.objects.create(merchant=trade.merchant, sku_id=trade.skus["mug"].pk, value="INT-1", kind="internal")
    values: Mapping[str, int] = {"stranger": make.merchant().pk}
    assert superuser.execute("SELECT count(*) FROM stock_reservation").fetchone() == (1,)
    with pytest.raises(psycopg.errors.ForeignKeyViolation) as refused:
        superuser.execute(FOREIGN[tie], values)
    assert refused.value.diag.constraint_name == tie
