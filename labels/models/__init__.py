from labels.models.file import BoxLabel, LabelFile
from labels.models.printing import PrinterProfile, PrintItem, PrintWish, Station, StationKey, StationQueue

__all__ = ["BoxLabel", "LabelFile", "PrintItem", "PrintWish", "PrinterProfile", "Station", "StationKey", "StationQueue"]
