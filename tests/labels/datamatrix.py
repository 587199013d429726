"""
A reader of clean DataMatrix (ECC 200) rasters, written from ISO/IEC 16022 and independent of zxing-cpp, which draws
them for us.

It repairs nothing: a single wrong module makes the Reed–Solomon syndromes non-zero and the reading fails.
"""

from collections.abc import Iterator
from itertools import pairwise

from PIL import Image

GS = "\x1d"
# Modules along a side → data codewords, check codewords, regions along a side, interleaved blocks.
_SIZES = {
    10: (3, 5, 1), 12: (5, 7, 1), 14: (8, 10, 1), 16: (12, 12, 1), 18: (18, 14, 1), 20: (22, 18, 1), 22: (30, 20, 1),
    24: (36, 24, 1), 26: (44, 28, 1), 32: (62, 36, 2), 36: (86, 42, 2), 40: (114, 48, 2), 44: (144, 56, 2),
    48: (174, 68, 2),
}  # fmt: skip
_C40_SETS = (
    "\0\0\0 0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "".join(map(chr, range(32))),
    "!\"#$%&'()*+,-./:;<=>?@[\\]^_",
    "`abcdefghijklmnopqrstuvwxyz{|}~\x7f",
)
_TEXT_SETS = (
    "\0\0\0 0123456789abcdefghijklmnopqrstuvwxyz",
    _C40_SETS[1],
    _C40_SETS[2],
    "`ABCDEFGHIJKLMNOPQRSTUVWXYZ{|}~\x7f",
)
_X12 = "\r*> 0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_FNC1 = 27


class Unreadable(Exception):
    """No symbol, or one that is damaged."""


def read(image: Image.Image) -> str:
    """Text of the only DataMatrix in the image; FNC1 at the head is `]d2`, later ones are GS."""
    modules = _modules(image)
    data_length, check_length, regions = _SIZES[len(modules)]
    words = _codewords(_without_finders(modules, regions))
    _prove(words[: data_length + check_length], check_length)
    return _decode(words[:data_length])


def _modules(image: Image.Image) -> list[list[bool]]:
    box = Image.eval(image.convert("L"), lambda grey: 255 - grey).getbbox()
    if box is None:
        raise Unreadable("the image is empty")
    symbol = image.crop(box).convert("L")
    grey = symbol.tobytes()
    top = [value < 128 for value in grey[: symbol.width]]
    # The upper edge alternates and begins black; its last, white module lies outside of the black box's corner.
    size = sum(1 for before, after in pairwise(top) if before != after) + 1
    step = symbol.height / size
    if size not in _SIZES or abs(symbol.width / step - size) > 0.01:
        raise Unreadable(f"{size} modules along the upper edge")
    rows = [
        [grey[int((y + 0.5) * step) * symbol.width + int((x + 0.5) * step)] < 128 for x in range(size)]
        for y in range(size)
    ]
    if not all(row[0] for row in rows) or not all(rows[-1]):
        raise Unreadable("no finder pattern")
    return rows


def _without_finders(modules: list[list[bool]], regions: int) -> list[list[bool]]:
    inner = len(modules) // regions
    kept = [place for place in range(len(modules)) if 0 < place % inner < inner - 1]
    return [[modules[y][x] for x in kept] for y in kept]


def _codewords(bits: list[list[bool]]) -> list[int]:
    size = len(bits)
    words = []
    for cells in _placement(size):
        word = 0
        for y, x in cells:
            word = word * 2 + bits[y][x]
        words.append(word)
    return words


