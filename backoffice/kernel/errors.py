"""Words for what is refused."""

from collections.abc import Mapping


class Refusal(Exception):
    """
    Base of everything a person may be shown as it is.

    `message` is already translated and says what happened and what to do; `extra` holds machine-readable detail
    (field name → message, or counts), both safe to send to a browser.
    """

    def __init__(self, message: object, *, extra: Mapping[str, object] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.extra: dict[str, object] = dict(extra or {})

    def __str__(self) -> str:
        return str(self.message)
