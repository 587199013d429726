"""What a scan of "Undo" takes back where pieces are moved by number: one more undo, one more step."""

from collections.abc import Callable, Mapping
from typing import Any

from floor.models import Scan
from floor.types import Outcome

_AS_FAR_AS = 100


def last_done(
    *, person_id: int, warehouse_id: int, step: str, did: str, here: Callable[[Mapping[str, Any]], bool]
) -> Mapping[str, Any] | None:
    """
    The data of what the person did last and has not undone; of their last hundred accepted scans of this step.

    did: the word of the data that says that something was done; an undo says `undone`.  here: whether a scan was made
    on the page that asks.
    """
    rows = Scan.objects.filter(person_id=person_id, warehouse_id=warehouse_id, step=step, outcome=Outcome.ACCEPTED)
    undone = 0
    for answer in rows.order_by("-pk").values_list("answer", flat=True)[:_AS_FAR_AS]:
        data: Mapping[str, Any] = answer["data"]
        if not here(data):
            continue
        if data.get("undone"):
            undone += 1
        elif data.get(did):
            if not undone:
                return data
            undone -= 1
    return None
