"""What the floor refuses."""

from backoffice.kernel.errors import Refusal


class NothingToPick(Refusal):
    """No order of those chosen can be taken into work."""


class NotThisPage(Refusal):
    """The wave or task does not exist here, or is over."""
