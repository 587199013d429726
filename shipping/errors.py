"""What shipping refuses."""

from backoffice.kernel.errors import Refusal


class CannotClose(Refusal):
    """The handover is empty, or some of its orders are not ready; all are named."""


class NoSuchLine(Refusal):
    """The supply has no such line, or it cannot hold this."""


class WrongState(Refusal):
    """The handover stands where this cannot be done."""
