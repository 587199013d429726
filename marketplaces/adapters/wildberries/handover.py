"""A handover is a supply: made, filled by commits, told how it is brought, delivered, papered."""

from collections.abc import Sequence

from marketplaces import dto
from marketplaces.adapters.wildberries import build, codes, parse, reading, wire
from marketplaces.adapters.wildberries.orders import Orders
from marketplaces.adapters.wildberries.talk import Refused, Talk
from marketplaces.errors import ContractBroken, OutcomeUnknown, Rejected
from marketplaces.http.reading import broken_list, each


class Handovers:
    """Supplies of FBS orders."""

    def __init__(self, talk: Talk, orders: Orders) -> None:
        self.talk, self.orders = talk, orders

    def open(self, plan: dto.HandoverPlan) -> dto.RemoteHandover:
        """Make a supply whose name is our key, by which it is found again when the answer is lost."""
        payload = self.talk.ask("POST", "/api/v3/supplies", limit=codes.FBS_WORK, body=build.supply(plan), write=True)
        try:
            made = reading.one(payload, wire.Created)
        except ContractBroken as reason:
            raise OutcomeUnknown("a supply was made, but its id cannot be read") from reason
        return dto.RemoteHandover(external_id=made.id, state=dto.HandoverState.OPEN, status="open", numbers=())

    def find(self, plan: dto.HandoverPlan) -> dto.RemoteHandover | None:
        """The supply by its id, else by our key among all names; an open one before a closed one."""
        supply = self._supply(plan)
        return None if supply is None else parse.handover(supply, self.orders.supply_numbers(supply.id))

    def _supply(self, plan: dto.HandoverPlan) -> wire.Supply | None:
        if not plan.external_id:
            return self._supply_named(build.supply(plan)["name"])
        try:
            payload = self.talk.ask("GET", f"/api/v3/supplies/{build.segment(plan.external_id)}", limit=codes.FBS_WORK)
        except Refused as refusal:
            if refusal.code == dto.Code.NOT_FOUND:
                return None
            raise
        return reading.one(payload, wire.Supply)

    def _supply_named(self, name: str) -> wire.Supply | None:
        pages = self.orders.walk("/api/v3/supplies", "supplies", limit=codes.FBS_WORK)
        found = [supply for page in pages for supply in parse.supplies(page) if supply.name == name]
        return next((supply for supply in found if not supply.done), found[-1] if found else None)

    def close(self, plan: dto.HandoverPlan) -> dto.RemoteHandover:
        """
        Deliver the supply with exactly these orders.

        Orders of the plan that were cancelled are left out and named in `missing`.  When others are missing from the
        supply, or it holds live orders that the plan does not name, or codes are not accepted, nothing is delivered:
        the state stays OPEN and `missing` says who and why.  A supply delivered already is simply told.
        :raises Rejected: SHIPPING_METHOD_NEEDED, EMPTY, NOT_FOUND or WRONG_STATE
        """
        supply = self._supply(plan)
        if supply is None:
            raise Rejected(codes.UNKNOWN_SUPPLY, code=dto.Code.NOT_FOUND)
        inside = self.orders.supply_numbers(supply.id)
        gone, wrong = self._compare(plan.numbers, inside)
        if supply.done:
            return parse.closed(supply.id, inside, missing=[*gone, *wrong])
        if wrong:
            return parse.still_open(supply.id, inside, missing=[*gone, *wrong], text=codes.OTHER_ORDERS)
        if not inside:
            raise Rejected(codes.EMPTY_SUPPLY, code=dto.Code.EMPTY)
        self._tell_shipping(plan, supply)
        self._set_boxes(plan, supply.id)
        try:
            self.talk.ask(
                "PATCH", f"/api/v3/supplies/{build.segment(supply.id)}/deliver", limit=codes.FBS_WORK, write=True
            )
        except Refused as refusal:
            if named := parse.undelivered(refusal.payload):
                return parse.still_open(supply.id, inside, missing=[*gone, *named], text=refusal.text)
            raise
        return parse.closed(supply.id, inside, missing=gone)

    def _compare(self, planned: Sequence[str], inside: Sequence[str]) -> tuple[list[dto.Refused], list[dto.Refused]]:
        """The difference of plan and supply: cancelled orders, which nobody waits for, and live ones."""
        absent = [number for number in planned if number not in set(inside)]
        extra = [number for number in inside if number not in set(planned)]
        if not absent and not extra:
            return [], []
        known = {status.number: status for status in self.orders.statuses([*absent, *extra]).items}
        dead = {number for number, status in known.items() if status.stage is dto.Stage.CANCELLED}
        gone = [
            dto.Refused(key=number, code=dto.Code.CANCELLED, text=codes.ALREADY_CANCELLED)
            for number in absent
            if number in dead
        ]
        wrong = [
            dto.Refused(key=number, code=dto.Code.WRONG_STATE, text=codes.NOT_INSIDE)
            for number in absent
            if number not in dead
        ]
        wrong += [
            dto.Refused(key=number, code=dto.Code.WRONG_STATE, text=codes.NOT_PLANNED)
            for number in extra
            if number not in dead
        ]
        return gone, wrong

    def _tell_shipping(self, plan: dto.HandoverPlan, supply: wire.Supply) -> None:
        """Day, point and method, obligatory in Russia since 2026-10-01; not told twice."""
        if not plan.shipping_point_id and not plan.shipping_type:
            return
        row = {**build.shipping(plan), "supplyId": supply.id}
        told = (supply.shippingDt[:10], supply.shippingPointId, supply.shippingType)
        if told == (row["shippingDt"], plan.shipping_point_id, row["shippingType"]):
            return
        payload = self.talk.ask(
            "PATCH",
            "/api/marketplace/v3/fbs/supplies/shipping-method",
            limit=codes.FBS_WORK,
            body={"data": [row]},
            write=True,
        )
        failed = parse.failed_results(payload, "supplyId")
        if supply.id in failed:
            outcome = failed[supply.id]
            raise Rejected(outcome.text, code=outcome.code or dto.Code.SHIPPING_METHOD_NEEDED)

    def _set_boxes(self, plan: dto.HandoverPlan, supply_id: str) -> None:
        """As many boxes for a pickup point as are wanted; those that stand there already count, or are too many."""
        if plan.containers is None:
            return
        standing = self._boxes(supply_id)
        more, surplus = plan.containers - len(standing), standing[plan.containers :]
        try:
            if more > 0:
                self._change_boxes("POST", supply_id, {"amount": more})
            if surplus:
                self._change_boxes("DELETE", supply_id, {"trbxIds": [*surplus]})
        except Refused as refusal:
            # They say no more than that the number is wrong.
            raise Rejected(codes.BOXES_REFUSED, code=dto.Code(refusal.code)) from refusal

    def _change_boxes(self, method: str, supply_id: str, body: dict[str, object]) -> None:
        self.talk.ask(method, _boxes_path(supply_id), limit=codes.FBS_WORK, body=body, write=True)

    def _boxes(self, supply_id: str) -> Sequence[str]:
        payload = self.talk.ask("GET", _boxes_path(supply_id), limit=codes.FBS_WORK)
        boxes, broken = each(reading.rows(payload, "trbxes"), parse.box, "id")
        if broken:
            raise broken_list(broken, payload)
        return boxes

    def documents(self, plan: dto.HandoverPlan) -> Sequence[dto.RemoteDocument]:
        """The supply's QR sticker, only after delivery, and the stickers of its boxes when it has some."""
        path = f"/api/v3/supplies/{build.segment(plan.external_id)}/barcode"
        payload = self.talk.ask("GET", path, limit=codes.FBS_WORK, query={"type": "png"})
        papers = [parse.paper(payload, dto.DocumentKind.BARCODE)]
        if plan.containers and (boxes := self._boxes(plan.external_id)):
            payload = self.talk.ask(
                "POST",
                f"{_boxes_path(plan.external_id)}/stickers",
                limit=codes.FBS_WORK,
                query={"type": "png"},
                body={"trbxIds": [*boxes]},
            )
            stickers = reading.rows(payload, "stickers")
            papers += [parse.paper(sticker, dto.DocumentKind.CONTAINER_LABELS) for sticker in stickers]
        return papers

    def shipping_points(self, *, city: str, cargo: str) -> Sequence[dto.ShippingPoint]:
        """Points of a city (in Cyrillic) that take goods of the order's cargo type."""
        payload = self.talk.ask(
            "GET",
            "/api/marketplace/v3/fbs/shipping-points",
            limit=codes.FBS_WORK,
            query={"city": city, "cargoType": build.cargo_type(cargo)},
        )
        points, _ = each(reading.rows(payload, "shippingPoints"), parse.shipping_point, "id")
        return points


def _boxes_path(supply_id: str) -> str:
    return f"/api/v3/supplies/{build.segment(supply_id)}/trbx"
