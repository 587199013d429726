"""What a picker's page shows, and what it must know to judge scans by itself."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from catalog.selectors import sku as skus
from floor.models import PickTask, Wave, WaveOrder
from floor.types import SLOTTED, JobTask, TaskState
from merchants.models import Person
from orders.selectors import brief
from orders.types import UnitState


def open_tasks(wave_id: int) -> QuerySet[PickTask]:
    """What is left to pick, in walking order."""
    return (
        PickTask.objects.filter(wave_id=wave_id, state=TaskState.OPEN)
        .select_related("location", "sku__product")
        .order_by("position", "pk")
    )


def slots_of(task: JobTask) -> list[tuple[int, int]]:
    """(place or tote, pieces) that the pieces of this task go to, the next one first."""
    members = WaveOrder.objects.filter(wave_id=task.wave_id, left=False)
    if task.order_id:
        members = members.filter(order_id=task.order_id)
    units = brief.wanted_units(sku_id=task.sku_id, among=members.values_list("order_id", flat=True), limit=task.left)
    slots = dict(members.filter(order_id__in={unit.order_id for unit in units}).values_list("order_id", "slot"))
    counted = Counter(slots[unit.order_id] for unit in units if slots.get(unit.order_id))
    return [(slot, pieces) for slot, pieces in counted.items() if slot]


@dataclass(frozen=True, slots=True, kw_only=True)
class Picker:
    """Somebody who holds tasks of a wave; tasks: how many; gone: the lease has run out."""

    person: Person
    tasks: int
    until: datetime
    gone: bool


def pickers(*, wave_id: int, now: datetime) -> list[Picker]:
    """Who has begun what in a wave."""
    rows = PickTask.objects.filter(wave_id=wave_id, state=TaskState.OPEN, person__isnull=False).select_related("person")
    held: dict[int, list[PickTask]] = defaultdict(list)
    for task in rows:
        held[task.person_id or 0].append(task)
    found = []
    for tasks in held.values():
        until = max(task.leased_until for task in tasks if task.leased_until)
        person = tasks[0].person
        if person is not None:
            found.append(Picker(person=person, tasks=len(tasks), until=until, gone=until < now))
    return sorted(found, key=lambda row: str(row.person))


def known(*, wave: Wave, person_id: int, now: datetime) -> Mapping[str, object]:
    """
    What the page must know to judge scans of this wave without the server.

    tasks in walking order: {id, cell, cellCode, sku, name, code, left, mine, taken, slots: places of the pieces,
    the most urgent first}; codes: what a scanner reads → SKU ids; cells: address → cell id; skus: SKU id → article of
    all goods of the wave, picked ones too.
    """
    tasks = list(open_tasks(wave.pk)[:1000])
    everything = dict(PickTask.objects.filter(wave=wave).values_list("sku_id", "sku__code"))
    slots = _slots_by_sku(wave) if wave.mode in SLOTTED else {}
    return {
        "wave": wave.pk,
        "mode": wave.mode,
        "tasks": [
            {
                "id": task.pk,
                "cell": task.location_id,
                "cellCode": task.location.code,
                "sku": task.sku_id,
                "name": " ".join(filter(None, [task.sku.product.name, task.sku.variant])),
                "code": task.sku.code,
                "left": task.pieces - task.picked,
                "mine": task.person_id == person_id,
                "taken": task.person_id not in {None, person_id}
                and bool(task.leased_until and task.leased_until > now),
                "slots": slots.get(task.sku_id, []),
            }
            for task in tasks
        ],
        "codes": code_book(everything),
        "cells": {task.location.code.lower(): task.location_id for task in tasks},
        "skus": everything,
    }


def _slots_by_sku(wave: Wave) -> dict[int, list[int]]:
    members = {
        member.order_id: member.slot
        for member in WaveOrder.objects.filter(wave=wave, left=False).order_by("order__ship_by", "order_id")
    }
    units = brief.units(order_ids=members, states=[UnitState.WANTED])
    rank = {order_id: number for number, order_id in enumerate(members)}
    found: dict[int, list[int]] = defaultdict(list)
    for unit in sorted(units, key=lambda row: (rank[row.order_id], row.number)):
        found[unit.sku_id].append(members[unit.order_id] or 0)
    return found


def code_book(sku_ids: Mapping[int, str] | Sequence[int]) -> dict[str, list[int]]:
    """What a scanner reads → SKU ids."""
    book: dict[str, list[int]] = defaultdict(list)
    for sku_id, values in skus.codes_read_from(sku_ids).items():
        for value in values:
            book[value].append(sku_id)
    return book
