"""What lies in which box of an order, in pieces as the marketplace counts them."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from orders.models import OrderLine, Unit
from orders.types import IN_BOX

Box = Mapping[int, int]  # line id → sold pieces


def whole_pieces(
    *, sku_id: int | None, sets: int, per_piece: int, total: Counter[int], inside: Counter[int]
) -> int | None:
    """
    Sold pieces of a line that the units in a box make up; None: one of them lies there only in part.

    sku_id: the article of the line; sets: how often the line holds it, `per_piece` times in a sold piece.  total,
    inside: SKU → units of the line, in all and in this box.  A unit of the article is one set; of a kit that is packed
    in parts, so many of each component as there are in one kit.
    """
    parts = {sku: units for sku, units in total.items() if sku != sku_id}
    made = inside[sku_id] if sku_id is not None else 0
    if parts:
        loose = sets - (total[sku_id] if sku_id is not None else 0)
        shares = {Fraction(inside[sku] * loose, units) for sku, units in parts.items()}
        share = shares.pop()
        if shares or share.denominator != 1:
            return None
        made += share.numerator
    return made // per_piece if made % per_piece == 0 else None


def in_boxes(lines: Sequence[OrderLine], units: Iterable[Unit]) -> Sequence[Box]:
    """
    The boxes of an order in the order of their numbers, empty ones left out.

    One box with everything where nobody began a second one, and where a sold piece is torn between two: how often it
    is sold must stay true.
    """
    everything = {line.pk: line.pieces - line.cancelled_pieces for line in lines}
    by_box: dict[int, list[Unit]] = defaultdict(list)
    for unit in units:
        by_box[unit.box].append(unit)
    if len(by_box) < 2:
        return [everything]
    total = _counted(unit for own in by_box.values() for unit in own)
    boxes: list[dict[int, int]] = []
    for number in sorted(by_box):
        inside = _counted(by_box[number])
        pieces = {line.pk: _pieces(line, total[line.pk], inside[line.pk]) for line in lines if line.pk in inside}
        if None in pieces.values():
            return [everything]
        boxes.append({pk: count for pk, count in pieces.items() if count})
    unseen = {pk: count for pk, count in everything.items() if pk not in total}
    return [{**unseen, **boxes[0]}, *boxes[1:]]


def torn(*, order_id: int, box: int) -> list[OrderLine]:
    """Lines of an order of which a sold piece, a kit or a pack, lies in this box only in part."""
    units = list(Unit.objects.filter(order_id=order_id, state__in=IN_BOX).select_related("line__sku"))
    total = _counted(units)
    inside = _counted(unit for unit in units if unit.box == box and unit.packed_at is not None)
    lines = {unit.line_id: unit.line for unit in units}
    return [lines[pk] for pk in inside if _pieces(lines[pk], total[pk], inside[pk]) is None]


def _counted(units: Iterable[Unit]) -> dict[int, Counter[int]]:
    found: dict[int, Counter[int]] = defaultdict(Counter)
    for unit in units:
        found[unit.line_id][unit.sku_id] += 1
    return found


def _pieces(line: OrderLine, total: Counter[int], inside: Counter[int]) -> int | None:
    per_piece = line.sku_pieces // line.pieces
    sets = (line.pieces - line.cancelled_pieces) * per_piece
    return whole_pieces(sku_id=line.sku_id, sets=sets, per_piece=per_piece, total=total, inside=inside)
