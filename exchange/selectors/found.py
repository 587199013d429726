"""What pages of lower apps call that which came from 1C and other programs."""

from collections.abc import Collection, Mapping

from django.utils.translation import gettext as _

from exchange.models import Connection, Message, StockDocument
from workspace.types import Name


def messages(pks: Collection[int]) -> Mapping[int, Name]:
    return {
        row.pk: Name(_("Exchange, %(file)s") % {"file": row}, "exchange:message", row.pk)
        for row in Message.objects.filter(pk__in=pks).only("pk", "name", "member")
    }


def programs(pks: Collection[int]) -> Mapping[int, Name]:
    rows = Connection.objects.filter(pk__in=pks).values_list("pk", "name")
    return {pk: Name(name, "exchange:program", pk) for pk, name in rows}


def documents(pks: Collection[int]) -> Mapping[int, Name]:
    rows = StockDocument.objects.filter(pk__in=pks).values_list("pk", "number")
    return {pk: Name(_("Document %(number)s") % {"number": number}, "", pk) for pk, number in rows}
