"""First-mile shipments: found by their orders, confirmed, their papers fetched."""

from collections.abc import Sequence
from dataclasses import replace

from marketplaces import dto
from marketplaces.adapters.yandex_market import build, codes, operations, parse, wire
from marketplaces.adapters.yandex_market.orders import Orders
from marketplaces.adapters.yandex_market.talk import Talk
from marketplaces.errors import ContractBroken, Rejected
from marketplaces.http import reading, redact

OPEN = dto.HandoverState.OPEN
CONFIRM = "CONFIRM"
EXCEL = "application/vnd.ms-excel"


class Handovers:
    """
    The market makes a shipment of a store for each day by itself; we confirm it.

    It keeps no name of ours until then, so the shipment of a handover is known by the orders in it.
    """

    def __init__(self, talk: Talk, orders: Orders) -> None:
        self.talk = talk
        self.orders = orders

    def find(self, plan: dto.HandoverPlan) -> dto.RemoteHandover | None:
        found = self._find(plan)
        return None if found is None else _read(found)

    def close(self, plan: dto.HandoverPlan) -> dto.RemoteHandover:
        """
        This function will confirm the shipment; OPEN with `missing` when orders of the plan are not in it.

        Couriers on call and our own delivery have no shipments: there handing over needs no word to the market.
        """
        if not plan.numbers:
            raise Rejected(codes.EMPTY_HANDOVER, code=dto.Code.EMPTY)
        if self.orders.one(plan.numbers[0]).programType in ("EXPRESS", "DBS"):
            state = dto.HandoverState.CLOSED
            return dto.RemoteHandover(external_id=plan.external_id, state=state, numbers=tuple(plan.numbers))
        found = self._find(plan)
        if found is None:
            raise Rejected(codes.NO_SHIPMENT, code=dto.Code.NOT_READY)
        told = _read(found)
        absent = [number for number in plan.numbers if number not in set(found.orderIds)]
        if told.state is not OPEN:
            return replace(told, missing=_missing(absent))
        if absent:
            return replace(told, missing=_missing(absent), text=codes.NOT_IN_SHIPMENT)
        self._confirm(plan, found)
        return _read(self._get(plan, found.id))

    def _confirm(self, plan: dto.HandoverPlan, found: wire.FirstMile) -> None:
        try:
            self.talk.ask(
                operations.CONFIRM,
                body={"externalShipmentId": plan.our_key},
                write=True,
                campaignId=self._campaign(plan),
                shipmentId=found.id,
            )
        except Rejected as refusal:
            if refusal.code != dto.Code.ALREADY_DONE:
                raise

    def documents(self, plan: dto.HandoverPlan) -> Sequence[dto.RemoteDocument]:
        """The papers that the market offers by now; the act first."""
        if not plan.external_id:
            raise Rejected(codes.NO_SHIPMENT, code=dto.Code.NOT_READY)
        offered = self._get(plan, plan.external_id).availableActions
        papers = []
        if "DOWNLOAD_ACT" in offered:
            papers.append(self._paper(plan, operations.ACT, dto.DocumentKind.ACT))
        elif "DOWNLOAD_INBOUND_ACT" in offered:
            papers.append(self._paper(plan, operations.INBOUND_ACT, dto.DocumentKind.ACT))
        if "DOWNLOAD_TRANSPORTATION_WAYBILL" in offered:
            papers.append(self._paper(plan, operations.WAYBILL, dto.DocumentKind.WAYBILL))
        if not papers:
            raise Rejected("the papers are being made", code=dto.Code.NOT_READY)
        return papers

    def _paper(
        self, plan: dto.HandoverPlan, operation: operations.Operation, kind: dto.DocumentKind
    ) -> dto.RemoteDocument:
        answer = self.talk.raw(operation, campaignId=self._campaign(plan), shipmentId=plan.external_id)
        is_pdf = answer.body.startswith(b"%PDF")
        is_excel = answer.body.startswith((b"PK", b"\xd0\xcf\x11\xe0"))
        if not (is_pdf or is_excel):
            raise ContractBroken("the answer is not the file that was asked for")
        content_type = "application/pdf" if is_pdf else EXCEL
        return dto.RemoteDocument(kind=kind, content=answer.body, content_type=content_type, number=plan.external_id)

    def _find(self, plan: dto.HandoverPlan) -> wire.FirstMile | None:
        if plan.external_id:
            try:
                return self._get(plan, plan.external_id)
            except Rejected as refusal:
                if refusal.code == dto.Code.NOT_FOUND:
                    return None
                raise
        if not plan.numbers:
            return None
        pages = self.talk.pages(
            operations.FIND_SHIPMENTS,
            "result",
            "shipments",
            limit=operations.SHIPMENTS_PAGE,
            body=build.shipments(plan),
            campaignId=self._campaign(plan),
        )
        found: list[wire.FirstMile] = []
        for rows in pages:
            found += reading.each(rows, lambda row: [wire.FirstMile.model_validate(row)], "id")[0]
        ours = [one for one in found if one.externalId == plan.our_key and plan.our_key]
        holding = [one for one in found if not set(one.orderIds).isdisjoint(plan.numbers)]
        return next(iter([*ours, *sorted(holding, key=lambda one: _overlap(one, plan), reverse=True)]), None)

    def _get(self, plan: dto.HandoverPlan, shipment_id: str) -> wire.FirstMile:
        return self.talk.result(
            wire.FirstMile,
            operations.GET_SHIPMENT,
            campaignId=self._campaign(plan),
            shipmentId=str(build.whole(shipment_id)),
        )

    def _campaign(self, plan: dto.HandoverPlan) -> str:
        if plan.numbers:
            return self.orders.campaign_of(plan.numbers[0])
        place = self.orders.cabinet.facts().places.get(plan.warehouse_id)
        if place is None or not place.campaign_ids:
            raise Rejected(codes.UNKNOWN_PLACE, code=dto.Code.WAREHOUSE)
        return place.campaign_ids[0]


def _overlap(one: wire.FirstMile, plan: dto.HandoverPlan) -> int:
    return len(set(one.orderIds) & set(plan.numbers))


def _missing(numbers: Sequence[str]) -> list[dto.Refused]:
    return [dto.Refused(key=number, code=dto.Code.OTHER, text=codes.NOT_IN_SHIPMENT) for number in numbers]


def _read(found: wire.FirstMile) -> dto.RemoteHandover:
    try:
        return parse.handover(found)
    except ValueError as reason:
        raise ContractBroken(str(reason), payload=redact.value({"id": found.id, "status": found.word})) from reason
