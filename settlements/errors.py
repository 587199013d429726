"""What settlements refuses."""

from backoffice.kernel.errors import Refusal


class Overlap(Refusal):
    """Another agreement of the legal entity and channel is in force on some of these days."""


class InUse(Refusal):
    """Reports stand on the agreement, so this of it cannot be changed any more."""


class WrongTerms(Refusal):
    """Terms of an agreement that cannot be, or that contradict each other."""


class WrongState(Refusal):
    """The document stands where this cannot be done."""
