"""Many stickers as a file: drawn at once for a few, by a job for many."""

import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from tempfile import TemporaryFile

from django.utils.translation import gettext as _

from catalog.selectors import sticker as catalog_sticker
from labels.errors import TooMany
from labels.render import sheet, zpl
from labels.render.geometry import MEDIA, RESOLUTIONS, SHEETS, Media, Resolution, Sheet
from labels.render.sticker import CellSticker, ProductSticker, Sticker
from merchants.scope import scope
from merchants.selectors.merchants import entity_rows
from stock.selectors import sticker as stock_sticker
from workspace.services.jobs import Run

MOST_AT_ONCE = 200
MOST_STICKERS = 100_000
_BATCH = 500
_SIGNS = {"RUB": "₽", "RUR": "₽"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """
    What to draw.

    skus: (SKU id, copies); cells: (location id, copies).  form: code of a roll or sheet; skip: used places of the first
    sheet.  article_code: a second barcode with the article; legal_entity: whose goods they are; price_type_id:
    which price to print, none when None.  language: pdf or zpl.
    """

    form: str
    dpi: int = 203
    skus: Sequence[tuple[int, int]] = ()
    cells: Sequence[tuple[int, int]] = ()
    skip: int = 0
    article_code: bool = False
    legal_entity: bool = False
    price_type_id: int | None = None
    language: str = "pdf"

    @property
    def count(self) -> int:
        return sum(copies for _pk, copies in (*self.skus, *self.cells))

    def check(self) -> None:
        """:raises TooMany: more than one job makes, or nothing at all"""
        if not self.count:
            raise TooMany(_("Choose at least one sticker."))
        if self.count > MOST_STICKERS:
            raise TooMany(_("At most %(most)d stickers in one job.") % {"most": MOST_STICKERS})

    def as_params(self) -> dict[str, object]:
        """Plain JSON, for a job."""
        return {
            "form": self.form,
            "dpi": self.dpi,
            "skus": [list(pair) for pair in self.skus],
            "cells": [list(pair) for pair in self.cells],
            "skip": self.skip,
            "article_code": self.article_code,
            "legal_entity": self.legal_entity,
            "price_type_id": self.price_type_id,
            "language": self.language,
        }

    @classmethod
    def of(cls, params: "dict[str, object]") -> "Wanted":
        """What `as_params` wrote."""
        skus, cells_ = ([(int(pk), int(copies)) for pk, copies in params[key]] for key in ("skus", "cells"))  # type: ignore[attr-defined]
        return cls(**{**params, "skus": skus, "cells": cells_})  # type: ignore[arg-type]


def surface(form: str, dpi: int) -> tuple[Media | Sheet, Resolution]:
    """The roll or sheet and the print head; sheets go to office printers, for which the finer grid is right."""
    return (MEDIA.get(form) or SHEETS[form]), RESOLUTIONS[dpi]


def draw_now(wanted: Wanted, *, merchant_ids: Iterable[int]) -> bytes:
    """
    Draw a few stickers at once.

    Outside of a transaction: it opens a scope for reading and draws after that.
    :raises Unprintable: one of them cannot be drawn
    :raises TooMany: none, or more than fit into an answer
    """
    wanted.check()
    if wanted.count > MOST_AT_ONCE:
        raise TooMany(_("More than %(most)d stickers are made by a job.") % {"most": MOST_AT_ONCE})
    on, head = surface(wanted.form, wanted.dpi)
    stickers = list(_stickers(wanted, merchants=frozenset(merchant_ids)))
    if not stickers:
        raise TooMany(_("Choose at least one sticker."))
    return _written_as(wanted, sheet.draw(stickers, on=on, head=head, title=_("Stickers"), skip=wanted.skip))


def build(run: Run) -> None:
    """
    Draw what a job asks for: one PDF, or a ZIP of PDFs when there are more than one file holds.

    A sticker that cannot be drawn becomes an error row; the others are made.
    """
    wanted = Wanted.of(dict(run.params))
    on, head = surface(wanted.form, wanted.dpi)
    run.progress(0, wanted.count)
    source = _stickers(wanted, merchants=run.merchants)
    good = sheet.drawable(source, on=on, head=head, refused=lambda row, why: run.error(row=row, message=str(why)))
    parts = sheet.draw_parts(good, on=on, head=head, title=run.job.title, skip=wanted.skip, step=run.progress)
    made = _keep(run, wanted, parts)
    run.say(_("%(made)d of %(wanted)d stickers are ready.") % {"made": made, "wanted": wanted.count})


def _written_as(wanted: Wanted, content: bytes) -> bytes:
    """The drawn PDF in the language that is wanted."""
    if wanted.language == "pdf":
        return content
    return zpl.of_pdf(content, printer=zpl.Printer(head=RESOLUTIONS[wanted.dpi]))


def _keep(run: Run, wanted: Wanted, parts: Iterator[sheet.Part]) -> int:
    made = 0
    if wanted.count <= sheet.PART_STICKERS:
        for part in parts:
            made += part.stickers
            run.keep(name=f"stickers.{wanted.language}", content=_written_as(wanted, part.content))
        return made
    with TemporaryFile() as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
            for number, part in enumerate(parts, start=1):
                archive.writestr(f"stickers-{number:02d}.{wanted.language}", _written_as(wanted, part.content))
                made += part.stickers
        file.seek(0)
        run.keep(name="stickers.zip", content=file)
    return made


def _stickers(wanted: Wanted, *, merchants: frozenset[int]) -> Iterator[Sticker]:
    """Stickers in the order asked, read in batches, each in a short scope."""

    owners: dict[int, str] = {}

    def products(ids: Sequence[int]) -> dict[int, Sticker]:
        found = catalog_sticker.goods(ids)
        if wanted.legal_entity:
            for merchant_id in {goods.merchant_id for goods in found} - owners.keys():
                entities = entity_rows(merchant_id=merchant_id)
                owners[merchant_id] = entities[0].name if entities else ""
        amounts = {}
        if wanted.price_type_id is not None:
            amounts = catalog_sticker.prices(ids, price_type_id=wanted.price_type_id)
        return {
            goods.sku_id: _product(
                goods, wanted, owner=owners.get(goods.merchant_id, ""), price=_written(amounts.get(goods.sku_id))
            )
            for goods in found
        }

    yield from _copied(wanted.skus, products, merchants)
    yield from _copied(wanted.cells, _cell_stickers, merchants)


def _copied(
    asked: Sequence[tuple[int, int]],
    read: Callable[[Sequence[int]], dict[int, Sticker]],
    merchants: frozenset[int],
) -> Iterator[Sticker]:
    rest = iter(asked)
    while batch := list(islice(rest, _BATCH)):
        with scope(merchants):
            found = read([pk for pk, _copies in batch])
        for pk, copies in batch:
            if pk in found:
                yield from (found[pk] for _time in range(copies))


def _written(price: tuple[Decimal, str] | None) -> str:
    """A price as shop stickers show it: whole roubles without kopecks."""
    if price is None:
        return ""
    amount, currency = price
    whole = f"{amount:,.2f}".replace(",", " ").replace(".", ",").removesuffix(",00")
    return f"{whole} {_SIGNS.get(currency, currency)}"


def _product(goods: catalog_sticker.Goods, wanted: Wanted, *, owner: str, price: str) -> ProductSticker:
    return ProductSticker(
        name=goods.name,
        article=goods.article,
        size=goods.variant,
        barcode=goods.barcode or goods.article,
        inner=goods.article if wanted.article_code and goods.barcode else "",
        legal_entity=owner,
        price=price,
    )


def _cell_stickers(ids: Sequence[int]) -> dict[int, Sticker]:
    return {
        cell.location_id: CellSticker(address=cell.code, code=cell.code, warehouse=cell.warehouse)
        for cell in stock_sticker.cells(ids)
    }
