"""Marking codes of units (exemplars), wanted before packing."""

from typing import Any

from sandbox.exchange import Answer, Call
from sandbox.ozon.cabinet import Cabinet
from sandbox.ozon.postings import named
from sandbox.ozon.reading import Fields
from sandbox.ozon.refusals import PRECONDITION, refused
from sandbox.ozon.registry import method
from sandbox.ozon.state import Exemplar, Posting
from sandbox.world import World

Json = dict[str, Any]
KINDS = ("mandatory_mark", "jw_uin", "imei")
GS = "\x1d"


def plan(world: World, cabinets: dict[str, Cabinet]) -> None:
    def checked(client: str, number: str) -> None:
        finish_check(cabinets[client], cabinets[client].postings[number])

    world.agenda.on("ozon.exemplars", checked)


@method("/v6/fbs/posting/product/exemplar/create-or-get")
def create_or_get(cabinet: Cabinet, fields: Fields, call: Call) -> Json:
    posting = _with_exemplars(cabinet, named(cabinet, fields))
    return {
        "multi_box_qty": 1,
        "posting_number": posting.number,
        "products": [_product(cabinet, posting, line.sku, line.quantity) for line in posting.lines],
    }


def _with_exemplars(cabinet: Cabinet, posting: Posting) -> Posting:
    wanted = {line.sku: line.quantity for line in posting.lines}
    have = {sku: sum(e.sku == sku for e in posting.exemplars) for sku in wanted}
    if have != wanted:
        ids = cabinet.world.sequences
        posting.exemplars = [
            Exemplar(ids.next("ozon/exemplar", start=890_000_001), sku) for sku, n in wanted.items() for _ in range(n)
        ]
        cabinet.postings.touch(posting.number)
    return posting


def _product(cabinet: Cabinet, posting: Posting, sku: int, quantity: int) -> Json:
    marking = cabinet.catalogue.by_sku[sku].marking
    return {
        "product_id": sku,
        "quantity": quantity,
        "has_imei": False,
        "is_gtd_needed": False,
        "is_jw_uin_needed": False,
        "is_mandatory_mark_needed": marking == "required",
        "is_mandatory_mark_possible": marking == "possible",
        "is_rnpt_needed": False,
        "is_weight_needed": False,
        "weight_max": 0,
        "weight_min": 0,
        "exemplars": [
            {
                "exemplar_id": e.exemplar_id,
                "gtd": e.gtd,
                "is_gtd_absent": e.is_gtd_absent,
                "rnpt": e.rnpt,
                "is_rnpt_absent": e.is_rnpt_absent,
                "weight": e.weight,
                "marks": [{"mark": mark["mark"], "mark_type": mark["mark_type"]} for mark in e.marks],
            }
            for e in posting.exemplars
            if e.sku == sku
        ],
    }


@method("/v5/fbs/posting/product/exemplar/validate")
def validate(cabinet: Cabinet, fields: Fields, call: Call) -> Json:
    named(cabinet, fields)
    return {"products": [_validated(product) for product in fields.objects("products", required=True)]}


def _validated(product: Fields) -> Json:
    exemplars = [_validated_exemplar(exemplar) for exemplar in product.objects("exemplars", required=True)]
    return {
        "product_id": product.whole("product_id", required=True),
        "error": "",
        "exemplars": exemplars,
        "valid": all(exemplar["valid"] for exemplar in exemplars),
    }


def _validated_exemplar(exemplar: Fields) -> Json:
    marks = []
    for mark in exemplar.objects("marks"):
        text, kind = mark.text("mark"), mark.text("mark_type")
        errors = format_errors(text)
        marks.append({"mark": text, "mark_type": kind, "valid": not errors, "errors": errors})
    return {
        "gtd": exemplar.text("gtd"),
        "rnpt": exemplar.text("rnpt"),
        "weight": exemplar.raw.get("weight") or 0,
        "errors": [],
        "marks": marks,
        "valid": all(mark["valid"] for mark in marks),
    }


def format_errors(mark: str) -> list[str]:
    """This function will judge the form of a marking code: GTIN, serial, and the separator where a tail follows."""
    if any(not (" " <= letter <= "~" or letter == GS) for letter in mark):
        return ["INVALID_SYMBOLS"]
    if not mark.startswith("01") or mark[16:18] != "21" or not mark[2:16].isdigit() or len(mark) < 25:
        return ["INVALID_FORMAT"]
    if len(mark) > 38 and GS not in mark:
        return ["GS_SEPARATOR_IS_MISSING"]
    return []


