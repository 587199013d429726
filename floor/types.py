"""Words of the floor."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _


class WaveState(models.TextChoices):
    """A wave is released once, picked, and done when none of its orders waits."""

    DRAFT = "draft", _("draft")
    RELEASED = "released", _("in work")
    DONE = "done", _("done")
    CANCELLED = "cancelled", _("cancelled")


class WaveMode(models.TextChoices):
    """How the pieces of a wave come to their orders."""

    SINGLE = "single", _("single items")  # any piece goes to the most urgent order that needs it
    WALL = "wall", _("put-wall")  # picked together, laid into one place per order at the wall
    CLUSTER = "cluster", _("cart with totes")  # laid into one tote per order while walking
    DISCRETE = "discrete", _("order by order")


SLOTTED = frozenset({WaveMode.WALL, WaveMode.CLUSTER})


class OrderKind(models.TextChoices):
    """How many pieces an order has: it decides the mode that fits."""

    SINGLE = "single", _("of one piece")
    FEW = "few", _("of a few pieces")
    MANY = "many", _("of many pieces")


class Command(models.TextChoices):
    """Control barcodes of the tables and carts."""

    NOT_FOUND = "BO-NOT-FOUND", _("Not here")
    UNDO = "BO-UNDO", _("Undo")
    ASIDE = "BO-CANCEL", _("Put the order aside")
    DEFECT = "BO-DEFECT", _("Defective")
    REPRINT = "BO-REPRINT", _("Print again")
    NEXT_BOX = "BO-NEXT-BOX", _("Next box")
    DONE = "BO-DONE", _("Done")


class Condition(models.TextChoices):
    """How a piece came back; it decides where the piece goes."""

    INTACT = "intact", _("intact: to be sold")
    OPENED = "opened", _("opened, but to be sold")
    DAMAGED = "damaged", _("damaged: quarantine")
    CLAIM = "claim", _("claim: another thing, or not all of it")

    @property
    def sellable(self) -> bool:
        return self in (Condition.INTACT, Condition.OPENED)


CONDITION_PREFIX = "BO-RETURN-"
SLOT_PREFIX = "BO-SLOT-"  # and the number of a place of the wall or of a tote


class TaskState(models.TextChoices):
    """A task of a person."""

    OPEN = "open", _("open")
    DONE = "done", _("done")
    SHORT = "short", _("not found")
    CANCELLED = "cancelled", _("cancelled")


class Outcome(models.TextChoices):
    """The three answers to a scan, and the one that stops an order."""

    ACCEPTED = "accepted", _("Accepted")
    WRONG = "wrong", _("Wrong")
    ALREADY = "already", _("Already scanned")
    STOP = "stop", _("Stop")


# With a unit, or with a decimal sign: no barcode looks like either.
_WEIGHT = re.compile(r"(\d{1,6}(?:[.,]\d{1,3})?) ?(kg|g|кг|г)|(\d{1,3}[.,]\d{1,3})", re.IGNORECASE)
_HEAVIEST_G = 700_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanIn:
    """
    One scan as the page sends it: `nonce` is made by the page and repeated with every retry.

    station_id: the table; order_id: the order that the page, being offline, took the item for.  sku_id, pieces: what
    the person holds.
    """

    code: str
    nonce: UUID
    scanned_at: datetime
    person_id: int
    station_id: int | None = None
    order_id: int | None = None
    sku_id: int | None = None
    pieces: int | None = None

    @property
    def amount(self) -> int | None:
        """How many pieces were said: *24 counts the next item as 24."""
        found = re.fullmatch(r"\*([1-9]\d{0,4})", self.code.strip())
        return int(found[1]) if found else None

    @property
    def grams(self) -> int | None:
        """A weight, as a scale types it or a person does: 1.250, 1,25 кг, 340 г; None: it is something else."""
        found = _WEIGHT.fullmatch(self.code.strip())
        if found is None:
            return None
        number = Decimal((found[1] or found[3]).replace(",", "."))
        grams = int(number if (found[2] or "").lower() in {"g", "г"} else number * 1000)
        return grams if 0 < grams <= _HEAVIEST_G else None

    @property
    def command(self) -> Command | None:
        """The control barcode that was read, if it was one."""
        word = self.code.strip().upper()
        return Command(word) if word in Command.values else None

    @property
    def slot(self) -> int | None:
        """The number of the place or tote whose code was read."""
        word = self.code.strip().upper()
        number = word.removeprefix(SLOT_PREFIX)
        return int(number) if word != number and number.isdecimal() and len(number) < 7 else None


@dataclass(frozen=True, slots=True)
class Reading:
    """A scanned code as goods: barcodes and an article that it may be, and the marking code if it was one."""

    barcodes: Sequence[str]
    key: str
    mark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """
    What the page shows after a scan.

    word: short, in capitals on the screen; text: what was read, what was expected, what to do.  data: ids and numbers
    for the page (order, picked, left, label address), no objects.
    """

    outcome: Outcome
    word: str
    text: str
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Pieces of a wave; short: cells that did not hold theirs."""

    pieces: int
    picked: int
    short: int


@dataclass(frozen=True, slots=True)
class JobTask:
    """A task of the pick list with the words people read.  address: of the cell.  code: the article."""

    pk: int
    wave_id: int
    order_id: int | None
    sku_id: int
    location_id: int
    address: str
    code: str
    name: str
    pieces: int
    picked: int

    @property
    def left(self) -> int:
        return self.pieces - self.picked


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """
    task None: nothing is at hand.  held: the person stands at its cell or has leased it, so nobody else comes.

    stale: the person's leases in the wave want renewing.
    """

    task: JobTask | None
    held: bool
    stale: bool
    following: Sequence[JobTask]
    progress: Progress

    def without_task(self) -> "Job":
        """The same wave for somebody for whom nothing is left in it."""
        return replace(self, task=None, following=[])
