"""Words of the floor."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
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


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanIn:
    """One scan as the page sends it: `nonce` is made by the page and repeated with every retry."""

    code: str
    nonce: UUID
    scanned_at: datetime
    person_id: int


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
