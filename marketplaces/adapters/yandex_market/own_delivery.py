"""Orders that we bring or give out ourselves, and buyers who ask to cancel."""

from datetime import date, datetime

from marketplaces import dto
from marketplaces.adapters.yandex_market import build, codes, operations, wire
from marketplaces.adapters.yandex_market.orders import MOSCOW, Orders
from marketplaces.adapters.yandex_market.talk import Talk
from marketplaces.errors import Rejected

DATED = ("PICKUP", "DELIVERED")


class OwnDelivery:
    def __init__(self, talk: Talk, orders: Orders) -> None:
        self.talk = talk
        self.orders = orders

    def report(self, progress: dto.Progress, *, now: datetime) -> None:
        """
        This function will lead an order to where it is, station by station, for the market lets none be skipped.

        An order that is there already, or further, is left alone; so a repeat goes on where it broke off.
        """
        goal = codes.PROGRESS.get(progress.stage)
        if goal is None:
            raise Rejected(f"no such progress: {progress.stage}", code=dto.Code.INVALID)
        order = self.orders.one(progress.number)
        if order.status not in codes.OWN_WAY:
            raise Rejected(
                f"{order.status} / {order.substatus}",
                code=dto.Code.CANCELLED if order.status == "CANCELLED" else dto.Code.WRONG_STATE,
            )
        if progress.code and goal == "DELIVERED" and order.status != "DELIVERED":
            self._check(order, progress.code)
        if progress.track and order.status == "PROCESSING":
            self._track(order, progress)
        day = progress.at.astimezone(MOSCOW).date()
        # The day is told only when it is over.
        past = day if day < now.astimezone(MOSCOW).date() else None
        for station in _stations(order, goal):
            self._set(order, station, delivered_on=past if station in DATED else None)

    def _set(self, order: wire.Order, station: str, *, delivered_on: date | None) -> None:
        try:
            self.talk.ask(
                operations.SET_STATUS,
                body=build.status(station, delivered_on=delivered_on),
                write=True,
                campaignId=order.campaignId,
                orderId=order.orderId,
            )
        except Rejected:
            # It may stand already: repeated after a lost answer.
            if self.orders.one(order.orderId).status != station:
                raise

    def _check(self, order: wire.Order, code: str) -> None:
        told = self.talk.result(
            wire.CodeChecked,
            operations.CHECK_CODE,
            body={"code": code},
            write=True,
            campaignId=order.campaignId,
            orderId=order.orderId,
        )
        if told.verificationResult != codes.CODE_ACCEPTED:
            left = "" if told.attemptsLeft is None else f" ({told.attemptsLeft})"
            raise Rejected(f"{codes.CODE_WRONG}{left}", code=dto.Code.CODE_REFUSED)

    def _track(self, order: wire.Order, progress: dto.Progress) -> None:
        carrier = progress.carrier
        if not carrier:
            return
        self.talk.ask(
            operations.SET_TRACK,
            body={"trackCode": progress.track, "deliveryServiceId": build.whole(carrier)},
            write=True,
            campaignId=order.campaignId,
            orderId=order.orderId,
        )

    def answer(self, number: str, *, accept: bool, why: dto.Decline | None) -> None:
        """This function will answer a buyer who asks to cancel; what stands answered is left alone."""
        order = self.orders.one(number)
        if order.status == "CANCELLED":
            if accept:
                return
            raise Rejected(f"{codes.ALREADY_CANCELLED}: {order.substatus}", code=dto.Code.CANCELLED)
        if not order.cancelRequested:
            return
        try:
            self.talk.ask(
                operations.ANSWER_CANCEL,
                body=build.decision(accept=accept, why=why),
                write=True,
                campaignId=order.campaignId,
                orderId=number,
            )
        except Rejected:
            if self.orders.one(number).cancelRequested:
                raise


def _stations(order: wire.Order, goal: str) -> list[str]:
    """From where it stands to the goal; the pick-up point only on the way there, or for orders that wait at one."""
    way = codes.OWN_WAY[codes.OWN_WAY.index(order.status) + 1 : codes.OWN_WAY.index(goal) + 1]
    to_point = order.delivery is not None and order.delivery.type == "PICKUP"
    return [station for station in way if station != "PICKUP" or to_point or goal == "PICKUP"]
