"""Control barcodes to print: for tables, carts, the wall and totes."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from floor.selectors.proposals import CART_TOTES, WALL_PLACES
from floor.types import SLOT_PREFIX, Command
from labels.render.barcode import Kind, linear, matrix
from merchants.roles import Action, needs
from merchants.types import Request

_BAR_HEIGHT = 30
_TRIAL = (
    ("EAN-13", Kind.EAN13, "4600000000015"),
    ("Code 128", Kind.CODE128, "BO-TEST-128"),
    ("GS1 DataMatrix", Kind.GS1_DATAMATRIX, "0104600000000015215abcDEF12345\x1d91EE06\x1d92dGVzdA=="),
)


@needs(Action.FLOOR_PICK)
@require_GET
def codes(request: Request) -> HttpResponse:
    """A sheet for the printer: commands, places, and three codes by which a scanner is tried."""
    context = {
        "commands": [{"name": command.label, "code": command.value, **_bars(command.value)} for command in Command],
        "places": [
            {"name": number, "code": f"{SLOT_PREFIX}{number}", **_bars(f"{SLOT_PREFIX}{number}")}
            for number in range(1, max(WALL_PLACES, CART_TOTES) + 1)
        ],
        "trial": [{"name": name, "code": value, **drawn(kind, value)} for name, kind, value in _TRIAL],
    }
    return render(request, "floor/codes.html", context)


def _bars(value: str) -> dict[str, object]:
    return drawn(Kind.CODE128, value)


def drawn(kind: Kind, value: str) -> dict[str, object]:
    """Rectangles (x, y, width, height) in modules, the white that a scanner needs around them included."""
    if kind is Kind.GS1_DATAMATRIX:
        square = matrix(kind, value)
        rects = [(square.quiet + x, square.quiet + y, width, 1) for x, y, width in square.runs]
        return {"rects": rects, "width": square.total, "height": square.total}
    symbol = linear(kind, value)
    rects = [(symbol.quiet[0] + start, 0, width, _BAR_HEIGHT) for start, width in symbol.bars]
    return {"rects": rects, "width": symbol.total, "height": _BAR_HEIGHT}
