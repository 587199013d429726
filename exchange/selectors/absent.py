"""Goods that are on sale here and that a full export of 1C did not name."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import QuerySet

from exchange.models import Connection, Item, Message
from exchange.types import MessageState


def is_whole(package: Message) -> bool:
    """Whether it says of itself that it names all goods of its catalogue."""
    return bool(package.full and "goods" in package.parts.split(","))


def absent(source: Connection, catalogues: Collection[str], before: datetime) -> QuerySet[Item]:
    """Goods of these catalogues that have not been named since."""
    return _on_sale(source, catalogues).filter(told_at__lt=before)


def named(source: Connection, catalogues: Collection[str], before: datetime) -> QuerySet[Item]:
    return _on_sale(source, catalogues).filter(told_at__gte=before)


def _on_sale(source: Connection, catalogues: Collection[str]) -> QuerySet[Item]:
    return Item.objects.filter(connection=source, char="", catalogue__in=catalogues, product__archived=False)


def not_named(message: Message) -> QuerySet[Item]:
    """What an applied full package, and those beside it in its session, left out."""
    if not is_whole(message) or message.state != MessageState.DONE or message.session is None:
        return Item.objects.none()
    return absent(message.connection, {message.catalogue}, message.session.began_at)
