"""Papers of a carriage, ready some seconds after its approval."""

from typing import Any

from sandbox.clock import iso
from sandbox.drawing import pdf
from sandbox.drawing.picture import Picture
from sandbox.exchange import Answer, Call
from sandbox.ozon import shapes
from sandbox.ozon.cabinet import Cabinet
from sandbox.ozon.carriages import named, waiting
from sandbox.ozon.reading import Fields
from sandbox.ozon.refusals import PRECONDITION, not_found, refused
from sandbox.ozon.registry import method
from sandbox.ozon.state import Carriage, Posting

Json = dict[str, Any]


def _ready(cabinet: Cabinet, carriage: Carriage) -> bool:
    return carriage.documents_due is not None and cabinet.clock.seconds() >= carriage.documents_due


@method("/v2/posting/fbs/act/check-status")
def check_status(cabinet: Cabinet, fields: Fields, call: Call) -> Json:
    carriage = named(cabinet, fields, "id")
    ready = _ready(cabinet, carriage)
    left = [posting.number for posting in waiting(cabinet, carriage.warehouse_id)]
    return {
        "result": {
            "status": "cancelled" if carriage.status == "cancelled" else "ready" if ready else "in_process",
            "act_type": "ozon_digital",
            "added_to_act": carriage.numbers if ready else [],
            "removed_from_act": left if ready else [],
            "is_partial": False,
            "has_postings_for_next_carriage": bool(left),
            "partial_num": 0,
        }
    }


@method("/v2/posting/fbs/act/get-pdf")
def act_pdf(cabinet: Cabinet, fields: Fields, call: Call) -> Answer:
    carriage = _documented(cabinet, fields)
    head = [
        (f"List otgruzki / Nakladnaya {carriage.carriage_id}", 14.0),
        (f"{iso(carriage.updated)[:16]}  otpravleniy: {len(carriage.numbers)}", 10.0),
    ]
    pages = [
        pdf.Page(
            210,
            297,
            (barcode(carriage),),
            (*head, *((number, 10.0) for number in carriage.numbers[start : start + 35])),
        )
        for start in range(0, max(1, len(carriage.numbers)), 35)
    ]
    return Answer(200, pdf.write(pages), content_type="application/pdf")


@method("/v2/posting/fbs/act/get-barcode")
def act_barcode(cabinet: Cabinet, fields: Fields, call: Call) -> Answer:
    carriage = _documented(cabinet, fields)
    picture = Picture(580, 400)
    picture.gap(20)
    picture.barcode(barcode(carriage), 240)
    picture.gap(30)
    picture.text(str(carriage.carriage_id), 7)
    return Answer(200, picture.png(), content_type="image/png")


@method("/v2/posting/fbs/act/get-barcode/text")
def act_barcode_text(cabinet: Cabinet, fields: Fields, call: Call) -> Json:
    return {"result": barcode(_documented(cabinet, fields))}


@method("/v2/posting/fbs/act/get-container-labels")
def container_labels(cabinet: Cabinet, fields: Fields, call: Call) -> Answer:
    carriage = _documented(cabinet, fields)
    lines = ((f"Gruzomesto 1/1, otgruzka {carriage.carriage_id}", 12.0),)
    return Answer(200, pdf.write([pdf.Page(75, 120, (barcode(carriage),), lines)]), content_type="application/pdf")


def barcode(carriage: Carriage) -> str:
    return f"%303%{carriage.carriage_id}"


def _documented(cabinet: Cabinet, fields: Fields) -> Carriage:
    carriage = named(cabinet, fields, "id")
    if not _ready(cabinet, carriage):
        raise refused(PRECONDITION, "posting_statuses_not_ready")
    return carriage


