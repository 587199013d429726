"""Labels: asked for, drawn a little later, fetched as PDF; by the methods in force since 2026-11-02."""

from typing import Any

from sandbox.drawing import pdf
from sandbox.exchange import Answer, Call
from sandbox.ozon.cabinet import Cabinet
from sandbox.ozon.reading import Fields
from sandbox.ozon.refusals import invalid, not_found
from sandbox.ozon.registry import method
from sandbox.ozon.shapes import scanned
from sandbox.ozon.state import LabelTask, Posting

Json = dict[str, Any]
SIZES = {"small_label": (58.0, 40.0), "big_label": (75.0, 120.0)}
NOT_READY = "The next postings aren't ready"
WRONG_STATUS = "INVALID_ARGUMENT"


@method("/v3/posting/fbs/package-label/create")
def create(cabinet: Cabinet, fields: Fields, call: Call) -> Json:
    numbers = list(dict.fromkeys(fields.texts("posting_numbers", required=True, high=1000)))
    if unknown := [number for number in numbers if number not in cabinet.postings]:
        raise invalid(f"POSTING_NUMBERS_IS_INCORRECT_FOR_COMPANY: {', '.join(unknown[:5])}")
    kinds = ["small_label"]
    if any(cabinet.warehouses[cabinet.postings[number].warehouse_id].label == "BIG" for number in numbers):
        kinds = ["big_label", "small_label"]
    return {"tasks": [_task(cabinet, kind, numbers) for kind in kinds]}


def _task(cabinet: Cabinet, kind: str, numbers: list[str]) -> Json:
    task_id = cabinet.world.sequences.next("ozon/label", start=17_100_001)
    moment = cabinet.clock.seconds()
    cabinet.label_tasks.put(task_id, LabelTask(task_id, kind, numbers, moment + cabinet.tempo.label_task, moment))
    return {"task_id": task_id, "task_type": kind}


@method("/v2/posting/fbs/package-label/get")
def get(cabinet: Cabinet, fields: Fields, call: Call) -> Json:
    task = cabinet.label_tasks.get(fields.whole("task_id", required=True))
    if task is None:
        raise not_found("TASK_NOT_FOUND")
    moment = cabinet.clock.seconds()
    if moment < task.ready_due:
        half = (task.created_due + task.ready_due) / 2
        return _state(task, "pending" if moment < half else "in_progress")
    if task.printed is None:
        _print(cabinet, task)
    link = f"{call.base_url}/files/labels/{cabinet.client_id}/{task.task_id}.pdf" if task.printed else ""
    return {**_state(task, "completed"), "file_url": link}


def _state(task: LabelTask, code: str) -> Json:
    return {
        "file_url": "",
        "status": {
            "code": code,
            "postings_count": len(task.numbers),
            "printed_postings_count": len(task.printed or ()),
            "unprinted_postings": [
                {"posting_number": number, "message": message} for number, message in task.unprinted.items()
            ],
        },
        "error": {"code": "", "message": ""},
    }


def _print(cabinet: Cabinet, task: LabelTask) -> None:
    """What was not ready when the task was created is not printed by it: a new task is wanted."""
    task.printed, task.unprinted = [], {}
    for number in task.numbers:
        if reason := _unprintable(cabinet.postings[number], task.created_due):
            task.unprinted[number] = reason
        else:
            task.printed.append(number)
    cabinet.label_tasks.touch(task.task_id)


def _unprintable(posting: Posting, moment: float) -> str:
    if posting.status != "awaiting_deliver":
        return WRONG_STATUS
    return NOT_READY if moment < posting.label_due else ""


def file(cabinets: dict[str, Cabinet], path: str) -> Answer:
    """This function will serve `labels/<client>/<task>.pdf`, one page per printed posting."""
    kind, _, rest = path.partition("/")
    client, _, name = rest.partition("/")
    cabinet = cabinets.get(client)
    task = cabinet.label_tasks.get(_number(name)) if kind == "labels" and cabinet else None
    if cabinet is None or task is None or not task.printed:
        raise not_found("file not found")
    width, height = SIZES[task.kind]
    pages = [_page(cabinet.postings[number], width, height) for number in task.printed]
    return Answer(200, pdf.write(pages), content_type="application/pdf")


def _page(posting: Posting, width: float, height: float) -> pdf.Page:
    large = 10.0 if width < 60 else 16.0
    lines = [
        (posting.number, large),
        (f"{len(posting.lines)} pos. / {sum(x.quantity for x in posting.lines)} sht.", 8.0),
    ]
    codes = (scanned(posting),) if width < 60 else (scanned(posting), posting.number)
    return pdf.Page(width, height, codes, tuple(lines))


def _number(name: str) -> int:
    digits = name.removesuffix(".pdf")
    return int(digits) if digits.isdigit() else 0
