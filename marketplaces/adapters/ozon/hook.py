"""
What Ozon tells us by itself: push notifications, unsigned, told from forgeries by address and secret path.

Source: Ozon Seller API, sections push_start, push_types, push_resending, service_response.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import ClassVar

from marketplaces import dto
from marketplaces.adapters.ozon.codes import gettext_noop
from marketplaces.errors import ContractBroken
from marketplaces.hook import APPLICATION_NAME, APPLICATION_VERSION, Address, Hook, content_key, event_key, json_object
from marketplaces.http.fields import moment_or_none

PING = "TYPE_PING"
# Postings of FBS and rFBS, and what tells one event of the kind from another: those events have no id of their own.
POSTINGS: Mapping[str, Sequence[str]] = {
    "TYPE_NEW_POSTING": (),
    "TYPE_POSTING_CANCELLED": ("new_state", "changed_state_date"),
    "TYPE_STATE_CHANGED": ("new_state", "changed_state_date"),
    "TYPE_CUTOFF_DATE_CHANGED": ("old_cutoff_date", "new_cutoff_date"),
    "TYPE_DELIVERY_DATE_CHANGED": ("old_delivery_date_begin", "new_delivery_date_begin", "new_delivery_date_end"),
}
# What is read anew after events that are about no order of ours.
STREAMS: Mapping[str, Sequence[str]] = {
    "TYPE_CREATE_OR_UPDATE_ITEM": ("listings",),
    "TYPE_CREATE_ITEM": ("listings",),
    "TYPE_UPDATE_ITEM": ("listings",),
    "TYPE_STOCKS_CHANGED": ("read_back",),
    "TYPE_FBO_STOCKS_CHANGED": ("own_stock",),
}
TIMES = ("changed_state_date", "changed_at", "updated_at", "created_at", "cancelled_at", "creation_date", "time")
REFUSALS: Mapping[dto.Refusal, tuple[int, str]] = {
    dto.Refusal.UNREADABLE: (400, "ERROR_PARAMETER_VALUE_MISSED"),
    dto.Refusal.TOO_LARGE: (413, "ERROR_UNKNOWN"),
    dto.Refusal.NOT_NOW: (503, "ERROR_UNKNOWN"),
}


class OzonHook(Hook):
    """Five seconds to answer; half of the answers must be 200, or Ozon stops calling until a person starts it anew."""

    networks: ClassVar[Sequence[str]] = ("195.34.21.0/24", "185.73.192.0/22", "91.223.93.0/24")
    addresses: ClassVar[Sequence[Address]] = (Address(label=gettext_noop("Service URL")),)
    tells_statuses: ClassVar[bool] = True
    where: ClassVar[str] = gettext_noop("Settings → Notifications → Push notifications → Connect")

    def parse(self, incoming: dto.Incoming) -> dto.Notice:
        """{"message_type": "TYPE_STATE_CHANGED", "posting_number": "24219509-0020-2", "new_state": "posting_delivered",
        "changed_state_date": "2021-02-02T15:07:46.765Z", "warehouse_id": 0, "seller_id": 15}"""
        told = json_object(incoming)
        kind = told.get("message_type")
        if not isinstance(kind, str) or not 0 < len(kind) <= 60 or not kind.isascii() or not kind.isprintable():
            raise ContractBroken("message_type is missing", payload=told)
        at = moment_or_none(next((told[name] for name in TIMES if told.get(name)), None))
        if kind in POSTINGS:
            number = _number(told)
            key = event_key(kind, number, *(told.get(name) for name in POSTINGS[kind]))
            return dto.Notice(key=key, kind=kind, at=at, numbers=(number,))
        uuid = told.get("uuid")
        key = event_key(kind, uuid) if isinstance(uuid, str) and uuid else content_key(kind, told)
        return dto.Notice(key=key, kind=kind, at=at, streams=STREAMS.get(kind, ()))

    def answer(self, notice: dto.Notice, *, now: datetime) -> dto.Reply:
        """A ping asks who we are, everything else whether it arrived."""
        if notice.kind != PING:
            return dto.Reply(status=200, body={"result": True})
        moment = now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return dto.Reply(status=200, body={"version": APPLICATION_VERSION, "name": APPLICATION_NAME, "time": moment})

    def refuse(self, refusal: dto.Refusal, *, text: str) -> dto.Reply:
        """{"error": {"code": "ERROR_UNKNOWN", "message": "…", "details": null}}"""
        status, code = REFUSALS[refusal]
        return dto.Reply(status=status, body={"error": {"code": code, "message": text, "details": None}})


def _number(told: Mapping[str, object]) -> str:
    number = told.get("posting_number")
    if not isinstance(number, str) or not number.strip() or len(number) > 60 or not number.isprintable():
        raise ContractBroken("posting_number is missing", payload=told)
    return number.strip()
