"""Packing: the ship method answers at once, the posting changes seconds later, or fails to."""

from collections import Counter
from typing import Any

from sandbox.exchange import Call
from sandbox.ozon.cabinet import Cabinet
from sandbox.ozon.postings import named
from sandbox.ozon.reading import Fields
from sandbox.ozon.refusals import PRECONDITION, invalid, refused
from sandbox.ozon.registry import method
from sandbox.ozon.state import Line, Posting
from sandbox.world import World

Json = dict[str, Any]


def plan(world: World, cabinets: dict[str, Cabinet]) -> None:
    """This function will tell the agenda what packing and confirming mean."""

    def on_posting(work: Any) -> Any:
        def run(client: str, number: str) -> None:
            cabinet = cabinets[client]
            work(cabinet, cabinet.postings[number])

        return run

    world.agenda.on("ozon.packed", on_posting(finish))
    world.agenda.on("ozon.approved", on_posting(approve))


@method("/v4/posting/fbs/ship")
def ship(cabinet: Cabinet, fields: Fields, call: Call) -> Json:
    posting = named(cabinet, fields)
    packages = [
        list(package.objects("products", required=True)) for package in fields.objects("packages", required=True)
    ]
    judge_state(posting)
    parts = [counted(posting, package) for package in packages]
    judge_contents(posting, parts)
    _judge_exemplars(cabinet, posting)
    numbers = [posting.number, *_new_numbers(posting, len(parts) - 1)]
    if not call.silent:
        _begin(cabinet, posting, parts, numbers)
    answer: Json = {"result": numbers}
    if fields.inner("with").flag("additional_data"):
        answer["additional_data"] = [
            {"posting_number": number, "products": [_additional(posting, sku, n) for sku, n in package.items()]}
            for number, package in zip(numbers, parts, strict=True)
        ]
    return answer


def judge_state(posting: Posting) -> None:
    if posting.status == "cancelled":
        raise refused(PRECONDITION, "POSTING_ALREADY_CANCELLED")
    if posting.packing or posting.packed:
        raise refused(PRECONDITION, "POSTING_ALREADY_SHIPPED")
    if posting.status != "awaiting_packaging":
        raise refused(PRECONDITION, "HAS_INCORRECT_STATUS")


def counted(posting: Posting, package: list[Fields]) -> Counter[int]:
    """
    This function will count the units of a package by SKU.

    :raises Refused: a SKU that the posting has not, or no units
    """
    known, units = {line.sku for line in posting.lines}, Counter[int]()
    for product in package:
        sku, quantity = product.whole("product_id", required=True), product.whole("quantity", required=True)
        if sku not in known:
            raise refused(PRECONDITION, "UNKNOWN_PRODUCT_DEFINED")
        if quantity < 1:
            raise invalid("Request validation error: invalid Quantity: value must be greater than 0")
        units[sku] += quantity
    return units


def judge_contents(posting: Posting, parts: list[Counter[int]]) -> None:
    total = sum(parts, Counter[int]())
    if total != Counter({line.sku: line.quantity for line in posting.lines}):
        raise refused(PRECONDITION, "HAS_INCORRECT_PRODUCT_QUANTITY")


def _judge_exemplars(cabinet: Cabinet, posting: Posting) -> None:
    marked = [line for line in posting.lines if cabinet.catalogue.by_sku[line.sku].marked]
    if marked and posting.exemplar_check != "ship_available":
        raise refused(PRECONDITION, "EXEMPLAR_INFO_NOT_FILLED_COMPLETELY")


def _new_numbers(posting: Posting, count: int) -> list[str]:
    return [f"{posting.order_number}-{2 + len(posting.related) + place}" for place in range(count)]


def _begin(cabinet: Cabinet, posting: Posting, parts: list[Counter[int]], numbers: list[str]) -> None:
    posting.packing, posting.numbers = True, numbers
    posting.packages = [[part(posting, sku, quantity) for sku, quantity in package.items()] for package in parts]
    cabinet.postings.touch(posting.number)
    delay = cabinet.world.between(cabinet.tempo.packing)
    cabinet.world.agenda.later(delay, "ozon.packed", client=cabinet.client_id, number=posting.number)


def part(posting: Posting, sku: int, quantity: int) -> Line:
    line = next(line for line in posting.lines if line.sku == sku)
    return Line(line.sku, line.offer_id, line.name, quantity, line.price, line.colour, line.weight)


def _additional(posting: Posting, sku: int, quantity: int) -> Json:
    line = part(posting, sku, quantity)
    return {
        "sku": sku,
        "offer_id": line.offer_id,
        "name": line.name,
        "price": f"{line.price}.0000",
        "currency_code": "RUB",
        "quantity": quantity,
        "mandatory_mark": [mark["mark"] for e in posting.exemplars if e.sku == sku for mark in e.marks],
    }


def finish(cabinet: Cabinet, posting: Posting) -> None:
    """This function will end what ship began: a packed posting per package, or ship_failed."""
    posting.packing = False
    if posting.status != "awaiting_packaging":
        cabinet.postings.touch(posting.number)
        return
    if cabinet.world.happens(cabinet.tempo.ship_failed):
        cabinet.move(posting, "awaiting_packaging", "ship_failed")
        return
    children = posting.numbers[1:]
    posting.lines = posting.packages[0]
    posting.related = children
    _packed(cabinet, posting)
    for number, lines in zip(children, posting.packages[1:], strict=True):
        _packed(cabinet, cabinet.enter(child(cabinet, posting, number, lines)))


def child(cabinet: Cabinet, parent: Posting, number: str, lines: list[Line]) -> Posting:
    return Posting(
        number=number,
        posting_id=cabinet.world.sequences.next("ozon/posting"),
        order_id=parent.order_id,
        order_number=parent.order_number,
        status="awaiting_packaging",
        substatus="posting_created",
        warehouse_id=parent.warehouse_id,
        created=parent.created,
        changed=cabinet.clock.now(),
        shipment=parent.shipment,
        lines=lines,
        city=parent.city,
        parent=parent.number,
        related=[parent.number],
    )


def _packed(cabinet: Cabinet, posting: Posting) -> None:
    posting.packed = True
    posting.label_due = cabinet.clock.seconds() + cabinet.world.between(cabinet.tempo.label)
    cabinet.move(posting, "awaiting_deliver", "posting_not_in_carriage")


def approve(cabinet: Cabinet, posting: Posting) -> None:
    if posting.status == "awaiting_approve":
        cabinet.move(posting, "awaiting_packaging", "posting_created")
