"""Hand-over: carriages, their approval, and what happens to the postings on the way."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sandbox.clock import iso
from sandbox.exchange import Call
from sandbox.goods import litres
from sandbox.ozon.cabinet import Cabinet
from sandbox.ozon.reading import Fields
from sandbox.ozon.refusals import PRECONDITION, invalid, not_found, refused
from sandbox.ozon.registry import method
from sandbox.ozon.state import Carriage, Posting
from sandbox.world import World

Json = dict[str, Any]
OPEN = ("new", "formed")


def plan(world: World, cabinets: dict[str, Cabinet]) -> None:
    """This function will tell the agenda how a carriage goes on."""

    def step(work: Any) -> Any:
        def run(client: str, carriage: int) -> None:
            cabinet = cabinets[client]
            work(cabinet, cabinet.carriages[carriage])

        return run

    world.agenda.on("ozon.accepted", step(accept))
    world.agenda.on("ozon.delivering", step(deliver))
    world.agenda.on("ozon.delivered", step(finish))


def named(cabinet: Cabinet, fields: Fields, key: str = "carriage_id") -> Carriage:
    carriage = cabinet.carriages.get(fields.whole(key, required=True))
    if carriage is None:
        raise not_found("CARRIAGE_NOT_FOUND")
    return carriage


def waiting(cabinet: Cabinet, warehouse_id: int) -> list[Posting]:
    """This function will give the packed postings that are in no carriage."""
    found = [cabinet.postings[number] for number in cabinet.open]
    return sorted(
        (p for p in found if p.status == "awaiting_deliver" and p.warehouse_id == warehouse_id and not p.carriage_id),
        key=lambda posting: posting.number,
    )


@method("/v1/carriage/create")
def create(cabinet: Cabinet, fields: Fields, call: Call) -> Json:
    warehouse_id = fields.whole("delivery_method_id", required=True)
    if warehouse_id not in cabinet.warehouses:
        raise not_found("DELIVERY_METHOD_NOT_FOUND")
    moment, today = fields.moment("departure_date"), datetime.fromtimestamp(cabinet.clock.now(), UTC)
    departure = datetime.fromtimestamp(moment, UTC) if moment else today
    if departure.date() < today.date() - timedelta(days=1):
        raise refused(PRECONDITION, "outdated")
    postings = waiting(cabinet, warehouse_id)
    if not postings:
        raise not_found("POSTING_NOT_FOUND")
    now = cabinet.clock.now()
    carriage = Carriage(
        carriage_id=cabinet.world.sequences.next("ozon/carriage", start=295_662_811),
        warehouse_id=warehouse_id,
        departure=departure.strftime("%Y-%m-%d"),
        status="new",
        numbers=[],
        created=now,
        updated=now,
    )
    cabinet.carriages.put(carriage.carriage_id, carriage)
    for posting in postings:
        _load(cabinet, carriage, posting)
    return {"carriage_id": carriage.carriage_id}


def _load(cabinet: Cabinet, carriage: Carriage, posting: Posting) -> None:
    carriage.numbers.append(posting.number)
    posting.carriage_id = carriage.carriage_id
    cabinet.move(posting, "awaiting_deliver", "posting_in_carriage")


def _unload(cabinet: Cabinet, posting: Posting) -> None:
    posting.carriage_id = 0
    cabinet.move(posting, "awaiting_deliver", "posting_not_in_carriage")


@method("/v1/carriage/set-postings")
def set_postings(cabinet: Cabinet, fields: Fields, call: Call) -> Json:
    carriage = named(cabinet, fields)
    numbers = list(dict.fromkeys(fields.texts("posting_numbers", required=True)))
    if carriage.status != "new":
        raise refused(PRECONDITION, "CARRIAGE_HAS_INCORRECT_STATUS")
    errors = {number: _misfit(cabinet, carriage, number) for number in numbers}
    if not call.silent:
        for number in [number for number in carriage.numbers if number not in errors]:
            _unload(cabinet, cabinet.postings[number])
        fitting = [number for number in numbers if not errors[number]]
        fresh = [number for number in fitting if number not in carriage.numbers]
        carriage.numbers = [number for number in fitting if number in carriage.numbers]
        for number in fresh:
            _load(cabinet, carriage, cabinet.postings[number])
        _touched(cabinet, carriage)
    rows = [{"posting_number": n, "result": not error, "error": error} for n, error in errors.items()]
    return {"result": rows}


def _misfit(cabinet: Cabinet, carriage: Carriage, number: str) -> str:
    posting = cabinet.postings.get(number)
    if posting is None:
        return "POSTING_NOT_FOUND"
    if posting.status != "awaiting_deliver" or posting.warehouse_id != carriage.warehouse_id:
        return "HAS_INCORRECT_STATUS"
    return "POSTING_IN_OTHER_CARRIAGE" if posting.carriage_id not in (0, carriage.carriage_id) else ""


@method("/v1/carriage/approve")
def approve(cabinet: Cabinet, fields: Fields, call: Call) -> Json:
    carriage = named(cabinet, fields)
    if carriage.status != "new":
        raise refused(PRECONDITION, "CARRIAGE_HAS_INCORRECT_STATUS")
    if not carriage.numbers:
        raise refused(PRECONDITION, "no_postings")
    if fields.whole("containers_count"):
        raise invalid("containers_count is allowed only with entrusted acceptance")
    if not call.silent:
        carriage.status = "formed"
        carriage.documents_due = cabinet.clock.seconds() + cabinet.tempo.documents
        _touched(cabinet, carriage)
        _later(cabinet, carriage, cabinet.tempo.acceptance, "ozon.accepted")
    return {}


@method("/v1/carriage/cancel")
def cancel(cabinet: Cabinet, fields: Fields, call: Call) -> Json:
    carriage = named(cabinet, fields)
    if carriage.status not in OPEN:
        return {"error": "CARRIAGE_HAS_INCORRECT_STATUS", "carriage_status": carriage.status}
    if not call.silent:
        for number in carriage.numbers:
            _unload(cabinet, cabinet.postings[number])
        carriage.numbers, carriage.status, carriage.documents_due = [], "cancelled", None
        _touched(cabinet, carriage)
    return {"error": "", "carriage_status": "cancelled"}


@method("/v1/carriage/get")
def get(cabinet: Cabinet, fields: Fields, call: Call) -> Json:
    carriage = named(cabinet, fields)
    formed = carriage.status not in ("new", "cancelled")
    documents = ["get_shipping_list", "get_waybill", "get_act_of_acceptance"] if formed else []
    return {
        "carriage_id": carriage.carriage_id,
        "act_type": "ozon_digital",
        "all_blr_traceable": False,
        "arrival_pass_ids": [str(number) for number in carriage.passes],
        "available_actions": documents,
        "cancel_availability": {"is_cancel_available": carriage.status in OPEN, "reason": ""},
        "company_id": cabinet.seller.ozon_id,
        "containers_count": carriage.containers,
        "created_at": iso(carriage.created),
        "updated_at": iso(carriage.updated),
        "delivery_method_id": carriage.warehouse_id,
        "departure_date": carriage.departure,
        "first_mile_type": "DropOff",
        "has_postings_for_next_carriage": bool(waiting(cabinet, carriage.warehouse_id)),
        "integration_type": "ozon",
        "is_container_label_printed": False,
        "is_econom": False,
        "is_partial": False,
        "is_waybill_enabled": True,
        "partial_num": 0,
        "retry_count": 0,
        "status": carriage.status,
        "tpl_provider_id": 24,
        "warehouse_id": carriage.warehouse_id,
    }


@method("/v2/carriage/delivery/list")
def delivery_list(cabinet: Cabinet, fields: Fields, call: Call) -> Json:
    fields.whole("limit", required=True, low=1, high=1000)
    only = fields.inner("filter").whole("delivery_method_id")
    date = fields.inner("filter").text("departure_date") or iso(cabinet.clock.now())[:10]
    rows = [_method(cabinet, place, date) for place in cabinet.warehouses if only in (0, place)]
    return {"methods": [row for row in rows if row is not None], "cursor": "", "has_next": False}


def _method(cabinet: Cabinet, place_id: int, date: str) -> Json | None:
    free = waiting(cabinet, place_id)
    loads = [c for c in cabinet.carriages.values() if c.warehouse_id == place_id and c.departure == date and c.numbers]
    to_pack = sum(
        p.status == "awaiting_packaging" and p.warehouse_id == place_id
        for p in map(cabinet.postings.__getitem__, cabinet.open)
    )
    if not (free or loads or to_pack):
        return None
    place = cabinet.warehouses[place_id]
    rows = [_load_row(cabinet, c.carriage_id, c.status, [cabinet.postings[n] for n in c.numbers]) for c in loads]
    if free:
        rows.append(_load_row(cabinet, 0, "", free))
    return {
        "carriage_postings_count": sum(len(c.numbers) for c in loads),
        "carriages": rows,
        "cut_in": "",
        "cutoff_at": f"{date}T{place.cutoff_hour_utc:02d}:00:00Z",
        "delivery_method_id": place_id,
        "delivery_method_name": f"Доставка Ozon самостоятельно, {place.city}",
        "delivery_method_status": "ACTIVE",
        "departure_date": date,
        "dropoff_address": f"г. {place.city}, Приёмная ул., 5",
        "dropoff_change_availability": "",
        "dropoff_point_id": place_id + 50,
        "dropoff_point_type": "PVZ",
        "errors": [],
        "first_mile_changing": False,
        "first_mile_type": "DropOff",
        "has_entrusted_acceptance": False,
        "integration_type": "ozon",
        "is_optional_carriage": False,
        "is_presort": False,
        "is_rfbs": False,
        "mandatory_packaged_count": len(free),
        "mandatory_postings_count": len(free) + to_pack,
        "optional_packaged_count": 0,
        "recommended_time_local": "",
        "recommended_time_utc_offset_in_minutes": 180,
        "timeslot_from": "09:00",
        "timeslot_to": "21:00",
        "tpl_provider_icon_url": "",
        "tpl_provider_name": "Доставка Ozon",
        "warehouse_city": place.city,
        "warehouse_id": place_id,
        "warehouse_name": place.name,
    }


def _load_row(cabinet: Cabinet, number: int, status: str, postings: list[Posting]) -> Json:
    by_sku = cabinet.catalogue.by_sku
    return {
        "id": number,
        "all_blr_traceable": False,
        "available_actions": [] if number else ["create"],
        "carriage_volume": sum(litres(by_sku[line.sku]) * line.quantity for p in postings for line in p.lines),
        "pickup_fee": {"currency_code": "RUB", "value": 0},
        "postings_count": len(postings),
        "quantum_count": 0,
        "status": status,
    }


def accept(cabinet: Cabinet, carriage: Carriage) -> None:
    """This function will let the sorting centre scan the carriage; a few parcels are not found."""
    if carriage.status != "formed":
        return
    carriage.status = "received"
    for posting in map(cabinet.postings.__getitem__, carriage.numbers):
        if posting.status != "awaiting_deliver":
            continue
        if cabinet.world.happens(cabinet.tempo.left_at_gate):
            cabinet.move(posting, "not_accepted", "posting_not_in_sort_center")
        else:
            cabinet.release(posting, sold=True)
            cabinet.move(posting, "acceptance_in_progress", "posting_acceptance_in_progress")
    _touched(cabinet, carriage)
    _later(cabinet, carriage, cabinet.tempo.delivering, "ozon.delivering")


def deliver(cabinet: Cabinet, carriage: Carriage) -> None:
    carriage.status = "closed"
    for posting in map(cabinet.postings.__getitem__, carriage.numbers):
        if posting.status == "acceptance_in_progress":
            posting.delivering_at = cabinet.clock.now()
            cabinet.move(posting, "delivering", "posting_on_way_to_city")
    _touched(cabinet, carriage)
    _later(cabinet, carriage, cabinet.tempo.delivered, "ozon.delivered")


def finish(cabinet: Cabinet, carriage: Carriage) -> None:
    for posting in map(cabinet.postings.__getitem__, carriage.numbers):
        if posting.status == "delivering":
            posting.delivered_at = cabinet.clock.now()
            cabinet.move(posting, "delivered", "posting_received")


def _touched(cabinet: Cabinet, carriage: Carriage) -> None:
    carriage.updated = cabinet.clock.now()
    cabinet.carriages.touch(carriage.carriage_id)


def _later(cabinet: Cabinet, carriage: Carriage, seconds: float, name: str) -> None:
    cabinet.world.agenda.later(seconds, name, client=cabinet.client_id, carriage=carriage.carriage_id)
