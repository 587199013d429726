"""Messages of a program's exchange plan: each is taken once, in the order of their numbers."""

import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from backoffice.kernel import locks
from exchange.errors import KeyOfAnother
from exchange.models import Connection, Incoming


@transaction.atomic
def once(
    *, source: Connection, node: str, number: int, said: bytes, now: datetime, work: Callable[[], list[Any]]
) -> dict[str, Any]:
    """
    Apply message `number` with `work`, or give what it was answered when it came before.

    received_no of the answer is the highest number taken; missing: numbers below this one that never came.  A program
    that loses an answer sends the same again, or its changes anew under the next number: both are right.
    :raises KeyOfAnother: the number was another message's, or a later message was taken already
    """
    locks.take(locks.Subject.IMPORT, source.merchant_id)
    digest = hashlib.sha256(said).hexdigest()
    mine = Incoming.objects.filter(connection=source, node=node)
    before = mine.filter(number=number).first()
    if before is not None:
        if before.digest != digest:
            raise KeyOfAnother(
                _("Message %(number)d was another one. Send it under a new number.") % {"number": number}
            )
        return dict(before.answer)
    last = mine.aggregate(last=Max("number"))["last"] or 0
    if number < last:
        text = _("Message %(last)d was taken already: an older one would undo it. Nothing was written.")
        raise KeyOfAnother(text % {"last": last})
    results = work()
    answer = {
        "message_no": number,
        "received_no": number,
        "missing": number - last - 1 if last else 0,
        "applied": sum(1 for result in results if result["status"] == "applied"),
        "results": results,
    }
    Incoming.objects.create(
        merchant_id=source.merchant_id,
        connection=source,
        node=node,
        number=number,
        digest=digest,
        answer=answer,
        at=now,
    )
    return answer
