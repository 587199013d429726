"""What the marketplace is told of boxes: each sold piece once, in the box where it lies, whatever people began."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from orders.models import OrderLine, Unit
from orders.selectors.boxes import in_boxes, whole_pieces

MUG, FORK, KIT = 1, 2, 9


@st.composite
def packed_orders(draw):
    """Lines with the box of each sold piece: single articles, packs of several, kits in parts, some kits assembled."""
    lines, units, told = [], [], []
    for pk in range(1, draw(st.integers(1, 3)) + 1):
        per_piece = draw(st.sampled_from([1, 1, 3]))
        homes = draw(st.lists(st.integers(1, 3), min_size=1, max_size=4))
        parts = draw(st.sampled_from([{MUG: 1}, {KIT: 1}, {MUG: 2, FORK: 1}]))
        sku_id = KIT if len(parts) > 1 or KIT in parts else MUG
        lines.append(OrderLine(pk=pk, sku_id=sku_id, pieces=len(homes), sku_pieces=len(homes) * per_piece))
        for home in homes:
            for _set in range(per_piece):
                stands = len(parts) > 1 and draw(st.booleans()) and {KIT: 1}
                for sku, count in (stands or parts).items():
                    units += [Unit(line_id=pk, sku_id=sku, box=home) for _ in range(count)]
            told.append((home, pk))
    return lines, units, told


@given(packed_orders())
def test_whole_pieces_are_told_in_the_box_where_they_lie(packed):
    lines, units, homes = packed
    numbers = sorted({home for home, _ in homes})
    expected = [dict(Counter(pk for home, pk in homes if home == number)) for number in numbers]
    if len(expected) == 1:
        assert in_boxes(lines, units) == [{line.pk: line.pieces for line in lines}]
    else:
        told = [dict(box) for box in in_boxes(lines, units)]
        assert told == expected


@given(packed_orders(), st.data())
def test_however_torn_every_piece_is_told_once(packed, data):
    lines, units, _ = packed
    for unit in units:
        unit.box = data.draw(st.integers(1, 4))
    boxes = in_boxes(lines, units)
    assert sum(map(Counter, boxes), Counter()) == Counter({line.pk: line.pieces for line in lines})
    assert all(box and all(count > 0 for count in box.values()) for box in boxes)


def test_cancelled_pieces_are_not_told_and_lines_without_units_go_in_the_first_box():
    lines = [
        OrderLine(pk=1, sku_id=MUG, pieces=3, sku_pieces=3, cancelled_pieces=1),
        OrderLine(pk=2, sku_id=FORK, pieces=1, sku_pieces=1),
        OrderLine(pk=3, sku_id=None, pieces=1, sku_pieces=1),
    ]
    units = [
        Unit(line_id=1, sku_id=MUG, box=1),
        Unit(line_id=1, sku_id=MUG, box=2),
        Unit(line_id=2, sku_id=FORK, box=2),
    ]
    assert in_boxes(lines, units) == [{1: 1, 3: 1}, {1: 1, 2: 1}]
    assert in_boxes(lines, []) == [{1: 2, 2: 1, 3: 1}]


def test_a_pack_and_a_kit_are_whole_or_not():
    def pieces(inside, *, total, per_piece=1, sets=2, sku_id=KIT):
        return whole_pieces(sku_id=sku_id, sets=sets, per_piece=per_piece, total=Counter(total), inside=Counter(inside))

    parts = {MUG: 4, FORK: 2}
    assert pieces({MUG: 2, FORK: 1}, total=parts) == 1
    assert pieces({MUG: 2}, total=parts) is None
    assert pieces({MUG: 1, FORK: 1}, total=parts) is None
    assert pieces({MUG: 4, FORK: 2}, total=parts) == 2
    assert pieces({KIT: 1}, total={KIT: 1, MUG: 2, FORK: 1}) == 1
    assert pieces({MUG: 3}, total={MUG: 6}, sets=6, per_piece=3, sku_id=MUG) == 1
    assert pieces({MUG: 4}, total={MUG: 6}, sets=6, per_piece=3, sku_id=MUG) is None
