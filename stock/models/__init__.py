from stock.models.ledger import Balance, Move, StockRow
from stock.models.reservation import Reservation
from stock.models.rule import Feed, ShareRule
from stock.models.warehouse import Location, Warehouse, WarehouseMerchant

__all__ = [
    "Balance",
    "Feed",
    "Location",
    "Move",
    "Reservation",
    "ShareRule",
    "StockRow",
    "Warehouse",
    "WarehouseMerchant",
]
