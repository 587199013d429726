"""What a picker's page shows: the task at hand, the ones after it, and how far the wave is, read in one statement."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from backoffice.kernel import prepared

_FOLLOWING = 6
_OF_WAVE = 4  # columns of a row before those of its task

# The task at hand is the first one at the cell where the person stands, else the one begun, else the next one along
# the route that is free.  Where none of them is, `lease.claim` knows where to send the person.
_JOB = """
WITH last AS (
    SELECT position FROM floor_picktask
     WHERE wave_id = %(wave)s AND person_id = %(person)s ORDER BY leased_until DESC, position DESC LIMIT 1
), open AS (
    SELECT id, position, coalesce(location_id = %(cell)s::bigint, false) AS here,
           coalesce(person_id = %(person)s AND leased_until >= %(now)s, false) AS begun,
           coalesce(person_id IS NULL OR person_id = %(person)s OR leased_until < %(now)s, false) AS free
      FROM floor_picktask WHERE wave_id = %(wave)s AND state = 'open'
), hand AS (
    SELECT id, position, here OR begun AS held FROM open
     WHERE here OR begun OR (free AND position > (SELECT position FROM last))
     ORDER BY here DESC, begun DESC, position, id LIMIT 1
), shown AS (
    SELECT open.id, open.id = hand.id AS first, hand.held FROM open, hand
     WHERE open.id = hand.id OR (open.free AND open.position >= hand.position)
     ORDER BY open.id = hand.id DESC, open.position, open.id LIMIT %(shown)s
), progress AS (
    SELECT coalesce(sum(pieces) FILTER (WHERE state <> 'short'), 0) AS pieces, coalesce(sum(picked), 0) AS picked,
           count(*) FILTER (WHERE state = 'short') AS short
      FROM floor_picktask WHERE wave_id = %(wave)s AND state <> 'cancelled'
)
SELECT progress.pieces, progress.picked, progress.short, shown.held,
       task.id, task.wave_id, task.order_id, task.sku_id, task.location_id, cell.code, sku.code,
       concat_ws(', ', product.name, nullif(sku.variant, '')), task.pieces, task.picked
  FROM progress LEFT JOIN shown ON true
  LEFT JOIN floor_picktask task ON task.id = shown.id LEFT JOIN stock_location cell ON cell.id = task.location_id
  LEFT JOIN catalog_sku sku ON sku.id = task.sku_id LEFT JOIN catalog_product product ON product.id = sku.product_id
 ORDER BY shown.first DESC, task.position, task.id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Pieces of a wave; short: cells that did not hold theirs."""

    pieces: int
    picked: int
    short: int


@dataclass(frozen=True, slots=True)
class JobTask:
    """A task of the pick list with the words people read.  address: of the cell.  code: the article."""

    pk: int
    wave_id: int
    order_id: int | None
    sku_id: int
    location_id: int
    address: str
    code: str
    name: str
    pieces: int
    picked: int

    @property
    def left(self) -> int:
        return self.pieces - self.picked


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """task None: nothing is at hand.  held: the person stands at its cell or has leased it, so nobody else comes."""

    task: JobTask | None
    held: bool
    following: Sequence[JobTask]
    progress: Progress

    def without_task(self) -> "Job":
        """The same wave for somebody for whom nothing is left in it."""
        return replace(self, task=None, following=[])


def job_of(*, wave_id: int, person_id: int, cell_id: int | None, now: datetime) -> Job:
    """
    This function will read what the person is to do next in a wave.

    cell_id: where the person stands, None when no address has been scanned.
    """
    values = {"wave": wave_id, "person": person_id, "cell": cell_id, "now": now, "shown": _FOLLOWING + 1}
    found = prepared.rows(_JOB, values)
    pieces, picked, short, held = found[0][:_OF_WAVE]
    tasks = [JobTask(*columns[_OF_WAVE:]) for columns in found if columns[_OF_WAVE]]
    return Job(
        task=tasks[0] if tasks else None,
        held=bool(held),
        following=tasks[1:],
        progress=Progress(pieces=pieces, picked=picked, short=short),
    )
