from labels.models.file import LabelFile
from labels.models.printing import PrinterProfile, PrintItem, PrintWish, Station, StationKey, StationQueue

__all__ = ["LabelFile", "PrintItem", "PrintWish", "PrinterProfile", "Station", "StationKey", "StationQueue"]