@method("/v6/fbs/posting/product/exemplar/set")
def set_exemplars(cabinet: Cabinet, fields: Fields, call: Call) -> Answer:
    posting = _with_exemplars(cabinet, named(cabinet, fields))
    if posting.status != "awaiting_packaging" or posting.packing:
        raise refused(PRECONDITION, "Posting must have 'awaiting_packaging' status")
    given = _given(posting, fields)
    if set(given) != {e.exemplar_id for e in posting.exemplars}:
        raise refused(PRECONDITION, "EXEMPLAR_INFO_NOT_FILLED_COMPLETELY")
    if not call.silent:
        for exemplar in posting.exemplars:
            _fill(exemplar, given[exemplar.exemplar_id])
        posting.exemplar_check = "validation_in_process"
        cabinet.postings.touch(posting.number)
        later = cabinet.world.agenda.later
        later(cabinet.tempo.exemplar_check, "ozon.exemplars", client=cabinet.client_id, number=posting.number)
    return Answer(200)


@method("/v1/fbs/posting/product/exemplar/update")
def update(cabinet: Cabinet, fields: Fields, call: Call) -> Answer:
    if named(cabinet, fields).status != "awaiting_deliver":
        raise refused(PRECONDITION, "Posting must have 'awaiting_deliver' status")
    return Answer(200)


def _given(posting: Posting, fields: Fields) -> dict[int, Fields]:
    owners = {e.exemplar_id: e.sku for e in posting.exemplars}
    given = {}
    for product in fields.objects("products", required=True):
        sku = product.whole("product_id", required=True)
        for exemplar in product.objects("exemplars", required=True):
            number = exemplar.whole("exemplar_id", required=True)
            if owners.get(number) != sku:
                raise refused(PRECONDITION, f"{number} does not belong to product {sku}")
            given[number] = exemplar
    return given


def _fill(exemplar: Exemplar, given: Fields) -> None:
    exemplar.gtd, exemplar.rnpt = given.text("gtd"), given.text("rnpt")
    exemplar.is_gtd_absent, exemplar.is_rnpt_absent = given.flag("is_gtd_absent"), given.flag("is_rnpt_absent")
    exemplar.marks = [
        {
            "mark": mark.text("mark"),
            "mark_type": mark.text("mark_type"),
            "check_status": "processing",
            "error_codes": [],
        }
        for mark in given.objects("marks")
    ]


def finish_check(cabinet: Cabinet, posting: Posting) -> None:
    """This function will judge the codes as the state's register would, some seconds after they were given."""
    good = True
    for exemplar in posting.exemplars:
        marking = cabinet.catalogue.by_sku[exemplar.sku].marking
        for mark in exemplar.marks:
            errors = _register_errors(cabinet, posting, mark["mark"], marking)
            mark.update(check_status="failed" if errors else "passed", error_codes=errors)
            good = good and not errors
        good = good and (marking != "required" or bool(exemplar.marks))
    posting.exemplar_check = "ship_available" if good else "ship_not_available"
    cabinet.postings.touch(posting.number)


def _register_errors(cabinet: Cabinet, posting: Posting, mark: str, marking: str) -> list[str]:
    if not marking:
        return ["MANDATORY_MARK_REDUNDANT"]
    if errors := format_errors(mark):
        return errors
    serial = mark[18:].split(GS)[0].upper()
    for word in ("EMITTED", "APPLIED", "RETIRED", "WITHDRAWN"):
        if word in serial:
            return [f"MARK_{word}"]
    elsewhere = any(
        other["mark"] == mark
        for known in cabinet.postings.values()
        if known.exemplars and known.number != posting.number and known.status != "cancelled"
        for exemplar in known.exemplars
        for other in exemplar.marks
    )
    return ["MARK_ALREADY_USED"] if elsewhere else []


@method("/v5/fbs/posting/product/exemplar/status")
def status(cabinet: Cabinet, fields: Fields, call: Call) -> Json:
    posting = _with_exemplars(cabinet, named(cabinet, fields))
    needed = any(cabinet.catalogue.by_sku[line.sku].marked for line in posting.lines)
    if posting.packed:
        state = "update_available" if posting.status == "awaiting_deliver" else "update_not_available"
    else:
        state = posting.exemplar_check or ("ship_not_available" if needed else "ship_available")
    return {
        "posting_number": posting.number,
        "status": state,
        "products": [
            {"product_id": line.sku, "exemplars": [_checked(e) for e in posting.exemplars if e.sku == line.sku]}
            for line in posting.lines
        ],
    }


def _checked(exemplar: Exemplar) -> Json:
    return {
        "exemplar_id": exemplar.exemplar_id,
        "gtd": exemplar.gtd,
        "gtd_check_status": "",
        "gtd_error_codes": [],
        "is_gtd_absent": exemplar.is_gtd_absent,
        "rnpt": exemplar.rnpt,
        "rnpt_check_status": "",
        "rnpt_error_codes": [],
        "is_rnpt_absent": exemplar.is_rnpt_absent,
        "weight": exemplar.weight,
        "weight_check_status": "",
        "weight_error_codes": [],
        "marks": exemplar.marks,
    }
