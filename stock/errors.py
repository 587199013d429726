"""What stock refuses."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from backoffice.kernel.errors import Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortage:
    """A location holds `there` pieces of a SKU, and `wanted` were to leave it."""

    sku: str
    location: str
    there: int
    wanted: int


class NotEnoughHere(Refusal):
    """More pieces were to leave a location than lie in it; nothing was moved."""

    def __init__(self, shortages: Sequence[Shortage]) -> None:
        self.shortages = shortages
        lines = "; ".join(
            _("%(sku)s in %(location)s: %(there)d there, %(wanted)d wanted")
            % {"sku": short.sku, "location": short.location, "there": short.there, "wanted": short.wanted}
            for short in shortages[:20]
        )
        super().__init__(_("Not enough stock: %(lines)s. Nothing was moved.") % {"lines": lines})


class NotFree(Refusal):
    """More pieces were to be promised than are free; nothing was promised."""

    def __init__(self, shortages: Sequence[Shortage]) -> None:
        self.shortages = shortages
        lines = "; ".join(
            _("%(sku)s: %(there)d free, %(wanted)d wanted")
            % {"sku": short.sku, "there": short.there, "wanted": short.wanted}
            for short in shortages[:20]
        )
        super().__init__(_("Not enough is free: %(lines)s. Nothing was reserved.") % {"lines": lines})


class NotAKit(Refusal):
    """The SKU has no components, so there is nothing to assemble or to take apart."""


class Promised(Refusal):
    """Pieces that were to be used up are promised to orders; nothing was moved."""


class UnknownPlace(Refusal):
    """The warehouse or the cell does not exist, or is not seen by this merchant."""


class NothingToDo(Refusal):
    """The document has no lines, or no line changes anything."""


class BeingCounted(Refusal):
    """Another person counts this cell, or it was counted in this round already."""
