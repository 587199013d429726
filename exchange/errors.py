"""What the exchange refuses, in words for the operator of 1C."""

from backoffice.kernel.errors import Refusal


class NotAllowed(Refusal):
    """The login, the secret, the address or the right does not fit."""


class BadRequest(Refusal):
    """The request cannot be served as it is."""


class CannotRead(Refusal):
    """The file is no exchange package, is cut, or is hostile; nothing of it was applied."""


class KeyOfAnother(Refusal):
    """The idempotency key belongs to another request."""
