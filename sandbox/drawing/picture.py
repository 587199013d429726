"""A black and white picture made of horizontal bands, written as PNG."""

import struct
import zlib

from sandbox.drawing import code128, letters

WHITE, BLACK = b"\xff", b"\x00"


class Picture:
    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self._bands: list[tuple[bytes, int]] = []
        self._drawn = 0

    def gap(self, height: int) -> None:
        self._band(WHITE * self.width, height)

    def barcode(self, text: str, height: int) -> None:
        """This function will draw a Code 128 in the middle, as wide as whole dots and quiet zones allow."""
        bars = code128.modules(text)
        dots = max(1, (self.width - 20) // (len(bars) + 20))
        self._band(self._centred("".join(bit * dots for bit in bars)), height)

    def text(self, text: str, dots: int) -> None:
        for row in letters.dot_rows(text):
            self._band(self._centred("".join(bit * dots for bit in row)), dots)

    def png(self) -> bytes:
        self.gap(self.height - self._drawn)
        raw = b"".join((b"\0" + row) * height for row, height in self._bands)
        header = struct.pack(">IIBBBBB", self.width, self.height, 8, 0, 0, 0, 0)
        return (
            b"\x89PNG\r\n\x1a\n"
            + _chunk(b"IHDR", header)
            + _chunk(b"IDAT", zlib.compress(raw, 1))
            + _chunk(b"IEND", b"")
        )

    def _centred(self, bits: str) -> bytes:
        bits = bits[: self.width]
        left = (self.width - len(bits)) // 2
        line = WHITE * left + bits.encode().translate(_SHADES)
        return line + WHITE * (self.width - len(line))

    def _band(self, row: bytes, height: int) -> None:
        height = min(height, self.height - self._drawn)
        if height > 0:
            self._bands.append((row, height))
            self._drawn += height


_SHADES = bytes.maketrans(b"01", WHITE + BLACK)


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
