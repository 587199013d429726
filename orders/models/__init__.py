from orders.models.buyer import BuyerData
from orders.models.history import OrderEvent
from orders.models.order import Order, OrderLine
from orders.models.unit import Unit, UnitMark

__all__ = ["BuyerData", "Order", "OrderEvent", "OrderLine", "Unit", "UnitMark"]
