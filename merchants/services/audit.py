from django.db import connection


def record_event(*, kind: str, person_id: int, object_id: int) -> None:
    """
    Write something that happened and is no change of a row to the audit log of the installation.

    kind: "sign_in" and the like, which `selectors.audit_words` names.  object_id: the person to whom it happened.
    """
    # Not by the ORM: it asks for the new id, and the row may be outside what this connection may read.
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO merchants_auditrecord (at, person_id, change, subject, object_id, before, after)"
            " VALUES (now(), %s, 'event', %s, %s, '{}', '{}')",
            [person_id, kind, object_id],
        )
