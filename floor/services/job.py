"""What a picker is to do next: the task at hand, leased by being shown, and how far the wave is, in one statement."""

from datetime import datetime

from backoffice.kernel import prepared
from floor.services.lease import LEASE, RENEWED
from floor.types import Job, JobTask, Progress

_FOLLOWING = 6
_OF_WAVE = 5  # columns of a row before those of its task

# The task at hand is the first one at the cell where the person stands, else the one begun, else the next one along
# the route that is free.  Where none of them is, `lease.claim` knows where to send the person.  A task that a colleague
# is at this moment at is not waited for, as `lease` says.
_JOB = """
WITH task AS MATERIALIZED (
    SELECT id, wave_id, order_id, sku_id, location_id, position, state, pieces, picked, person_id, leased_until,
           coalesce(location_id = %(cell)s::bigint, false) AS here,
           coalesce(person_id = %(person)s AND leased_until >= %(now)s, false) AS begun,
           coalesce(person_id IS NULL OR person_id = %(person)s OR leased_until < %(now)s, false) AS free
      FROM floor_picktask WHERE wave_id = %(wave)s
), last AS (
    SELECT position FROM task WHERE person_id = %(person)s ORDER BY leased_until DESC, position DESC LIMIT 1
), hand AS MATERIALIZED (
    SELECT id, position, here OR begun AS held FROM task
     WHERE state = 'open' AND (here OR begun OR (free AND position > (SELECT position FROM last)))
     ORDER BY here DESC, begun DESC, position, id LIMIT 1
), leased AS (
    UPDATE floor_picktask SET person_id = %(person)s, leased_until = %(until)s
     WHERE id = (SELECT own.id FROM floor_picktask own JOIN hand ON own.id = hand.id
                  WHERE %(lease)s AND NOT hand.held AND own.state = 'open'
                    AND (own.person_id IS NULL OR own.person_id = %(person)s OR own.leased_until < %(now)s)
                    FOR UPDATE OF own SKIP LOCKED)
    RETURNING id
), shown AS (
    SELECT *, id = (SELECT id FROM hand) AS first FROM task
     WHERE state = 'open' AND (id = (SELECT id FROM hand) OR (free AND position >= (SELECT position FROM hand)))
     ORDER BY id = (SELECT id FROM hand) DESC, position, id LIMIT %(shown)s
), progress AS (
    SELECT coalesce(sum(pieces) FILTER (WHERE state <> 'short'), 0) AS pieces, coalesce(sum(picked), 0) AS picked,
           count(*) FILTER (WHERE state = 'short') AS short
      FROM task WHERE state <> 'cancelled'
)
SELECT progress.pieces, progress.picked, progress.short, (SELECT held FROM hand) OR EXISTS (SELECT FROM leased),
       EXISTS (SELECT FROM task WHERE person_id = %(person)s AND state = 'open'
                  AND leased_until BETWEEN %(now)s AND %(stale)s),
       shown.id, shown.wave_id, shown.order_id, shown.sku_id, shown.location_id, cell.code, sku.code,
       concat_ws(', ', product.name, nullif(sku.variant, '')), shown.pieces, shown.picked
  FROM progress LEFT JOIN shown ON true LEFT JOIN stock_location cell ON cell.id = shown.location_id
  LEFT JOIN catalog_sku sku ON sku.id = shown.sku_id LEFT JOIN catalog_product product ON product.id = sku.product_id
 ORDER BY shown.first DESC, shown.position, shown.id
"""


def job_of(*, wave_id: int, person_id: int, cell_id: int | None, lease: bool, now: datetime) -> Job:
    """
    This function will find what the person is to do next in a wave, and lease it where that is wanted.

    cell_id: where the person stands, None when no address has been scanned.
    """
    values = {"wave": wave_id, "person": person_id, "cell": cell_id, "now": now, "shown": _FOLLOWING + 1}
    found = prepared.rows(_JOB, {**values, "lease": lease, "until": now + LEASE, "stale": now + LEASE - RENEWED})
    pieces, picked, short, held, stale = found[0][:_OF_WAVE]
    tasks = [JobTask(*columns[_OF_WAVE:]) for columns in found if columns[_OF_WAVE]]
    return Job(
        task=tasks[0] if tasks else None,
        held=bool(held),
        stale=stale,
        following=tasks[1:],
        progress=Progress(pieces=pieces, picked=picked, short=short),
    )
