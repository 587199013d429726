"""A sticker of Wildberries in the four formats it offers: a barcode, a small line, a large line."""

from html import escape

from sandbox.drawing import code128
from sandbox.drawing.picture import Picture


def draw(kind: str, *, barcode: str, small: str, large: str, width: int, height: int) -> bytes:
    """
    This function will draw one sticker.

    kind: png, svg, zplv or zplh; width, height: dots.
    """
    if kind == "png":
        return _png(barcode, small, large, width, height)
    if kind == "svg":
        return _svg(barcode, small, large, width, height)
    return _zpl(barcode, small, large, width, height, turned=kind == "zplv")


def _png(barcode: str, small: str, large: str, width: int, height: int) -> bytes:
    picture = Picture(width, height)
    picture.gap(height // 20)
    picture.barcode(barcode, height // 2)
    picture.gap(height // 20)
    picture.text(small, height // 100)
    picture.gap(height // 20)
    picture.text(large, height // 50)
    return picture.png()


def _svg(barcode: str, small: str, large: str, width: int, height: int) -> bytes:
    bars = code128.modules(barcode)
    dots = max(1, (width - 20) // (len(bars) + 20))
    left = (width - len(bars) * dots) // 2
    drawn = "".join(
        f'<rect x="{left + place * dots}" y="{height // 20}" width="{dots}" height="{height // 2}"/>'
        for place, bit in enumerate(bars)
        if bit == "1"
    )
    texts = "".join(
        f'<text x="{width // 2}" y="{y}" font-family="sans-serif" font-size="{size}" text-anchor="middle">'
        f"{escape(text)}</text>"
        for text, y, size in ((small, height * 7 // 10, height // 10), (large, height * 9 // 10, height // 6))
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">'
        f'<rect width="{width}" height="{height}" fill="#fff"/>{drawn}{texts}</svg>'
    ).encode()


def _zpl(barcode: str, small: str, large: str, width: int, height: int, *, turned: bool) -> bytes:
    way = "R" if turned else "N"
    return (
        f"^XA^PW{width}^LL{height}^FO40,20^BY3^BC{way},{height // 2},N,N,N^FD{barcode}^FS"
        f"^FO40,{height * 6 // 10}^A0{way},40,40^FD{small}^FS^FO40,{height * 7 // 10}^A0{way},80,80^FD{large}^FS^XZ"
    ).encode()
