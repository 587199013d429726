"""Passes of drivers, bound to a carriage."""

from typing import Any

from sandbox.clock import iso
from sandbox.exchange import Answer, Call
from sandbox.ozon.cabinet import Cabinet
from sandbox.ozon.carriages import named
from sandbox.ozon.paging import page_rows
from sandbox.ozon.reading import Fields
from sandbox.ozon.refusals import not_found
from sandbox.ozon.registry import method
from sandbox.ozon.state import Carriage, Pass

Json = dict[str, Any]
TEXTS = ("driver_name", "driver_phone", "vehicle_license_plate", "vehicle_model")


@method("/v1/carriage/pass/create")
def create(cabinet: Cabinet, fields: Fields, call: Call) -> Json:
    carriage = named(cabinet, fields)
    rows = [(_texts(row), row.flag("with_returns")) for row in fields.objects("arrival_passes", required=True)]
    numbers = []
    for texts, returns in rows:
        number = cabinet.world.sequences.next("ozon/pass", start=7_700_001)
        cabinet.passes.put(number, _made(number, carriage, texts, returns))
        numbers.append(number)
    carriage.passes += numbers
    cabinet.carriages.touch(carriage.carriage_id)
    return {"arrival_pass_ids": [str(number) for number in numbers]}


@method("/v1/carriage/pass/update")
def update(cabinet: Cabinet, fields: Fields, call: Call) -> Answer:
    carriage = named(cabinet, fields)
    rows = {row.whole("id", required=True): row for row in fields.objects("arrival_passes", required=True)}
    _own(carriage, list(rows))
    for number, row in rows.items():
        cabinet.passes.put(number, _made(number, carriage, _texts(row), row.flag("with_returns")))
    return Answer(200)


@method("/v1/carriage/pass/delete")
def delete(cabinet: Cabinet, fields: Fields, call: Call) -> Answer:
    carriage = named(cabinet, fields)
    numbers = fields.wholes("arrival_pass_ids", required=True)
    _own(carriage, numbers)
    for number in numbers:
        cabinet.passes.drop(number)
    carriage.passes = [number for number in carriage.passes if number not in numbers]
    cabinet.carriages.touch(carriage.carriage_id)
    return Answer(200)


@method("/v1/pass/list")
def listed(cabinet: Cabinet, fields: Fields, call: Call) -> Json:
    limit = fields.whole("limit", required=True, low=1, high=1000)
    only = set(fields.inner("filter").wholes("arrival_pass_ids"))
    rows = [_shape(cabinet, known) for known in cabinet.passes.values() if not only or known.pass_id in only]
    page, cursor, more = page_rows(rows, fields.text("cursor"), limit)
    return {"arrival_passes": page, "cursor": cursor if more else ""}


def _shape(cabinet: Cabinet, known: Pass) -> Json:
    carriage = cabinet.carriages[known.carriage_id]
    return {
        "arrival_pass_id": known.pass_id,
        "arrival_reasons": ["FBS_DELIVERY", "FBS_RETURN"] if known.with_returns else ["FBS_DELIVERY"],
        "arrival_time": iso(carriage.created),
        "driver_name": known.driver_name,
        "driver_phone": known.driver_phone,
        "dropoff_point_id": carriage.warehouse_id + 50,
        "is_active": carriage.status in ("new", "formed"),
        "vehicle_license_plate": known.plate,
        "vehicle_model": known.model,
        "warehouse_id": carriage.warehouse_id,
    }


def _made(number: int, carriage: Carriage, texts: list[str], returns: bool) -> Pass:
    name, phone, plate, model = texts
    return Pass(number, carriage.carriage_id, name, phone, plate, model, returns)


def _texts(row: Fields) -> list[str]:
    return [row.text(key, required=True) for key in TEXTS]


def _own(carriage: Carriage, numbers: list[int]) -> None:
    if any(number not in carriage.passes for number in numbers):
        raise not_found("PASS_NOT_FOUND")
