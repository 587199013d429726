from stock.models.expected import ExpectedLine, ExpectedReceipt, Minimum, Supplier
from stock.models.ledger import Balance, Move, StockRow
from stock.models.reservation import Reservation
from stock.models.rule import Feed, ShareRule
from stock.models.stocktake import CountedCell, CountLine, StockCount
from stock.models.warehouse import Location, Warehouse, WarehouseMerchant

__all__ = [
    "Balance",
    "CountLine",
    "CountedCell",
    "ExpectedLine",
    "ExpectedReceipt",
    "Feed",
    "Location",
    "Minimum",
    "Move",
    "Reservation",
    "ShareRule",
    "StockCount",
    "StockRow",
    "Supplier",
    "Warehouse",
    "WarehouseMerchant",
]
