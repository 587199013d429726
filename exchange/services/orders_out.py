"""Orders to 1C: sent until 1C has acknowledged them, in the state in which it has."""

from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

from django.db import connection, transaction

from backoffice.kernel import live
from exchange.formats import write
from exchange.models import Connection, Message, OrderSync, Session
from exchange.selectors import orders as selectors
from exchange.services.receive import store_path
from exchange.types import Acknowledge, Direction, MessageState, Subject

_AT_ONCE = 500
_OLD_AT_ONCE = 3000
# A change that commits late may carry an older time: nothing younger than this counts as seen.
_LATE = timedelta(minutes=15)


@transaction.atomic
def query(*, session: Session, now: datetime) -> bytes:
    """
    The document for `mode=query`; nothing counts as taken yet.

    A repeated query in a session takes the batch before as taken, where the connection is set so.
    """
    session = Session.objects.select_for_update().select_related("connection").get(pk=session.pk)
    source = session.connection
    if session.sent_message_id and source.acknowledge == Acknowledge.NEXT_QUERY:
        _taken(session, now)
    ids = selectors.not_taken(source, limit=_AT_ONCE if session.version else _OLD_AT_ONCE)
    orders = selectors.out_orders(source, ids, now=now)
    document = write.orders_document(orders, version=session.version, encoding=source.encoding, now=now)
    if not orders:
        _move_watermark(source, now)
        Session.objects.filter(pk=session.pk).update(sent_message=None)
        return document
    message = Message.objects.create(
        merchant_id=session.merchant_id,
        connection=source,
        session=session,
        direction=Direction.OUT,
        subject=Subject.SALE,
        name="orders.xml",
        path=_keep(session, document),
        size=len(document),
        state=MessageState.WAITING,
        total=len(orders),
        counts={"orders": len(orders)},
        preview={"sent": [[order.order_id, order.changed_at.isoformat()] for order in orders]},
        created_at=now,
    )
    OrderSync.objects.bulk_create(
        [
            OrderSync(
                merchant_id=session.merchant_id,
                connection=source,
                order_id=order.order_id,
                message=message,
                sent_change=order.changed_at,
            )
            for order in orders
        ],
        update_conflicts=True,
        unique_fields=["connection", "order"],
        update_fields=["message", "sent_change"],
        batch_size=1000,
    )
    Session.objects.filter(pk=session.pk).update(sent_message=message)
    return document


@transaction.atomic
def success(*, session: Session, now: datetime) -> None:
    """1C has taken what this session sent last; without such a batch nothing happens."""
    session = Session.objects.select_for_update().select_related("connection").get(pk=session.pk)
    if session.sent_message_id:
        _taken(session, now)


def _taken(session: Session, now: datetime) -> None:
    """Exactly the states that were sent: an order that changed since is sent again."""
    message = Message.objects.get(pk=session.sent_message_id or 0)
    sent = message.preview.get("sent", [])
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE exchange_ordersync s
               SET taken_change = greatest(s.taken_change, told.change), taken_at = %s
              FROM unnest(%s::bigint[], %s::timestamptz[]) AS told(order_id, change)
             WHERE s.connection_id = %s AND s.order_id = told.order_id
            """,
            [now, [one[0] for one in sent], [one[1] for one in sent], session.connection_id],
        )
    Message.objects.filter(pk=message.pk).update(state=MessageState.DONE, finished_at=now, position=len(sent))
    Session.objects.filter(pk=session.pk).update(sent_message=None)
    live.touch("exchange", session.merchant_id)


def _move_watermark(source: Connection, now: datetime) -> None:
    """Nothing is owed: older changes need not be looked at any more."""
    if source.orders_seen is None or source.orders_seen < now - 2 * _LATE:
        Connection.objects.filter(pk=source.pk).update(orders_seen=now - _LATE)


def _keep(session: Session, document: bytes) -> str:
    folder = Path("exchange") / str(session.merchant_id) / str(session.pk)
    store_path(str(folder)).mkdir(parents=True, exist_ok=True)
    path = str(folder / uuid4().hex)
    store_path(path).write_bytes(document)
    return path
