"""One answer for one key: a repeated write is answered with what the first one said."""

import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from exchange.errors import KeyOfAnother
from exchange.models import Answered, Connection


@transaction.atomic
def once(*, source: Connection, key: str, request: bytes, now: datetime, work: Callable[[], Any]) -> Any:
    """
    Run `work` and keep its answer (JSON) under `key`, or return the answer that is kept.

    Two at once: the second waits for the first one's transaction, and runs when that was undone.
    :raises KeyOfAnother: the key was used for another request
    """
    digest = hashlib.sha256(request).hexdigest()
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO exchange_answered (merchant_id, connection_id, key, digest, answer, at)
            VALUES (%s, %s, %s, %s, 'null', %s) ON CONFLICT (connection_id, key) DO NOTHING
            """,
            [source.merchant_id, source.pk, key, digest, now],
        )
        first = cursor.rowcount == 1
    row = Answered.objects.get(connection=source, key=key)
    if not first:
        if row.digest != digest:
            raise KeyOfAnother(_("This idempotency key was used for another request. Make a new one."))
        return row.answer
    row.answer = work()
    row.save(update_fields=["answer"])
    return row.answer