@method("/v2/posting/fbs/act/get-postings")
def act_postings(cabinet: Cabinet, fields: Fields, call: Call) -> Json:
    carriage = named(cabinet, fields, "id")
    rows = []
    for posting in map(cabinet.postings.__getitem__, carriage.numbers):
        lines = [
            {"sku": x.sku, "offer_id": x.offer_id, "name": x.name, "quantity": x.quantity, "price": x.price}
            for x in posting.lines
        ]
        rows.append(
            {
                "id": posting.posting_id,
                "multi_box_qty": 1,
                "posting_number": posting.number,
                "status": posting.status,
                "seller_error": "",
                "created_at": iso(posting.created),
                "updated_at": iso(posting.changed),
                "products": lines,
            }
        )
    return {"result": rows}


@method("/v2/posting/fbs/act/list")
def act_list(cabinet: Cabinet, fields: Fields, call: Call) -> Json:
    limit, wanted = fields.whole("limit", required=True, low=1, high=50), fields.inner("filter")
    start, end = wanted.text("date_from", required=True)[:10], wanted.text("date_to", required=True)[:10]
    statuses = {status.lower() for status in wanted.texts("status")}
    found = [
        carriage
        for carriage in cabinet.carriages.values()
        if start <= iso(carriage.created)[:10] <= end and (not statuses or carriage.status in statuses)
    ]
    return {"result": [_act(cabinet, carriage) for carriage in found[:limit]]}


def _act(cabinet: Cabinet, carriage: Carriage) -> Json:
    formed = iso(carriage.updated)
    accepted = "CONFIRMED" if carriage.status in ("received", "closed") else "FORMED"
    return {
        "id": carriage.carriage_id,
        "delivery_method_id": carriage.warehouse_id,
        "delivery_method_name": cabinet.warehouses[carriage.warehouse_id].name,
        "integration_type": "ozon",
        "containers_count": carriage.containers,
        "status": carriage.status,
        "departure_date": carriage.departure,
        "created_at": iso(carriage.created),
        "updated_at": formed,
        "act_type": "ozon_digital",
        "is_partial": False,
        "has_postings_for_next_carriage": bool(waiting(cabinet, carriage.warehouse_id)),
        "partial_num": 0,
        "related_docs": {
            "act_of_acceptance": {"created_at": formed, "document_status": accepted},
            "act_of_mismatch": None,
            "act_of_excess": None,
        },
    }


@method("/v2/posting/fbs/awaiting-delivery")
def awaiting_delivery(cabinet: Cabinet, fields: Fields, call: Call) -> Json:
    numbers = fields.texts("posting_number", required=True, high=100)
    postings = [cabinet.postings.get(number) for number in numbers]
    if any(posting is None for posting in postings):
        raise not_found("POSTING_NOT_FOUND")
    if any(posting is not None and posting.status not in ("not_accepted", "arbitration") for posting in postings):
        raise refused(PRECONDITION, "HAS_INCORRECT_STATUS")
    for posting in postings:
        if posting is not None and not call.silent:
            posting.carriage_id = 0
            cabinet.move(posting, "awaiting_deliver", "posting_not_in_carriage")
    return {"result": True}


@method("/v2/posting/fbs/get-by-barcode")
def by_barcode(cabinet: Cabinet, fields: Fields, call: Call) -> Json:
    wanted = fields.text("barcode", required=True).removeprefix("%101%")
    for posting in cabinet.postings.values():
        if posting.packed and str(posting.posting_id) == wanted:
            return {"result": _short(posting)}
    raise not_found("POSTING_NOT_FOUND")


def _short(posting: Posting) -> Json:
    codes = shapes.barcodes(posting)
    return {
        "barcodes": {name: codes[name] for name in ("upper_barcode", "lower_barcode")},
        "cancel_reason_id": (posting.cancellation or {}).get("cancel_reason_id", 0),
        "posting_number": posting.number,
        "order_id": posting.order_id,
        "order_number": posting.order_number,
        "status": posting.status,
        "created_at": iso(posting.created),
        "in_process_at": iso(posting.created),
        "shipment_date": iso(posting.shipment),
        "products": [
            {"sku": x.sku, "offer_id": x.offer_id, "name": x.name, "quantity": x.quantity, "price": f"{x.price}.0000"}
            for x in posting.lines
        ],
    }
