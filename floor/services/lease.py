"""Who picks what: tasks are leased for ten minutes, scans move the lease on, a lead may give them to another."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import pairwise

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from backoffice.kernel import prepared
from floor.errors import NotThisPage
from floor.models import PickTask, Wave
from floor.services import wave as waves
from floor.types import TaskState, WaveState

LEASE = timedelta(minutes=10)
RENEWED = timedelta(minutes=1)  # at most so often: a write at every scan would say nothing more
# A row that somebody changes at this moment is passed over, not waited for: who counts a piece holds its task, and two
# pickers who lease each other's would wait for ever.
_TAKE = """
UPDATE floor_picktask SET person_id = %(person)s, leased_until = %(until)s
 WHERE id = (SELECT id FROM floor_picktask WHERE id = %(task)s AND state = 'open'
                AND (person_id IS NULL OR person_id = %(person)s OR leased_until < %(now)s) FOR UPDATE SKIP LOCKED)
RETURNING id
"""
_KEEP = """
UPDATE floor_picktask SET leased_until = %(until)s
 WHERE id IN (SELECT id FROM floor_picktask WHERE wave_id = %(wave)s AND person_id = %(person)s AND state = 'open'
                 AND leased_until >= %(now)s FOR UPDATE SKIP LOCKED)
"""


def claim(*, wave_id: int, person_id: int, now: datetime) -> PickTask | None:
    """
    Lease the person's next task in the wave: the one begun, else the next one along the route that is free.

    Who joins others begins in the middle of the longest stretch that nobody has begun, so that people do not meet.
    Returns None when nothing is left for this person.
    """
    passed: set[int] = set()
    while task := next_task(wave_id=wave_id, person_id=person_id, now=now, but=passed):
        if task.person_id == person_id and task.leased_until and task.leased_until > now:
            return task
        if take(task_id=task.pk, person_id=person_id, now=now):
            task.person_id, task.leased_until = person_id, now + LEASE
            return task
        passed.add(task.pk)  # a colleague was faster, or is at it
    return None


def take(*, task_id: int, person_id: int, now: datetime) -> bool:
    """Lease one open task unless a colleague has it, or is counting it now; of many who try at once, one does."""
    values = {"task": task_id, "person": person_id, "now": now, "until": now + LEASE}
    return bool(prepared.rows(_TAKE, values))


def keep(*, wave_id: int, person_id: int, now: datetime) -> None:
    """Heartbeat: what the person has begun in this wave stays theirs."""
    prepared.rows(_KEEP, {"wave": wave_id, "person": person_id, "now": now, "until": now + LEASE})


def _free(person_id: int, now: datetime) -> QuerySet[PickTask]:
    """Open tasks that nobody else holds."""
    return PickTask.objects.filter(
        Q(person=None) | Q(person_id=person_id) | Q(leased_until__lt=now), state=TaskState.OPEN
    )


def next_task(*, wave_id: int, person_id: int, now: datetime, but: Iterable[int] = ()) -> PickTask | None:
    """What `claim` would lease, and does not: the person's next task, none of `but`."""
    tasks = _free(person_id, now).filter(wave_id=wave_id).exclude(pk__in=list(but)).order_by("position", "pk")
    begun = tasks.filter(person_id=person_id, leased_until__gte=now).first()
    if begun is not None:
        return begun
    own = PickTask.objects.filter(wave_id=wave_id, person_id=person_id).order_by("-leased_until", "-position")
    last = own.values_list("position", flat=True).first()
    if last is not None:
        onwards = tasks.filter(position__gt=last).first()
        if onwards is not None:
            return onwards
    elif not _somebody_else(wave_id, person_id, now):
        return tasks.first()
    return _middle_of_longest_run(list(tasks), wave_id)


def _somebody_else(wave_id: int, person_id: int, now: datetime) -> bool:
    others = PickTask.objects.filter(wave_id=wave_id, state=TaskState.OPEN, leased_until__gte=now)
    return others.exclude(person_id=person_id).exists()


def _middle_of_longest_run(free: list[PickTask], wave_id: int) -> PickTask | None:
    if not free:
        return None
    places = list(
        PickTask.objects.filter(wave_id=wave_id, state=TaskState.OPEN)
        .order_by("position", "pk")
        .values_list("pk", flat=True)
    )
    rank = {pk: number for number, pk in enumerate(places)}
    runs: list[list[PickTask]] = [[free[0]]]
    for before, task in pairwise(free):
        if rank[task.pk] == rank[before.pk] + 1:
            runs[-1].append(task)
        else:
            runs.append([task])
    longest = max(runs, key=len)
    begins_at_the_front = rank[longest[0].pk] == 0
    return longest[0] if begins_at_the_front or len(longest) == 1 else longest[len(longest) // 2]


@transaction.atomic
def pass_on(*, wave_id: int, from_person_id: int, to_person_id: int | None, now: datetime) -> int:
    """
    Give the open tasks of one person to another, or free them for anybody; returns how many.

    The new one's lease begins now; the old one's later scans still count, whoever holds a piece is right.
    """
    moved = PickTask.objects.filter(wave_id=wave_id, person_id=from_person_id, state=TaskState.OPEN).update(
        person_id=to_person_id, leased_until=now + LEASE if to_person_id else None
    )
    if moved:
        waves.touch(Wave.objects.get(pk=wave_id))
    return moved


@transaction.atomic
def pause(*, wave_id: int, on: bool, now: datetime) -> None:
    """
    Stop the picking of a wave, or let it go on; leases fall when it stops.

    :raises NotThisPage: the wave is over.
    """
    changed = Wave.objects.filter(pk=wave_id, state=WaveState.RELEASED, paused_at__isnull=on).update(
        paused_at=now if on else None
    )
    wave = Wave.objects.get(pk=wave_id)
    if not changed and wave.state != WaveState.RELEASED:
        raise NotThisPage(_("This wave is over."))
    if changed and on:
        PickTask.objects.filter(wave=wave, state=TaskState.OPEN).update(person=None, leased_until=None)
    waves.touch(wave)
