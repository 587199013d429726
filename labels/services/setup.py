"""Pages by which printers are adjusted."""

from labels.models import PrinterProfile, Station
from labels.render import sheet, zpl
from labels.render.calibration import calibration
from labels.render.geometry import MEDIA, RESOLUTIONS, SHEETS, Media, Sheet
from labels.render.place import Placing
from labels.render.sticker import ProductSticker


def test_page(printer: PrinterProfile) -> bytes:
    """Ruler marks at the edges and three barcodes, shifted as this printer's stickers are."""
    title = f"{printer.name} · {printer.dpi} dpi"
    return calibration(placing_of(printer), head=RESOLUTIONS[printer.dpi], title=title)


def test_zpl(printer: PrinterProfile) -> bytes:
    """The same page in the printer's own language."""
    return zpl.of_pdf(test_page(printer), printer=zpl_printer(printer))


def zpl_printer(printer: PrinterProfile) -> zpl.Printer:
    """How this printer is to be driven."""
    return zpl.Printer(head=RESOLUTIONS[printer.dpi], darkness=printer.darkness, speed=printer.speed)


def placing_of(printer: PrinterProfile) -> Placing:
    """Where drawings go on this printer."""
    return Placing(MEDIA[printer.media], float(printer.offset_x_mm), float(printer.offset_y_mm))


def placing_at(station: Station | None) -> Placing | None:
    """Where drawings go at this station; None where it has no printer of its own."""
    return placing_of(station.printer) if station is not None and station.printer is not None else None


def sample(form: str) -> bytes:
    """A page of example stickers of a format."""
    on: Media | Sheet = MEDIA.get(form) or SHEETS[form]
    stickers = [_EXAMPLE] * (on.per_page if isinstance(on, Sheet) else 1)
    return sheet.draw(stickers, on=on)


_EXAMPLE = ProductSticker(
    name="Футболка хлопковая с длинным рукавом", article="АБ-000017", size="48, тёмно-синий", barcode="2000000000015"
)
