"""After a full export: goods of its catalogues that it did not name leave the sale."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from backoffice.kernel import live
from catalog.services import goods as catalog_goods
from exchange.errors import BadRequest
from exchange.models import Item, Message, Session
from exchange.services.judge import LEAST
from exchange.types import Field, MessageState


@transaction.atomic
def deactivate(*, session: Session, now: datetime) -> int:
    """
    Archive goods that the full packages of this session did not name; returns how many.

    Only when every package of the session was applied, and only goods of the catalogues that came whole.
    :raises BadRequest: a package is missing, was refused or waits, or too many goods would go at once
    """
    source = session.connection
    packages = list(Message.objects.filter(session=session, direction="in", dry=False))
    if any(package.state != MessageState.DONE for package in packages):
        raise BadRequest(_("Not everything of this session was applied, so nothing is taken off sale."))
    whole = {package.catalogue for package in packages if package.full and "goods" in package.parts.split(",")}
    if not whole or not source.onec_owns(Field.ARCHIVE):
        return 0
    own = Item.objects.filter(connection=source, char="", catalogue__in=whole, product__isnull=False)
    gone = list(own.filter(told_at__lt=session.began_at, product__archived=False).values_list("product_id", flat=True))
    known = own.filter(product__archived=False).count()
    if len(gone) >= LEAST and len(gone) * 100 > known * source.guard_archive_percent:
        raise BadRequest(
            _("%(gone)d of %(known)d goods would be taken off sale; that is too many at once, so none is.")
            % {"gone": len(gone), "known": known}
        )
    live.touch("exchange", source.merchant_id)
    return catalog_goods.set_archived(merchant_id=source.merchant_id, product_ids=gone, archived=True, now=now)
