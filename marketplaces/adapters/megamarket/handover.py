"""
What leaves together: Megamarket has no object for it, only the report of each shipment.

So a handover is what we call it; it is closed when the lots of all its shipments have been reported as shipped.
"""

from collections.abc import Sequence
from datetime import datetime, time

from backoffice.kernel.zones import MOSCOW
from marketplaces import dto
from marketplaces.adapters.megamarket import build, codes, shipments, wire
from marketplaces.adapters.megamarket.orders import Orders
from marketplaces.adapters.megamarket.packing import by_box
from marketplaces.adapters.megamarket.shipments import Place
from marketplaces.adapters.megamarket.talk import Refused, Talk

AT_ONCE = 50


class Handovers:
    def __init__(self, talk: Talk, orders: Orders, place: Place) -> None:
        self.talk, self.orders, self.place = talk, orders, place

    def find(self, plan: dto.HandoverPlan) -> dto.RemoteHandover | None:
        """This function will say how far its shipments are; None: none of them has been reported."""
        told = self._stands(plan)
        return told if told.state is not dto.HandoverState.OPEN else None

    def close(self, plan: dto.HandoverPlan) -> dto.RemoteHandover:
        """This function will report every shipment that is packed and not reported yet."""
        known = self.orders.shapes(plan.numbers)
        due = {number: boxes for number in plan.numbers if (boxes := _due(known.get(number)))}
        at = datetime.combine(plan.departure_date, time(18), MOSCOW)
        numbers, refused = list(due), list[dto.Refused]()
        for start in range(0, len(numbers), AT_ONCE):
            refused += self._report({number: due[number] for number in numbers[start : start + AT_ONCE]}, at)
        told = self._stands(plan)
        if refused:
            return dto.RemoteHandover(
                external_id=plan.our_key, state=dto.HandoverState.FAILED, numbers=told.numbers, missing=refused
            )
        if told.state is dto.HandoverState.OPEN:
            # Taken in, but their state does not show it yet.
            return dto.RemoteHandover(external_id=plan.our_key, state=dto.HandoverState.CLOSING, numbers=told.numbers)
        return told

    def _report(self, boxes: dict[str, Sequence[int]], at: datetime) -> list[dto.Refused]:
        """A refusal takes none of the request's shipments, so those that it does not name are sent again."""
        body = build.shipping(boxes, at=at, merchant_id=self.place.merchant_id)
        try:
            self.talk.ask(f"{codes.ORDER}/order/shipping", body, write=True)
        except Refused as refusal:
            named = {error.shipmentId for error in refusal.errors} & boxes.keys()
            if len(boxes) == 1 or not named:
                named = set(boxes)
            left = {number: those for number, those in boxes.items() if number not in named}
            code, text = dto.Code(refusal.code), refusal.text
            found = [dto.Refused(key=number, code=code, text=text) for number in boxes if number in named]
            return [*found, *(self._report(left, at) if left else [])]
        return []

    def _stands(self, plan: dto.HandoverPlan) -> dto.RemoteHandover:
        known = self.orders.shapes(plan.numbers)
        gone, going, missing = list[str](), list[str](), list[dto.Refused]()
        for number in plan.numbers:
            it = known.get(number)
            status = shipments.status_of(it) if it else None
            if status is None:
                missing.append(dto.Refused(key=number, code=dto.Code.NOT_FOUND, text=codes.UNKNOWN_ORDER))
            elif status.stage is dto.Stage.CANCELLED:
                missing.append(dto.Refused(key=number, code=dto.Code.CANCELLED, text=status.status))
            elif status.handed:
                gone.append(number)
            elif status.status == "PENDING_SHIPPING":
                going.append(number)
        left = len(plan.numbers) - len(gone) - len(going) - len(missing)
        state = dto.HandoverState.OPEN
        if not left and not going and gone:
            state = dto.HandoverState.CLOSED
        elif going or gone:
            state = dto.HandoverState.CLOSING
        return dto.RemoteHandover(external_id=plan.our_key, state=state, numbers=[*gone, *going], missing=missing)


def _due(it: wire.Shipment | None) -> Sequence[int]:
    """The boxes of a shipment that may be reported now."""
    lots = shipments.alive(shipments.goods(it.items)) if it else []
    packed = [lot for lot in lots if lot.status in ("PACKED", "SHIPPING_EXPIRED")]
    return sorted(by_box(packed)) if packed and len(packed) == len(lots) else []
