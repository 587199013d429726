"""
Closing a handover list: one page of documentation knows the call, no client in use makes it.

So it stands alone here, and the channel's setting says whether it is made at all.
"""

from marketplaces.adapters.aliexpress import build, codes
from marketplaces.adapters.aliexpress.talk import Talk

TRANSFER = "/seller-api/v1/handover-list/transfer"


def transfer(talk: Talk, list_id: str) -> None:
    """This function will say that the goods of this list go over to the carrier."""
    body = {"handover_list_id": build.number(list_id)}
    talk.ask(TRANSFER, body, limits=codes.WRITES, write=True)
