"""Stickers one request per order: one on another parcel is worse than a request more."""

from collections.abc import Callable, Collection, Sequence
from typing import TypeAlias

from marketplaces import dto
from marketplaces.errors import ContractBroken, Rejected, Unavailable

# None: it is still being made.
Told: TypeAlias = dto.RemoteLabel | dto.Refused | None


def one_by_one(numbers: Sequence[str], fetch: Callable[[str], Told], *, begun: Collection[str] = ()) -> dto.Labels:
    """
    This function will fetch the sticker of each order; what was fetched before a failure is given all the same.

    fetch: may raise as adapters do.  begun: what was asked for before and would be forgotten if this raised; read when
    it matters.
    :raises Unavailable: at the first order, and nothing was begun
    :raises ContractBroken: of one order alone
    """
    ready: list[dto.RemoteLabel] = []
    refused: list[dto.Refused] = []
    pending: list[str] = []
    for place, number in enumerate(numbers):
        try:
            told = fetch(number)
        except Rejected as refusal:
            told = dto.Refused(key=number, code=dto.Code(refusal.code), text=refusal.text)
        except Unavailable:
            if not (ready or refused or pending or begun):
                raise
            pending += numbers[place:]
            break
        except ContractBroken as trouble:
            if len(numbers) == 1:
                raise
            told = dto.Refused(key=number, code=dto.Code.OTHER, text=trouble.text)
        if isinstance(told, dto.RemoteLabel):
            ready.append(told)
        elif told is None:
            pending.append(number)
        else:
            refused.append(told)
    return dto.Labels(ready=ready, pending=pending, refused=refused)
