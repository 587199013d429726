"""Some marketplaces want to hear soon that an order will be worked on, long before it is packed."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from backoffice.kernel import live
from orders.services import attention, timeline
from orders.types import Attention, EventKind


@transaction.atomic
def told(*, merchant_id: int, order_id: int, taken: bool, text: str, now: datetime) -> None:
    """
    Take what the marketplace says of our word that the order is in work.

    The order stays as it is: for us its work begins when it is picked.  A refusal puts it into the attention queue.
    """
    said = _("The marketplace was told that the order is in work") if taken else _("The order could not be confirmed")
    timeline.note(
        merchant_id=merchant_id,
        order_id=order_id,
        kind=EventKind.COMMIT,
        text=": ".join(filter(None, (said, text))),
        now=now,
        actor="marketplace",
    )
    if not taken:
        attention.raise_flags(
            merchant_id=merchant_id,
            order_ids=[order_id],
            reason=Attention.PROBLEM,
            now=now,
            text=": ".join(filter(None, (said, text))),
        )
    live.touch("orders", merchant_id)
