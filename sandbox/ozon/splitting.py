"""Splitting without packing: the parent waits aside, its children are worked on."""

from collections import Counter
from typing import Any

from sandbox.exchange import Call
from sandbox.ozon.cabinet import Cabinet
from sandbox.ozon.packing import child, counted, judge_contents, judge_state, part
from sandbox.ozon.postings import named
from sandbox.ozon.reading import Fields
from sandbox.ozon.registry import method
from sandbox.ozon.state import Posting

Json = dict[str, Any]


@method("/v1/posting/fbs/split")
def split(cabinet: Cabinet, fields: Fields, call: Call) -> Json:
    parent = named(cabinet, fields)
    wanted = [list(row.objects("products", required=True)) for row in fields.objects("postings", required=True)]
    if len(wanted) < 2:
        raise fields.wrong("postings", "value must contain at least 2 item(s)")
    judge_state(parent)
    parts = [counted(parent, products) for products in wanted]
    judge_contents(parent, parts)
    numbers = [f"{parent.order_number}-{2 + place}" for place in range(len(parts))]
    if not call.silent:
        _apart(cabinet, parent, parts, numbers)
    return {
        "parent_posting": {"posting_number": parent.number, "products": _products(_whole(parent))},
        "postings": [
            {"posting_number": number, "products": _products(products)}
            for number, products in zip(numbers, parts, strict=True)
        ],
    }


def _apart(cabinet: Cabinet, parent: Posting, parts: list[Counter[int]], numbers: list[str]) -> None:
    for number, products in zip(numbers, parts, strict=True):
        lines = [part(parent, sku, quantity) for sku, quantity in products.items()]
        cabinet.enter(child(cabinet, parent, number, lines))
    parent.related = numbers
    cabinet.move(parent, "cancelled_from_split_pending", "posting_split_pending")


def _whole(posting: Posting) -> Counter[int]:
    return Counter({line.sku: line.quantity for line in posting.lines})


def _products(products: Counter[int]) -> list[Json]:
    return [{"product_id": sku, "quantity": quantity} for sku, quantity in products.items()]
