"""What orders refuse."""

from backoffice.kernel.errors import Refusal


class NoSuchOrder(Refusal):
    """There is no such order, or it belongs to another merchant."""


class WrongState(Refusal):
    """The order stands where this cannot be done; the message says where."""


class AlreadyHandedOver(Refusal):
    """The parcel has left: only the marketplace can stop it now."""


class WrongCode(Refusal):
    """The buyer named another code: nothing is given out."""


class NotIdentified(Refusal):
    """Nobody has looked at who takes the order."""


class WrongMark(Refusal):
    """The marking code is malformed, of other goods, or used before."""
