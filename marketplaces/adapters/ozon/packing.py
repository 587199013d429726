"""Marks, commit and stickers of postings."""

import json
from collections.abc import Sequence
from dataclasses import replace

from pydantic import TypeAdapter, ValidationError

from marketplaces import dto
from marketplaces.adapters.ozon import build, codes, parse, postings, wire
from marketplaces.adapters.ozon.talk import Talk, code_of
from marketplaces.errors import ContractBroken, Rejected, Unavailable
from marketplaces.http import reading, redact
from marketplaces.http.stickers import Told, one_by_one

TOKEN = TypeAdapter(dict[str, list[str]])


class Packing:
    """What happens to a posting between "new" and "ready to be handed over"."""

    def __init__(self, talk: Talk) -> None:
        self.talk = talk

    def commit(self, parcels: Sequence[dto.Parcel]) -> Sequence[dto.Committed]:
        return [self._commit(parcel) for parcel in parcels]

    def _commit(self, parcel: dto.Parcel) -> dto.Committed:
        """
        This function will send the marks, where there are any, and say that the posting is packed.

        Ozon packs asynchronously: 200 is not success, so the best answer is PENDING; `look_up` tells the end.
        Without marks the posting is packed at once; a customs number that Ozon then misses is declared absent.
        """
        try:
            if parcel.marks and (verdict := self._fill(parcel)):
                return verdict
            return self._ship(parcel)
        except Rejected as refusal:
            if refusal.code == dto.Code.MARKS_NEEDED and not parcel.marks:
                return self._declare_absent(parcel, refusal)
            return _refused(parcel, refusal)

    def _ship(self, parcel: dto.Parcel) -> dto.Committed:
        try:
            told = self.talk.one(wire.Shipped, "/v4/posting/fbs/ship", build.ship(parcel), write=True)
        except Rejected as refusal:
            if refusal.code != dto.Code.ALREADY_DONE:
                raise
            return dto.Committed(number=parcel.number, state=dto.CommitState.PENDING, text=refusal.text)
        return dto.Committed(number=parcel.number, state=dto.CommitState.PENDING, numbers=told.result)

    def _declare_absent(self, parcel: dto.Parcel, refusal: Rejected) -> dto.Committed:
        told = self._exemplars(parcel.number)
        papers_only = not any(
            product.is_mandatory_mark_needed or product.is_jw_uin_needed or product.is_weight_needed
            for product in told.products
        )
        if not papers_only or not any(product.is_gtd_needed or product.is_rnpt_needed for product in told.products):
            return _refused(parcel, refusal)
        try:
            return self._fill(parcel) or self._ship(parcel)
        except Rejected as second:
            return _refused(parcel, second)

    def _exemplars(self, number: str) -> wire.Exemplars:
        path = "/v6/fbs/posting/product/exemplar/create-or-get"
        return self.talk.one(wire.Exemplars, path, {"posting_number": number})

    def _status(self, number: str) -> wire.Exemplars:
        path = "/v5/fbs/posting/product/exemplar/status"
        return self.talk.one(wire.Exemplars, path, {"posting_number": number})

    def _fill(self, parcel: dto.Parcel) -> dto.Committed | None:
        """None: the marks stand and packing may go on.  Marks are checked asynchronously and set as a whole."""
        for country in build.countries(parcel):
            self.talk.ask("/v2/posting/fbs/product/country/set", country, write=True)
        told = self._exemplars(parcel.number)
        wanted = build.exemplars(parcel, told)
        if not _stand(told, wanted):
            self.talk.ask("/v6/fbs/posting/product/exemplar/set", wanted, write=True)
        return self._verdict(parcel.number)

    def _verdict(self, number: str) -> dto.Committed | None:
        told = self._status(number)
        if told.status in codes.MARKS_READY:
            return None
        blocking = [verdict for verdict in parse.verdicts(number, told) if verdict.blocking]
        if told.status == codes.MARKS_CHECKING or not blocking:
            text = "the marks are being checked"
            return dto.Committed(number=number, state=dto.CommitState.PENDING, code=dto.Code.NOT_READY, text=text)
        text = "; ".join(f"{verdict.kind}: {verdict.text or verdict.state}" for verdict in blocking)
        return dto.Committed(number=number, state=dto.CommitState.FAILED, code=dto.Code.MARK_REFUSED, text=text)

    def verdicts(self, number: str) -> Sequence[dto.MarkVerdict]:
        return parse.verdicts(number, self._status(number))

    def _posting(self, number: str) -> wire.Posting:
        payload = self.talk.ask("/v3/posting/fbs/get", build.posting(number), limits=codes.ORDERS)
        try:
            return wire.Posting.model_validate(reading.inside(payload, "result"))
        except ValidationError as reason:
            text = f"/v3/posting/fbs/get: {reading.why(reason)}"
            raise ContractBroken(text, payload=redact.value(payload)) from reason

    def _barcode(self, number: str) -> str:
        """What a scanner reads on the sticker; it is known only after packing, and a sticker is good without it."""
        try:
            return postings.barcode_of(self._posting(number).barcodes)
        except (Rejected, Unavailable, ContractBroken):
            return ""

    def look_up(self, parcel: dto.Parcel) -> dto.Committed:
        """This function will read the posting again and say how its packing ended."""
        try:
            posting = self._posting(parcel.number)
        except Rejected as refusal:
            return _refused(parcel, refusal)
        return self._looked_up(parcel, posting)

    def _looked_up(self, parcel: dto.Parcel, posting: wire.Posting) -> dto.Committed:
        number, status = parcel.number, postings.status_of(posting)
        if status.stage is None:
            raise ContractBroken(f"unknown status {posting.status}", payload={"posting_number": number})
        if status.hidden or (status.stage not in (dto.Stage.NEW, dto.Stage.CANCELLED)):
            return dto.Committed(number=number, state=dto.CommitState.DONE, numbers=_numbers(parcel, posting))
        if status.stage is dto.Stage.CANCELLED:
            return dto.Committed(number=number, state=dto.CommitState.FAILED, code=dto.Code.CANCELLED)
        if posting.substatus == codes.SHIP_FAILED:
            text = status.problem
            return dto.Committed(number=number, state=dto.CommitState.FAILED, code=dto.Code.OTHER, text=text)
        if "ship_async_in_process" in posting.available_actions:
            return dto.Committed(number=number, state=dto.CommitState.PENDING)
        if posting.status in codes.NOT_YET:
            return dto.Committed(number=number, state=dto.CommitState.FAILED, code=dto.Code.WRONG_STATE)
        verdict = self._verdict(number) if parcel.marks else None
        return verdict or dto.Committed(number=number, state=dto.CommitState.NOT_STARTED)

    def labels(self, numbers: Sequence[str], *, token: str) -> dto.Labels:
        """
        This function will ask for stickers, one task per posting, and fetch those that are ready.

        The order of pages in a file of several postings is not documented, and a sticker on another parcel is worse
        than a request more.  token: the tasks made before, by posting.
        """
        tasks = _tasks(token)
        told = one_by_one(numbers, lambda number: self._label(number, tasks), begun=tasks)
        left = {number: tasks[number] for number in told.pending if number in tasks}
        return replace(told, token=json.dumps(left) if left else "")

    def _label(self, number: str, tasks: dict[str, list[str]]) -> Told:
        try:
            if number not in tasks:
                tasks[number] = self._order_label(number)
            return self._ready_label(number, tasks)
        except ContractBroken:
            tasks.pop(number, None)
            raise
        except Rejected as refusal:
            tasks.pop(number, None)
            if refusal.code == dto.Code.NOT_READY:
                return None
            raise

    def _order_label(self, number: str) -> list[str]:
        path = "/v3/posting/fbs/package-label/create"
        told = self.talk.one(wire.LabelTasks, path, {"posting_numbers": [number]})
        # A posting may get two tasks; the big sticker is the one that every point accepts.
        return [task.task_id for task in sorted(told.tasks, key=lambda task: task.task_type)]

    def _ready_label(self, number: str, tasks: dict[str, list[str]]) -> dto.RemoteLabel | None:
        for task in tasks[number]:
            told = self.talk.one(wire.LabelFile, "/v2/posting/fbs/package-label/get", {"task_id": build.number(task)})
            if told.status.code == codes.LABEL_DONE and told.file_url and not told.status.unprinted_postings:
                content = parse.document(self.talk.fetch(told.file_url), None, magic=b"%PDF")
                barcode = self._barcode(number)
                return dto.RemoteLabel(number=number, content=content, content_type="application/pdf", barcode=barcode)
            if told.status.code not in codes.LABEL_WAITING:
                tasks.pop(number)
                raise _unprinted(told)
        return None


