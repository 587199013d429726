"""What labels refuse, in words for a person."""

from backoffice.kernel.errors import Refusal


class Unprintable(Refusal):
    """This cannot be drawn so that a scanner reads it: wrong check digit, foreign character, no room."""


class UnknownFile(Refusal):
    """The file is no sticker that we can place on a page."""


class WrongMedia(Refusal):
    """Made so small for this roll, the sticker could not be scanned."""


class NoSticker(Refusal):
    """There is nothing to print for this order yet."""


class NotReleased(Refusal):
    """The parcel is not packed, or fell away: its sticker stays with us."""


class AlreadyPrinted(Refusal):
    """This sticker was printed before; printing it again needs a reason."""


class TooMany(Refusal):
    """More stickers than one job makes."""


class NotOfThisStation(Refusal):
    """The code that was scanned is no sticker that this station's printer made."""


class StillPrinting(Refusal):
    """What came out is asked too early: the agent has stickers in hand."""


class UnknownKey(Refusal):
    """The key of a print agent is wrong, revoked, or its maker may not set up printers any more."""
