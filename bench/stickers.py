"""10,000 product stickers to one PDF, against libqpdf copying that same file, with the memory it takes."""

import gc
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import pikepdf

from bench.row import Row, row
from labels.render import sheet
from labels.render.barcode import check_digit
from labels.render.geometry import MEDIA
from labels.render.sticker import ProductSticker

ROWS = ("stickers_ratio",)
STICKERS = 10_000
RATIO_BUDGET = 8
MEMORY_BUDGET_MIB = 100
_TIMES = 3


def measure(quick: bool) -> list[Row]:
    """
    Draw, copy, compare: the best of three of each.

    quick changes nothing: the full size takes seconds.
    """
    sheet.draw(_stickers(1), on=MEDIA["58x40"])  # fonts are read once for a process
    gc.collect()
    before = _peak_mib(reset=True)
    content = b"".join(part.content for part in sheet.draw_parts(_stickers(STICKERS), on=MEDIA["58x40"]))
    grown = _peak_mib() - before
    draw_s = _best(lambda: sheet.draw(_stickers(STICKERS), on=MEDIA["58x40"]))
    with TemporaryDirectory() as folder:
        source = Path(folder, "stickers.pdf")
        source.write_bytes(content)
        copy_s = _best(lambda: _copy(source))
        with pikepdf.open(source) as document:
            size = len(document.pages)
    return [
        row(
            "stickers_ratio",
            draw_s / copy_s,
            "×",
            budget=RATIO_BUDGET,
            size=size,
            needed=STICKERS,
            details=f"{draw_s:.2f} s to draw ({size / draw_s:.0f}/s), {copy_s:.2f} s for pikepdf to open and save the "
            f"same {len(content) / 1e6:.1f} MB; its time includes packing the pages again: their filters are arrays",
        ),
        row(
            "stickers_ratio.memory_mib",
            grown,
            "MiB",
            budget=MEMORY_BUDGET_MIB,
            size=size,
            needed=STICKERS,
            details="growth of the peak resident size, the finished file included",
        ),
    ]


def _stickers(count: int) -> Iterator[ProductSticker]:
    for number in range(count):
        body = f"460{number:09d}"
        yield ProductSticker(
            name=f"Футболка хлопковая с длинным рукавом {number}",
            article=f"Артикул АБ-{number:06d}",
            size=f"Размер {40 + number % 20}",
            colour="тёмно-синий",
            legal_entity="ООО «Ромашка и партнёры»",
            barcode=body + check_digit(body),
            inner=f"SKU-{number:07d}",
        )


def _copy(source: Path) -> None:
    with pikepdf.open(source) as document:
        document.save(source.with_name("copy.pdf"))


def _best(work: Callable[[], object]) -> float:
    times = []
    for _time in range(_TIMES):
        gc.collect()
        start = perf_counter()
        work()
        times.append(perf_counter() - start)
    return min(times)


def _peak_mib(*, reset: bool = False) -> float:
    """Highest resident size of this process, since the last reset."""
    if reset:
        Path("/proc/self/clear_refs").write_text("5")
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024
