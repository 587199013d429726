"""How Ozon's lists go on."""

from marketplaces.errors import ContractBroken
from marketplaces.http.reading import inside


def next_cursor(payload: object, *, rows_seen: int, name: str = "cursor") -> str | None:
    """
    This function will give the next cursor; `has_next`, where there is one, decides.

    A promise of more without a cursor gives "", which no walker follows twice: it is reported, not taken for the end.
    """
    more = inside(payload, "has_next")
    cursor = inside(payload, name)
    if more is True and cursor in (None, ""):
        return ""
    if cursor is None or cursor == "" or more is False or (rows_seen == 0 and more is not True):
        return None
    if more is not None and not isinstance(more, bool) and str(more).lower() != "true":
        return None
    if not isinstance(cursor, str | int):
        raise ContractBroken(f"{name} is not a text", payload={name: cursor})
    return str(cursor)
