"""Offers into a file, one at a time: memory does not grow with them."""

import gzip
import hashlib
import os
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from xml.parsers import expat

from marketplaces.feeds.dialects import Dialect
from marketplaces.feeds.offer import Head, LeftOut, Offer

LARGEST_FILE = 500 * 1024 * 1024


class NotPublishable(Exception):
    """The file must not replace the one that is published; the text says why."""


@dataclass(slots=True)
class Written:
    """digest: of everything but the head, whose date moves with each writing.  left_out: reason → count."""

    path: Path
    digest: str = ""
    size: int = 0
    offers: int = 0
    left_out: Counter[str] = field(default_factory=Counter)


def write(
    path: Path,
    *,
    dialect: Dialect,
    head: Head,
    offers: Iterable[Offer],
    note: Callable[[Offer, LeftOut], None] = lambda offer, why: None,
) -> Written:
    """
    This function will write a feed to `path`, and a gzipped twin beside it, and read it back.

    note: hears of each offer that is left out.
    :raises NotPublishable: too large, or not what XML allows
    """
    written, digest, last = Written(path), hashlib.blake2b(digest_size=16), ""
    with path.open("wb") as file:
        first = dialect.head(head).encode()
        file.write(first)
        digest.update(first.partition(b"\n<shop>")[2])
        for offer in offers:
            try:
                # They come in the order of their ids, so that what is told twice stands together.
                if offer.id.strip() == last:
                    raise LeftOut("twice")
                line = dialect.offer(offer, head.shop).encode()
                last = offer.id.strip()
            except LeftOut as why:
                written.left_out[why.reason] += 1
                note(offer, why)
                continue
            file.write(line)
            digest.update(line)
            written.offers += 1
        file.write(dialect.tail().encode())
        file.flush()
        os.fsync(file.fileno())
        written.size = file.tell()
    written.digest = digest.hexdigest()
    _prove(written)
    _squeeze(path)
    return written


def zipped(path: Path) -> Path:
    """The gzipped twin of a file."""
    return path.with_name(path.name + ".gz")


def _prove(written: Written) -> None:
    """Read the file back as any site will."""
    if written.size > LARGEST_FILE:
        raise NotPublishable(f"{written.size} bytes are more than any site takes")
    parser, counted = expat.ParserCreate(), Counter[str]()

    def count(name: str, attributes: dict[str, str]) -> None:
        counted[name] += 1

    parser.StartElementHandler = count
    try:
        with written.path.open("rb") as file:
            parser.ParseFile(file)
    except expat.ExpatError as reason:
        raise NotPublishable(f"the file is not XML: {reason}") from reason
    if counted["offer"] + counted["Ad"] != written.offers:
        raise NotPublishable(f"{written.offers} offers were written, {counted['offer'] + counted['Ad']} can be read")


def _squeeze(path: Path) -> None:
    # Without a time in its head the same feed is the same file.
    with path.open("rb") as plain, zipped(path).open("wb") as file, gzip.GzipFile("", "wb", 6, file, 0) as out:
        while part := plain.read(1 << 16):
            out.write(part)
