"""Orders that the seller brings himself: three words about them, no sticker."""

from marketplaces import dto
from marketplaces.adapters.aliexpress import build, codes
from marketplaces.adapters.aliexpress.talk import Talk
from marketplaces.errors import Rejected

PATHS = {
    dto.Stage.DELIVERING: "/api/v1/offline-ship/to-in-transit",
    dto.Stage.READY_FOR_PICKUP: "/api/v1/offline-ship/to-ready-for-pickup",
    dto.Stage.DELIVERED: "/api/v1/offline-ship/to-delivered",
}


def report(talk: Talk, progress: dto.Progress) -> None:
    """
    This function will say how far an order is; a repeat of what stands already is no error.

    :raises Rejected: they do not allow the step, or the parcel has no track number or carrier yet
    """
    path = PATHS.get(progress.stage)
    if path is None:
        return
    body: build.Body = {"trade_order_id": build.number(progress.number)}
    if progress.stage is dto.Stage.DELIVERING:
        if not progress.track or not progress.carrier:
            raise Rejected(codes.TRACK_NEEDED, code=dto.Code.INVALID)
        body = build.in_transit(progress)
    try:
        talk.ask(path, body, limits=codes.WRITES, write=True)
    except Rejected as refusal:
        if refusal.code != dto.Code.ALREADY_DONE:
            raise
