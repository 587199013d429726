import json

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection


def record_event(
    *,
    kind: str,
    merchant_id: int | None = None,
    person_id: int | None = None,
    object_id: int | None = None,
    details: dict[str, object] | None = None,
) -> None:
    """
    Write something that happened and is no change of a row (a sign-in, an export) to the audit log.

    kind: up to 63 characters, such as "sign_in".  details: no secrets and no personal data, they are kept for ever.
    """
    # Not by the ORM: it asks for the new id, and the row may be outside what this connection may read.
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO merchants_auditrecord"
            " (at, merchant_id, person_id, change, subject, object_id, before, after)"
            " VALUES (now(), %s, %s, 'event', %s, %s, '{}', %s)",
            [merchant_id, person_id, kind[:63], object_id, json.dumps(details or {}, cls=DjangoJSONEncoder)],
        )