def _placement(size: int) -> Iterator[list[tuple[int, int]]]:
    """Cells of each codeword, most significant bit first (Annex F of the standard)."""
    taken: set[tuple[int, int]] = set()

    def wrapped(y: int, x: int) -> tuple[int, int]:
        if y < 0:
            y, x = y + size, x + 4 - (size + 4) % 8
        if x < 0:
            x, y = x + size, y + 4 - (size + 4) % 8
        return y, x

    def shape(y: int, x: int) -> list[tuple[int, int]]:
        offsets = ((-2, -2), (-2, -1), (-1, -2), (-1, -1), (-1, 0), (0, -2), (0, -1), (0, 0))
        return [wrapped(y + down, x + right) for down, right in offsets]

    def corner(y: int, x: int) -> list[tuple[int, int]] | None:
        last = size - 1
        if (y, x) == (size, 0):
            return [(last, 0), (last, 1), (last, 2), (0, last - 1), (0, last), (1, last), (2, last), (3, last)]
        if (y, x) == (size - 2, 0) and size % 4:
            return [
                (last - 2, 0), (last - 1, 0), (last, 0),
                (0, last - 3), (0, last - 2), (0, last - 1), (0, last), (1, last),
            ]  # fmt: skip
        if (y, x) == (size - 2, 0) and size % 8 == 4:
            return [
                (last - 2, 0), (last - 1, 0), (last, 0),
                (0, last - 1), (0, last), (1, last), (2, last), (3, last),
            ]  # fmt: skip
        if (y, x) == (size + 4, 2) and size % 8 == 0:
            return [
                (last, 0), (last, last),
                (0, last - 2), (0, last - 1), (0, last), (1, last - 2), (1, last - 1), (1, last),
            ]  # fmt: skip
        return None

    y, x = 4, 0
    while y < size or x < size:
        if found := corner(y, x):
            taken.update(found)
            yield found
        for down, right, turn in ((-2, 2, (1, 3)), (2, -2, (3, 1))):
            while True:
                if 0 <= y < size and 0 <= x < size and (y, x) not in taken:
                    cells = shape(y, x)
                    taken.update(cells)
                    yield cells
                y, x = y + down, x + right
                if (down < 0 and (y < 0 or x >= size)) or (down > 0 and (y >= size or x < 0)):
                    break
            y, x = y + turn[0], x + turn[1]


def _prove(words: list[int], check_length: int) -> None:
    """Evaluate the received polynomial at the roots of the generator, over GF(256) modulo x⁸+x⁵+x³+x²+1."""
    power, log = [1] * 255, {1: 0}
    for place in range(1, 255):
        value = power[place - 1] << 1
        power[place] = value ^ 0x12D if value > 255 else value
        log[power[place]] = place
    for root in range(1, check_length + 1):
        total = 0
        for word in words:
            total = (power[(log[total] + root) % 255] if total else 0) ^ word
        if total:
            raise Unreadable("Reed–Solomon check failed")


def _decode(words: list[int]) -> str:
    text, at, shift = "", 0, 0
    while at < len(words):
        word = words[at]
        at += 1
        if word <= 128:
            text += chr(word - 1 + shift)
            shift = 0
        elif word == 129:
            break
        elif word <= 229:
            text += f"{word - 130:02d}"
        elif word in (230, 239):
            more, at = _triplets(words, at, _C40_SETS if word == 230 else _TEXT_SETS)
            text += more
        elif word == 231:
            more, at = _base256(words, at)
            text += more
        elif word == 232:
            text += "]d2" if at == 1 else GS
        elif word == 235:
            shift = 128
        elif word == 238:
            more, at = _x12(words, at)
            text += more
        elif word == 240:
            more, at = _edifact(words, at)
            text += more
        else:
            raise Unreadable(f"codeword {word}")
    return text


def _values(first: int, second: int) -> tuple[int, int, int]:
    packed = first * 256 + second - 1
    return packed // 1600, packed // 40 % 40, packed % 40


def _triplets(words: list[int], at: int, sets: tuple[str, ...]) -> tuple[str, int]:
    text, current, shift = "", 0, 0
    while at + 1 < len(words) and words[at] != 254:
        for value in _values(words[at], words[at + 1]):
            if current == 0 and value < 3:
                current = value + 1
                continue
            if current == 2 and value == _FNC1:
                text += GS
            elif current == 2 and value == 30:
                shift = 128
            else:
                text += chr(ord(sets[current][value]) + shift)
                shift = 0
            current = 0
        at += 2
    return text, at + 1 if at < len(words) and words[at] == 254 else at


def _x12(words: list[int], at: int) -> tuple[str, int]:
    text = ""
    while at + 1 < len(words) and words[at] != 254:
        text += "".join(_X12[value] for value in _values(words[at], words[at + 1]))
        at += 2
    return text, at + 1 if at < len(words) and words[at] == 254 else at


def _edifact(words: list[int], at: int) -> tuple[str, int]:
    text = ""
    while at + 2 < len(words):
        packed = words[at] << 16 | words[at + 1] << 8 | words[at + 2]
        for place in range(4):
            value = packed >> (18 - 6 * place) & 63
            if value == 31:
                return text, at + min(place + 1, 3)
            text += chr(value if value & 32 else value | 64)
        at += 3
    return text, at


def _base256(words: list[int], at: int) -> tuple[str, int]:
    def plain(place: int) -> int:
        return (words[place] - (149 * (place + 1) % 255 + 1)) % 256

    length = plain(at)
    at += 1
    if length == 0:
        length = len(words) - at
    elif length > 249:
        length = (length - 249) * 250 + plain(at)
        at += 1
    return bytes(plain(place) for place in range(at, at + length)).decode("latin-1"), at + length
