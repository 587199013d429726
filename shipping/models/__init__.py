from shipping.models.document import Document
from shipping.models.handover import Handover, HandoverOrder

__all__ = ["Document", "Handover", "HandoverOrder"]
