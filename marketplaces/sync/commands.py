"""Commands we owe: told once, about one subject; an unknown outcome is looked up before anything else."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from marketplaces import registry
from marketplaces.models import Command

# In this order they are sent: what others wait for first.
OPS = (
    "open_handover",
    "cancel",
    "confirm",
    "cancel_lines",
    "marks",
    "commit",
    "move",
    "label",
    "close_handover",
    "documents",
    "verdicts",
    "answer_cancel",
    "progress",
)


def owe_of_orders(
    *, merchant_id: int, op: str, order_ids: Iterable[int], now: datetime, delay_s: float = 0, payload: str = "{}"
) -> set[int]:
    """This function will owe a command per order to the order's channel; gives the channels concerned."""
    return _owe(
        """
        SELECT o.merchant_id, o.channel_id, %(op)s, 'order:' || o.id, gen_random_uuid(),
               %(payload)s::jsonb || jsonb_build_object('order', o.id, 'number', o.external_number),
               %(now)s, %(not_before)s, 0, '', '', ''
          FROM orders_order o
          JOIN catalog_channel c ON c.id = o.channel_id AND c.marketplace <> ALL(%(silent)s)
         WHERE o.merchant_id = %(merchant)s AND o.id = ANY(%(ids)s)
         ORDER BY o.channel_id, o.id
        """,
        merchant_id=merchant_id,
        op=op,
        ids=sorted(set(order_ids)),
        now=now,
        delay_s=delay_s,
        payload=payload,
    )


def owe_of_handovers(
    *, merchant_id: int, op: str, handover_ids: Iterable[int], now: datetime, delay_s: float = 0, unpark: bool = True
) -> set[int]:
    """This function will owe a command per handover to its channel; unpark: a parked one is tried again."""
    return _owe(
        """
        SELECT h.merchant_id, w.channel_id, %(op)s, 'handover:' || h.id, gen_random_uuid(),
               jsonb_build_object('handover', h.id), %(now)s, %(not_before)s, 0, '', '', ''
          FROM shipping_handover h JOIN catalog_channelwarehouse w ON w.id = h.channel_warehouse_id
          JOIN catalog_channel c ON c.id = w.channel_id AND c.marketplace <> ALL(%(silent)s)
         WHERE h.merchant_id = %(merchant)s AND h.id = ANY(%(ids)s)
         ORDER BY w.channel_id, h.id
        """,
        merchant_id=merchant_id,
        op=op,
        ids=sorted(set(handover_ids)),
        now=now,
        delay_s=delay_s,
        unpark=unpark,
    )


def are_owed(*, channel_id: int, op: str) -> bool:
    """Whether commands of this kind are on their way to a channel, in the open scope; parked ones are not."""
    return Command.objects.filter(channel_id=channel_id, op=op, parked="").exists()


def drop_unsent(*, merchant_id: int, ops: Sequence[str], order_ids: Iterable[int]) -> None:
    """This function will take back commands about these orders of which nothing has left yet."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            DELETE FROM marketplaces_command
             WHERE merchant_id = %(merchant)s AND op = ANY(%(ops)s) AND subject = ANY(%(subjects)s) AND sent_at IS NULL
            """,
            {"merchant": merchant_id, "ops": list(ops), "subjects": [f"order:{order}" for order in set(order_ids)]},
        )


def drop_of_handover(*, merchant_id: int, op: str, handover_id: int) -> None:
    """This function will take back a command about a handover of which nothing has left yet."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            DELETE FROM marketplaces_command
             WHERE merchant_id = %s AND op = %s AND subject = %s AND sent_at IS NULL
            """,
            [merchant_id, op, f"handover:{handover_id}"],
        )


def _owe(select: str, *, now: datetime, delay_s: float, unpark: bool = True, **values: Any) -> set[int]:
    again = """
        UPDATE SET not_before = CASE WHEN c.parked <> '' THEN excluded.not_before ELSE c.not_before END,
                   payload = excluded.payload, attempts = 0, parked = '', parked_text = ''
    """
    with connection.cursor() as cursor:
        # sent_at stays: a command that is owed anew while its outcome is unknown is still looked up first.
        cursor.execute(
            f"""
            WITH owed AS (
                INSERT INTO marketplaces_command AS c
                       (merchant_id, channel_id, op, subject, key, payload, owed_since, not_before, attempts,
                        parked, parked_text, token)
                {select}
                ON CONFLICT (channel_id, op, subject) DO {again if unpark else "NOTHING"}
                RETURNING channel_id
            )
            SELECT DISTINCT channel_id FROM owed
            """,  # noqa: S608
            {
                **values,
                "silent": list(registry.BY_FEED),
                "merchant": values["merchant_id"],
                "now": now,
                "not_before": now + timedelta(seconds=delay_s),
            },
        )
        return {row[0] for row in cursor.fetchall()}