def _refused(parcel: dto.Parcel, refusal: Rejected) -> dto.Committed:
    code = dto.Code(refusal.code)
    return dto.Committed(number=parcel.number, state=dto.CommitState.FAILED, code=code, text=refusal.text)


def _numbers(parcel: dto.Parcel, posting: wire.Posting) -> Sequence[str]:
    """A split posting lives on in its children; the parent itself only if it was not replaced."""
    related = posting.related_postings.related_posting_numbers if posting.related_postings else []
    if posting.status == codes.SPLIT_PARENT:
        return sorted(set(related) - {parcel.number})
    return sorted({parcel.number, *related}) if len(parcel.boxes) > 1 else [parcel.number]


def _stand(told: wire.Exemplars, wanted: build.Body) -> bool:
    """Whether what Ozon holds is what we would set: then setting it again would only start the check anew."""
    held = [
        (exemplar.exemplar_id, sorted(mark.mark for mark in exemplar.marks), exemplar.gtd, exemplar.is_gtd_absent,
         exemplar.rnpt, exemplar.is_rnpt_absent, float(exemplar.weight or 0))
        for product in told.products
        for exemplar in product.exemplars
    ]  # fmt: skip
    ours = [
        (str(row["exemplar_id"]), sorted(mark["mark"] for mark in row["marks"]), row.get("gtd", ""),
         row.get("is_gtd_absent", False), row.get("rnpt", ""), row.get("is_rnpt_absent", False), row.get("weight", 0.0))
        for product in wanted["products"]  # type: ignore[attr-defined]
        for row in product["exemplars"]
    ]  # fmt: skip
    return held == ours


def _unprinted(told: wire.LabelFile) -> Rejected:
    said = [row.message for row in told.status.unprinted_postings if row.message]
    if told.error and (told.error.message or told.error.code):
        said.append(f"{told.error.message} ({told.error.code})" if told.error.message else told.error.code)
    text = "; ".join(said) or f"no sticker: {told.status.code or 'no reason given'}"
    return Rejected(text, code=code_of(text) or (dto.Code.OTHER if said else dto.Code.NOT_READY))


def _tasks(token: str) -> dict[str, list[str]]:
    if not token:
        return {}
    try:
        return TOKEN.validate_json(token)
    except ValidationError:
        return {}
