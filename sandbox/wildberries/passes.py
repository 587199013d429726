"""Passes for the drivers."""

from datetime import UTC, datetime
from typing import Any

from sandbox.exchange import Answer, Call
from sandbox.wildberries.cabinet import Cabinet
from sandbox.wildberries.reading import body, path_number
from sandbox.wildberries.refusals import refused
from sandbox.wildberries.registry import MARKETPLACE, route
from sandbox.wildberries.state import Pass

Json = dict[str, Any]
LIFE = 48 * 3600
TEXTS = {"firstName": (1, 100), "lastName": (1, 100), "carModel": (1, 100), "carNumber": (6, 9)}


@route("GET", MARKETPLACE, "/api/v3/passes/offices", group="fbs")
def offices(cabinet: Cabinet, call: Call) -> list[Json]:
    return [
        {"id": office.office_id, "name": office.name, "address": office.address}
        for office in cabinet.offices.values()
        if office.needs_pass
    ]


@route("GET", MARKETPLACE, "/api/v3/passes", group="fbs")
def listed(cabinet: Cabinet, call: Call) -> list[Json]:
    return [_shape(cabinet, known) for known in cabinet.passes.values()]


def _shape(cabinet: Cabinet, known: Pass) -> Json:
    office = cabinet.offices[known.office_id]
    ends = datetime.fromtimestamp(known.ends, UTC)
    return {
        "id": known.pass_id,
        "firstName": known.first_name,
        "lastName": known.last_name,
        "carModel": known.car_model,
        "carNumber": known.car_number,
        "officeId": known.office_id,
        "officeName": office.name,
        "officeAddress": office.address,
        # Not the T of ISO 8601.
        "dateEnd": f"{ends:%Y-%m-%d %H:%M:%S}+00:00",
    }


@route("POST", MARKETPLACE, "/api/v3/passes", group="fbs-passes-create")
def create(cabinet: Cabinet, call: Call) -> Answer:
    texts, office = _read(cabinet, call)
    number = cabinet.world.sequences.next("wb/pass", start=810_001)
    cabinet.passes.put(number, _made(number, texts, office, cabinet.clock.now() + LIFE))
    return Answer(201, {"id": number})


@route("PUT", MARKETPLACE, "/api/v3/passes/{passId}", group="fbs")
def change(cabinet: Cabinet, call: Call) -> Answer:
    number = path_number(call, "passId")
    if number not in cabinet.passes:
        raise refused("NotFound")
    texts, office = _read(cabinet, call)
    cabinet.passes.put(number, _made(number, texts, office, cabinet.passes[number].ends))
    return Answer(204)


@route("DELETE", MARKETPLACE, "/api/v3/passes/{passId}", group="fbs")
def delete(cabinet: Cabinet, call: Call) -> Answer:
    number = path_number(call, "passId")
    if number not in cabinet.passes:
        raise refused("NotFound")
    cabinet.passes.drop(number)
    return Answer(204)


def _made(number: int, texts: list[str], office: int, ends: float) -> Pass:
    first, last, model, plate = texts
    return Pass(number, first, last, model, plate, office, ends)


def _read(cabinet: Cabinet, call: Call) -> tuple[list[str], int]:
    given = body(call)
    texts = [given.get(key) for key in TEXTS]
    if any(not isinstance(text, str) for text in texts):
        raise refused("IncorrectRequestBody")
    if any(not low <= len(str(text)) <= high for text, (low, high) in zip(texts, TEXTS.values(), strict=True)):
        raise refused("IncorrectRequest")
    office = given.get("officeId")
    if office not in cabinet.offices:
        raise refused("NotFound")
    return [str(text) for text in texts], int(office)
