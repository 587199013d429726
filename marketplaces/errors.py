"""The six words for every remote trouble.  The adapter chooses the word; `marketplaces.sync` decides what follows."""


def storable(text: str) -> str:
    """This function will replace what no database stores in a text: NUL and lone surrogates."""
    return text.replace("\x00", "\ufffd").encode("utf-8", "replace").decode("utf-8")


class RemoteError(Exception):
    """
    Base of the six.

    text: what the marketplace or the connection said, shown to a person as it is.
    attempts: numbers of the attempts recorded by the client while the call was made, if any.
    """

    def __init__(self, text: str, *, code: str = "") -> None:
        super().__init__(text)
        self.text = storable(text)
        self.code = code


class Unavailable(RemoteError):
    """Nothing happened there: not reached, busy, limited, or broken before it did anything.  Ask again later."""

    def __init__(self, text: str, *, code: str = "", retry_after_s: float | None = None) -> None:
        super().__init__(text, code=code)
        self.retry_after_s = retry_after_s


class OutcomeUnknown(RemoteError):
    """A write left and no answer came: look it up before anything else, never repeat blindly."""


class Rejected(RemoteError):
    """They understood, judged and refused; `code` is one of `dto.Code`."""


class CredentialsRejected(RemoteError):
    """The key is refused, has expired or lacks a permission: pause the channel and tell the owner."""


class ContractBroken(RemoteError):
    """The answer does not parse or does not fit what is documented; `payload` goes to quarantine, masked."""

    def __init__(self, text: str, *, code: str = "", payload: object = None) -> None:
        super().__init__(text, code=code)
        self.payload = payload


class Unsupported(RemoteError):
    """The capability is absent: a bug in our planning."""
