"""
What Yandex Market tells us by itself: thin, unsigned, repeated and out of order; it only says what to read anew.

Source: the market's own description of the seller's side, POST <address>/notification.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import ClassVar

from pydantic import TypeAdapter, ValidationError

from marketplaces import dto
from marketplaces.adapters.yandex_market.codes import gettext_noop
from marketplaces.errors import ContractBroken
from marketplaces.hook import APPLICATION_NAME, APPLICATION_VERSION, Address, Hook, content_key, json_object
from marketplaces.http.fields import Id, moment_or_none

ORDERS = frozenset(
    {"ORDER_CREATED", "ORDER_CANCELLED", "ORDER_STATUS_UPDATED", "ORDER_UPDATED", "ORDER_CANCELLATION_REQUEST"}
)
STREAMS: Mapping[str, Sequence[str]] = {
    "ORDER_RETURN_CREATED": ("returns",),
    "ORDER_RETURN_STATUS_UPDATED": ("returns",),
}
TIMES = ("createdAt", "updatedAt", "cancelledAt", "requestedAt", "sentAt", "time")
REFUSALS: Mapping[dto.Refusal, tuple[int, str]] = {
    dto.Refusal.UNREADABLE: (400, "WRONG_EVENT_FORMAT"),
    dto.Refusal.TOO_LARGE: (413, "UNKNOWN"),
    # Whatever is not 400 is told again: each minute at first, for two weeks.
    dto.Refusal.NOT_NOW: (500, "UNKNOWN"),
}
ID: TypeAdapter[str] = TypeAdapter(Id)


class YandexMarketHook(Hook):
    """A ping is to be answered within a second, the rest within ten; unanswered for two weeks they are switched off."""

    networks: ClassVar[Sequence[str]] = ("5.45.207.0/25", "141.8.142.0/25", "5.255.253.0/25")
    addresses: ClassVar[Sequence[Address]] = (
        Address(label=gettext_noop("Notifications address"), path="notification"),
    )
    tells_statuses: ClassVar[bool] = True
    where: ClassVar[str] = gettext_noop("Settings → API and modules → API notifications")

    def parse(self, incoming: dto.Incoming) -> dto.Notice:
        """
        The status in it is not believed: the order is read.  A type that is new to us is good and nothing follows.

        {"notificationType": "ORDER_STATUS_UPDATED", "orderId": 41, "campaignId": 7210, "status": "PROCESSING",
         "substatus": "STARTED", "updatedAt": "2026-11-20T10:00:00Z"}
        """
        told = json_object(incoming)
        kind = told.get("notificationType")
        if not isinstance(kind, str) or not 0 < len(kind) <= 60 or not kind.isascii() or not kind.isprintable():
            raise ContractBroken("notificationType is missing", payload=told)
        # Repeats are equal to the letter; events have no number of their own.
        key, at = content_key(kind, told), moment_or_none(next((told[name] for name in TIMES if told.get(name)), None))
        if kind in ORDERS:
            return dto.Notice(key=key, kind=kind, at=at, numbers=(_number(told),))
        return dto.Notice(key=key, kind=kind, at=at, streams=STREAMS.get(kind, ()))

    def answer(self, notice: dto.Notice, *, now: datetime) -> dto.Reply:
        """{"version": "0.1.0", "name": "backoffice", "time": "2026-11-20T10:00:00.000+00:00"}"""
        moment = now.isoformat(timespec="milliseconds")
        return dto.Reply(status=200, body={"version": APPLICATION_VERSION, "name": APPLICATION_NAME, "time": moment})

    def refuse(self, refusal: dto.Refusal, *, text: str) -> dto.Reply:
        """{"error": {"type": "WRONG_EVENT_FORMAT", "message": "…"}}"""
        status, kind = REFUSALS[refusal]
        return dto.Reply(status=status, body={"error": {"type": kind, "message": text}})


def _number(told: Mapping[str, object]) -> str:
    try:
        return ID.validate_python(told.get("orderId"))
    except ValidationError as reason:
        raise ContractBroken("orderId is missing", payload=dict(told)) from reason
