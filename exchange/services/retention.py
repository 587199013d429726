"""Raw files and the log are kept for a time, what was learned from them for ever."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Max

from exchange.models import Answered, Delivery, Incoming, Message, Node, Session, Upload
from exchange.services.receive import store_path
from exchange.types import MessageState
from merchants.scope import scope

_AT_ONCE = 500
# A node that nobody asks for keeps all notes of changes; when it comes back it begins anew.
_NODE_SILENT = timedelta(days=30)
# A program repeats a request after a lost answer within hours, not weeks.
_ANSWER_KEPT = timedelta(days=7)


def forget(*, merchant_id: int, now: datetime) -> int:
    """Remove what is older than EXCHANGE_DAYS, except packages that wait for a person; returns how many files went."""
    before = now - timedelta(days=settings.EXCHANGE_DAYS)
    with scope([merchant_id]):
        held = set(Message.objects.filter(state=MessageState.HELD).values_list("path", flat=True))
        messages = Message.objects.filter(merchant_id=merchant_id, created_at__lt=before).exclude(
            state__in=[MessageState.HELD, MessageState.RUNNING]
        )
        uploads = Upload.objects.filter(merchant_id=merchant_id, began_at__lt=before).exclude(path__in=held)
        paths = {
            *messages.values_list("path", flat=True)[:_AT_ONCE],
            *uploads.values_list("path", flat=True)[:_AT_ONCE],
        }
        Message.objects.filter(pk__in=list(messages.values_list("pk", flat=True)[:_AT_ONCE])).delete()
        Upload.objects.filter(pk__in=list(uploads.values_list("pk", flat=True)[:_AT_ONCE])).delete()
        old = Session.objects.filter(merchant_id=merchant_id, last_at__lt=before)
        Session.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:_AT_ONCE])).exclude(
            uploads__isnull=False
        ).delete()
        Answered.objects.filter(merchant_id=merchant_id, at__lt=now - _ANSWER_KEPT).delete()
        Delivery.objects.filter(merchant_id=merchant_id, done_at__lt=before).delete()
        # The last message of each node says which number is next.
        newest = Incoming.objects.filter(merchant_id=merchant_id).values("connection", "node")
        last = newest.annotate(last=Max("pk")).values("last")
        Incoming.objects.filter(merchant_id=merchant_id, at__lt=before).exclude(pk__in=last).delete()
        Node.objects.filter(merchant_id=merchant_id, asked_at__lt=now - _NODE_SILENT).delete()
    gone = 0
    for path in paths - held - {""}:
        store_path(path).unlink(missing_ok=True)
        gone += 1
    return gone
