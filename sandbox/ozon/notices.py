"""Ozon's push notifications: what is told when a posting comes or changes."""

from typing import TYPE_CHECKING, Any

from sandbox.clock import iso_micro
from sandbox.ozon.state import Posting
from sandbox.post import Manner

if TYPE_CHECKING:
    from sandbox.world import World

Json = dict[str, Any]
CODE = "ozon"
STATES = {
    "awaiting_approve": "posting_created",
    "awaiting_packaging": "posting_created",
    "awaiting_registration": "posting_awaiting_registration",
    "awaiting_deliver": "posting_transferring_to_delivery",
    "acceptance_in_progress": "posting_acceptance_in_progress",
    "arbitration": "posting_in_arbitration",
    "client_arbitration": "posting_in_client_arbitration",
    "delivering": "posting_on_way_to_city",
    "driver_pickup": "posting_driver_pick_up",
    "delivered": "posting_delivered",
    "cancelled": "posting_canceled",
    "not_accepted": "posting_not_in_sort_center",
}
# Parents of a split are replaced in silence.
SILENT = frozenset({"cancelled_from_split_pending"})


def manner(world: "World") -> Manner:
    """This function will tell how Ozon delivers: five seconds, 200 with `{"result": true}` or the answer to a ping."""

    def ping() -> tuple[str, Json]:
        return "", {"message_type": "TYPE_PING", "time": iso_micro(world.clock.now())}

    return Manner(taken=_taken, ping=ping)


def _taken(status: int, body: Any) -> bool:
    if status != 200 or not isinstance(body, dict):
        return False
    return body.get("result") is True or {"version", "name", "time"} <= set(body)


def arrived(posting: Posting, seller_id: int) -> Json:
    return {
        "message_type": "TYPE_NEW_POSTING",
        "posting_number": posting.number,
        "products": [{"sku": line.sku, "offer_id": line.offer_id, "quantity": line.quantity} for line in posting.lines],
        "in_process_at": iso_micro(posting.created),
        "warehouse_id": posting.warehouse_id,
        "shipment_date": iso_micro(posting.shipment),
        "tpl_integration_type": "ozon",
        "is_express": False,
        "tracking_number": "",
        "delivery_date_begin": None,
        "delivery_date_end": None,
        "seller_id": seller_id,
    }


def changed(posting: Posting, seller_id: int) -> Json | None:
    """This function will tell of the posting's present state; None: nothing is told of it."""
    if posting.status in SILENT:
        return None
    known = {"posting_number": posting.number, "warehouse_id": posting.warehouse_id, "seller_id": seller_id}
    moved = {"new_state": _state(posting), "changed_state_date": iso_micro(posting.changed)}
    if posting.status != "cancelled":
        return {"message_type": "TYPE_STATE_CHANGED", **known, **moved}
    reason = posting.cancellation or {}
    return {
        "message_type": "TYPE_POSTING_CANCELLED",
        **known,
        **moved,
        "old_state": posting.previous_substatus or "posting_created",
        "products": [{"sku": line.sku, "quantity": line.quantity} for line in posting.lines],
        "reason": {"id": reason.get("cancel_reason_id", 0), "message": reason.get("cancel_reason", "")},
    }


def _state(posting: Posting) -> str:
    """The substatus where it is one of theirs, else what the status means there."""
    known = posting.substatus.startswith("posting_") and posting.status not in ("cancelled", "awaiting_packaging")
    return posting.substatus if known else STATES.get(posting.status, posting.status)
