"""Carriages: found, made, filled, approved; their papers."""

from collections.abc import Sequence
from dataclasses import replace

from marketplaces import dto
from marketplaces.adapters.ozon import build, codes, parse, wire
from marketplaces.adapters.ozon.talk import Talk, code_of
from marketplaces.errors import ContractBroken, Rejected
from marketplaces.http import reading

OPEN = dto.HandoverState.OPEN
LIST, ACT = "get_shipping_list", "get_act_of_acceptance"


class Handovers:
    """
    One handover is one carriage of one delivery method on one day.

    Ozon keeps no name of ours, so a carriage whose number was lost is known by the postings in it.
    """

    def __init__(self, talk: Talk) -> None:
        self.talk = talk

    def find(self, plan: dto.HandoverPlan) -> dto.RemoteHandover | None:
        if plan.external_id:
            return self._read(plan.external_id)
        day = self._day(plan)
        if day is None:
            return None
        for made in sorted((made for made in day.carriages if made.id), key=lambda made: -int(made.id)):
            if codes.CARRIAGES.get(made.status) is dto.HandoverState.CANCELLED:
                continue
            found = self._read(made.id)
            if found.state is not dto.HandoverState.CANCELLED and _holds(found, plan):
                return found
        return None

    def close(self, plan: dto.HandoverPlan) -> dto.RemoteHandover:
        """
        This function will make the carriage, put exactly these postings into it and approve it; OPEN with `missing`
        when Ozon did not take all of them.

        Each step is skipped when it stands already, so a repeat after a lost answer goes on where it broke off.
        """
        if not plan.numbers:
            raise Rejected("the handover has no parcels", code=dto.Code.EMPTY)
        found = self.find(plan)
        if found is None or found.state is dto.HandoverState.CANCELLED:
            found = self._read(self._make(plan))
        if found.state is OPEN:
            if left_out := self._fill(found.external_id, plan.numbers):
                return replace(found, missing=left_out, text=codes.REMOVED)
            approval = build.approve(found.external_id, plan.containers)
            self.talk.ask("/v1/carriage/approve", approval, write=True)
            found = self._read(found.external_id)
        return found

    def documents(self, plan: dto.HandoverPlan) -> Sequence[dto.RemoteDocument]:
        if not plan.external_id:
            raise Rejected("the handover has no number yet", code=dto.Code.NOT_READY)
        asked = {"id": build.number(plan.external_id)}
        act = self._act(plan.external_id)
        if act.status in codes.ACT_FAILED:
            raise Rejected(f"the papers failed: {act.status}", code=dto.Code.OTHER)
        if act.status != codes.ACT_READY:
            raise Rejected(f"the papers are being made: {act.status}", code=dto.Code.NOT_READY)
        carriage = self._carriage(plan.external_id)
        act_only = ACT in carriage.available_actions and LIST not in carriage.available_actions
        paper = dto.DocumentKind.ACT if act_only else dto.DocumentKind.SHIPPING_LIST
        papers = [
            self._file(paper, "/v2/posting/fbs/act/get-pdf", asked, "application/pdf", plan.external_id),
            self._file(
                dto.DocumentKind.BARCODE, "/v2/posting/fbs/act/get-barcode", asked, "image/png", self._barcode(asked)
            ),
        ]
        if carriage.containers_count:
            path = "/v2/posting/fbs/act/get-container-labels"
            labels = dto.DocumentKind.CONTAINER_LABELS
            papers.append(self._file(labels, path, asked, "application/pdf", plan.external_id))
        return papers

    def _day(self, plan: dto.HandoverPlan) -> wire.DeliveryDay | None:
        """The plan's delivery method on its day; for FBS its id is the warehouse's, for rFBS it is looked up."""

        for rows in self.talk.pages("/v2/carriage/delivery/list", build.carriages(plan), "methods"):
            days, _ = reading.each(rows, lambda row: [wire.DeliveryDay.model_validate(row)], "delivery_method_id")
            for day in days:
                if plan.warehouse_id in (day.delivery_method_id, day.warehouse_id):
                    return day
        return None

    def _make(self, plan: dto.HandoverPlan) -> str:
        day = self._day(plan)
        method_id = day.delivery_method_id if day else plan.warehouse_id
        body = build.carriage(method_id, plan.departure_date)
        return self.talk.one(wire.CarriageMade, "/v1/carriage/create", body, write=True).carriage_id

    def _fill(self, carriage_id: str, numbers: Sequence[str]) -> Sequence[dto.Refused]:
        """Those that Ozon did not take; then the carriage stays open, for it may leave only as it was planned."""
        body = {"carriage_id": build.number(carriage_id), "posting_numbers": list(numbers)}
        payload = self.talk.ask("/v1/carriage/set-postings", body, write=True)
        rows, _ = reading.each(
            reading.rows(payload, "result"), lambda row: [wire.PostingSet.model_validate(row)], "posting_number"
        )
        return [
            dto.Refused(key=row.posting_number, code=code_of(row.error) or dto.Code.OTHER, text=row.error)
            for row in rows
            if not row.result
        ]

    def _carriage(self, carriage_id: str) -> wire.CarriageOf:
        return self.talk.one(wire.CarriageOf, "/v1/carriage/get", {"carriage_id": build.number(carriage_id)})

    def _act(self, carriage_id: str) -> wire.Act:
        path = "/v2/posting/fbs/act/check-status"
        return self.talk.one(wire.ActAnswer, path, {"id": build.number(carriage_id)}).result

    def _read(self, carriage_id: str) -> dto.RemoteHandover:
        carriage = self._carriage(carriage_id)
        state = codes.CARRIAGES.get(carriage.status)
        if state is None:
            payload = {"carriage_id": carriage_id, "status": carriage.status}
            raise ContractBroken(f"unknown status of a carriage: {carriage.status}", payload=payload)
        numbers, removed = self._told(carriage_id, state)
        return dto.RemoteHandover(
            external_id=carriage_id,
            state=state,
            status=carriage.status,
            numbers=numbers,
            missing=[dto.Refused(key=number, code=dto.Code.OTHER, text=codes.REMOVED) for number in removed],
        )

    def _told(self, carriage_id: str, state: dto.HandoverState) -> tuple[Sequence[str] | None, Sequence[str]]:
        """Which postings are in it and which were left out; None before Ozon has begun the papers."""
        if state in (OPEN, dto.HandoverState.CANCELLED):
            return None, []
        try:
            act = self._act(carriage_id)
            if act.added_to_act or act.removed_from_act:
                return act.added_to_act, act.removed_from_act
            payload = self.talk.ask("/v2/posting/fbs/act/get-postings", {"id": build.number(carriage_id)})
            rows = reading.rows(payload, "result")
        except Rejected:
            return None, []
        found, _ = reading.each(rows, lambda row: [wire.ActPosting.model_validate(row)], "posting_number")
        return [row.posting_number for row in found] or None, []

    def _barcode(self, asked: build.Body) -> str:
        return self.talk.one(wire.TextAnswer, "/v2/posting/fbs/act/get-barcode/text", asked).result

    def _file(
        self, kind: dto.DocumentKind, path: str, asked: build.Body, content_type: str, number: str
    ) -> dto.RemoteDocument:
        answer = self.talk.file(path, asked)
        magic = b"%PDF" if content_type == "application/pdf" else b"\x89PNG"
        payload = answer.json() if answer.body[:1] == b"{" else None
        content = parse.document(answer.body, payload, magic=magic)
        return dto.RemoteDocument(kind=kind, content=content, content_type=content_type, number=number)


def _holds(found: dto.RemoteHandover, plan: dto.HandoverPlan) -> bool:
    """An open carriage has not told its postings yet; a later one is ours if it holds any of the plan's."""
    if found.numbers is None:
        return found.state is OPEN
    return not set(found.numbers).isdisjoint(plan.numbers)
