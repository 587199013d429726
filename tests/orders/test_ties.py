"""The database itself refuses rows that hang on another merchant's."""

from collections.abc import Mapping
from typing import Any

import psycopg
import pytest

from catalog.models import Barcode
from tests import make
from tests.trade import open_trade

FOREIGN = {
    "orders_orderline_of_orders_order": "UPDATE orders_orderline SET merchant_id = %(stranger)s",
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
        trade.order(("mug", 1))
        Barcode.objects.create(merchant=trade.merchant, sku_id=trade.skus["mug"].pk, value="INT-1", kind="internal")
    values: Mapping[str, int] = {"stranger": make.merchant().pk}
    assert superuser.execute("SELECT count(*) FROM stock_reservation").fetchone() == (1,)
    with pytest.raises(psycopg.errors.ForeignKeyViolation) as refused:
        superuser.execute(FOREIGN[tie], values)
    assert refused.value.diag.constraint_name == tie
