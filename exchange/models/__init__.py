from exchange.models.answered import Answered
from exchange.models.change import Change, Node, Registration
from exchange.models.connection import Connection, Use
from exchange.models.document import StockDocument
from exchange.models.hook import Delivery, Hook
from exchange.models.incoming import Incoming
from exchange.models.item import Item, Pending, Picture, Word
from exchange.models.message import Message, Problem
from exchange.models.order import OrderSync
from exchange.models.session import Request, Session, Upload

__all__ = [
    "Answered",
    "Change",
    "Connection",
    "Delivery",
    "Hook",
    "Incoming",
    "Item",
    "Message",
    "Node",
    "OrderSync",
    "Pending",
    "Picture",
    "Problem",
    "Registration",
    "Request",
    "Session",
    "StockDocument",
    "Upload",
    "Use",
    "Word",
]
