"""Code 128: a text to the widths of its bars and spaces."""

WIDTHS = """
212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 122132 122231 113222 123122
123221 223211 221132 221231 213212 223112 312131 311222 321122 321221 312212 322112 322211 212123 212321 232121 111323
131123 131321 112313 132113 132311 211313 231113 231311 112133 112331 132131 113123 113321 133121 313121 211331 231131
213113 213311 213131 311123 311321 331121 312113 312311 332111 314111 221411 431111 111224 111422 121124 121421 141122
141221 112214 112412 122114 122411 142112 142211 241211 221114 413111 241112 134111 111242 121142 121241 114212 124112
124211 411212 421112 421211 212141 214121 412121 111143 111341 131141 114113 114311 411113 411311 113141 114131 311141
411131 211412 211214 211232 2331112
"""
PATTERNS = WIDTHS.split()
START_B, START_C, TO_B, TO_C, STOP = 104, 105, 100, 99, 106


def modules(text: str) -> str:
    """
    This function will encode `text` (printable ASCII): "1" is a black module, "0" a white one, no quiet zones.

    :raises ValueError: a character outside of set B
    """
    values = _values(text)
    check = (values[0] + sum(place * value for place, value in enumerate(values))) % 103
    widths = "".join(PATTERNS[value] for value in [*values, check, STOP])
    return "".join(("0" if place % 2 else "1") * int(width) for place, width in enumerate(widths))


def _values(text: str) -> list[int]:
    if any(not " " <= letter <= "~" for letter in text):
        raise ValueError(f"not in Code 128 B: {text!r}")
    pairs = _digits_at(text, 0) >= 4
    values, place = [START_C if pairs else START_B], 0
    while place < len(text):
        run = _digits_at(text, place)
        if pairs and run < 2:
            values, pairs = [*values, TO_B], False
        elif not pairs and run >= 6 and run % 2 == 0:
            values, pairs = [*values, TO_C], True
        if pairs:
            values.append(int(text[place : place + 2]))
            place += 2
        else:
            values.append(ord(text[place]) - 32)
            place += 1
    return values


def _digits_at(text: str, place: int) -> int:
    end = place
    while end < len(text) and text[end].isdigit():
        end += 1
    return end - place
