from labels.models.file import LabelFile
from labels.models.printing import PrinterProfile, PrintItem, Station

__all__ = ["LabelFile", "PrintItem", "PrinterProfile", "Station"]
