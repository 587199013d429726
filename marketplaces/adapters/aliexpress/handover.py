"""Handover lists: made of the shipments of a plan, closed where that is switched on, printed."""

from collections.abc import Sequence

from marketplaces import dto
from marketplaces.adapters.aliexpress import build, codes, parse, wire
from marketplaces.adapters.aliexpress.orders import Orders
from marketplaces.adapters.aliexpress.talk import Talk
from marketplaces.adapters.aliexpress.transfer import transfer
from marketplaces.http import reading

LISTS, CREATE = "/seller-api/v1/handover-list/get-by-filter", "/seller-api/v1/handover-list/create"
PAPER = "/seller-api/v1/labels/handover-lists/get"
CLOSED = frozenset({"Transferred", "Accepted", "PartiallyAccepted"})


class Handovers:
    def __init__(self, talk: Talk, orders: Orders, *, transfers: bool) -> None:
        self.talk, self.orders, self.transfers = talk, orders, transfers

    def find(self, plan: dto.HandoverPlan) -> dto.RemoteHandover | None:
        """The list that holds any shipment of the plan, found by them: the list keeps no key of ours."""
        mine = self._shipments(plan.numbers)
        ids = [one for those in mine.values() for one in those]
        if not ids:
            return None
        payload = self.talk.ask(LISTS, build.lists_of(ids))
        found, _ = reading.each(
            reading.rows(payload, "data", "data_source"),
            lambda row: [wire.HandoverList.model_validate(row)],
            "handover_list_id",
        )
        held = [one for one in found if not set(ids).isdisjoint(one.logistic_order_ids)]
        return self._told(held[-1], mine) if held else None

    def close(self, plan: dto.HandoverPlan) -> dto.RemoteHandover:
        """This function will make the list where there is none, and close it where that is switched on."""
        found = self.find(plan)
        if found is None:
            mine = self._shipments(plan.numbers)
            ids = [one for those in mine.values() for one in those]
            if not ids:
                missing = [
                    dto.Refused(key=number, code=dto.Code.NOT_READY, text=codes.NO_SHIPMENT) for number in plan.numbers
                ]
                return dto.RemoteHandover(external_id="", state=dto.HandoverState.FAILED, missing=missing)
            payload = self.talk.ask(CREATE, build.handover_list(ids), limits=codes.WRITES, write=True)
            made = self.talk.one(wire.CreatedList, payload, "data", write=True).handover_list_id
            found = self.find(plan) or dto.RemoteHandover(external_id=made, state=dto.HandoverState.OPEN)
        if found.state is dto.HandoverState.OPEN and self.transfers:
            transfer(self.talk, found.external_id)
            return self.find(plan) or found
        if found.state is dto.HandoverState.OPEN:
            return dto.RemoteHandover(
                external_id=found.external_id,
                state=dto.HandoverState.CLOSED,
                status=found.status,
                numbers=found.numbers,
                missing=found.missing,
                text=codes.TRANSFER_OFF,
            )
        return found

    def documents(self, plan: dto.HandoverPlan) -> Sequence[dto.RemoteDocument]:
        payload = self.talk.ask(PAPER, {"handover_list_id": build.number(plan.external_id)})
        content = self.talk.file(self.talk.one(wire.LabelUrl, payload, "data").label_url)
        kind = dto.DocumentKind.SHIPPING_LIST
        return [dto.RemoteDocument(kind=kind, content=content, content_type="application/pdf", number=plan.external_id)]

    def _shipments(self, numbers: Sequence[str]) -> dict[str, list[str]]:
        """Order → its shipments."""
        known = self.orders.shapes(numbers)
        return {number: [one.id for one in parse.alive(known[number])] for number in numbers if number in known}

    def _told(self, it: wire.HandoverList, mine: dict[str, list[str]]) -> dto.RemoteHandover:
        inside = [number for number, those in mine.items() if those and set(those) <= set(it.logistic_order_ids)]
        missing = [
            dto.Refused(key=number, code=dto.Code.OTHER, text=codes.NO_SHIPMENT)
            for number in mine
            if number not in inside
        ]
        state = dto.HandoverState.CLOSED if it.status in CLOSED else dto.HandoverState.OPEN
        return dto.RemoteHandover(
            external_id=it.handover_list_id, state=state, status=it.status, numbers=inside, missing=missing
        )
