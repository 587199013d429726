from shipping.models.document import Document
from shipping.models.handover import Handover, HandoverOrder
from shipping.models.supply import Supply, SupplyLine

__all__ = ["Document", "Handover", "HandoverOrder", "Supply", "SupplyLine"]
