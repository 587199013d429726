"""
Messages of changes: what a node has not acknowledged yet, dependencies first.

Triggers note (kind, key, transaction) beside each change.  A collection takes every note that this snapshot of the
database shows and the snapshot of the last collection did not, in one statement, so that neither a transaction that
commits late nor one that overtakes another is lost or told twice.  What is collected stands as a registration of the
node: it goes out with every message until it is acknowledged, and a change meanwhile takes the number off again.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from exchange.errors import BadRequest
from exchange.models import Connection, Node, Registration
from exchange.selectors.objects import KINDS, Asked, ObjectKind, readable

Key = tuple[str, int]  # kind and id of an object

_AT_MOST_NODES = 20
# Where all objects of a kind stand, for a node that has nothing yet.  Moves are history: only new ones are told.
_ALL: Mapping[str, str] = {
    "category": "SELECT id FROM catalog_category WHERE merchant_id = %(merchant)s",
    "price_type": "SELECT id FROM catalog_pricetype WHERE merchant_id = %(merchant)s",
    "warehouse": "SELECT warehouse_id FROM stock_warehousemerchant WHERE merchant_id = %(merchant)s",
    "channel": "SELECT id FROM catalog_channel WHERE merchant_id = %(merchant)s",
    "product": "SELECT id FROM catalog_product WHERE merchant_id = %(merchant)s",
    "sku": "SELECT id FROM catalog_sku WHERE merchant_id = %(merchant)s",
    "listing": "SELECT id FROM catalog_listing WHERE merchant_id = %(merchant)s",
    "price": "SELECT id FROM catalog_price WHERE merchant_id = %(merchant)s",
    "stock": "SELECT id FROM stock_stockrow WHERE merchant_id = %(merchant)s",
    "order": "SELECT id FROM orders_order WHERE merchant_id = %(merchant)s AND ordered_at >= %(orders_from)s",
    "return": "SELECT id FROM floor_cameback WHERE merchant_id = %(merchant)s AND at >= %(orders_from)s",
    "delivery": "SELECT id FROM stock_expectedreceipt WHERE merchant_id = %(merchant)s",
    "receipt": "SELECT id FROM exchange_stockdocument WHERE merchant_id = %(merchant)s AND kind = 'receipt'",
    "write_off": "SELECT id FROM exchange_stockdocument WHERE merchant_id = %(merchant)s AND kind = 'write_off'",
    "transfer": "SELECT id FROM exchange_stockdocument WHERE merchant_id = %(merchant)s AND kind = 'transfer'",
    "count": "SELECT DISTINCT k.count_id FROM stock_countline l JOIN stock_countedcell k ON k.id = l.cell_id"
    " WHERE l.merchant_id = %(merchant)s AND l.state = 'posted'",
    "agreement": "SELECT id FROM settlements_agreement WHERE merchant_id = %(merchant)s",
    "handover": "SELECT id FROM shipping_handover WHERE merchant_id = %(merchant)s AND opened_at >= %(orders_from)s",
    "supply": "SELECT id FROM shipping_supply WHERE merchant_id = %(merchant)s",
    "report": "SELECT id FROM settlements_report WHERE merchant_id = %(merchant)s",
    "payment": "SELECT id FROM settlements_payment WHERE merchant_id = %(merchant)s",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """number: 0 when there is nothing to tell; ready: the first collection is made; more: another message waits."""

    number: int
    taken: int
    items: Sequence[Mapping[str, Any]]
    more: bool
    ready: bool


@transaction.atomic
def ask(*, source: Connection, code: str, now: datetime, everything: bool = True) -> Node:
    """
    The node of this code, made when it is new; must be committed before `tell`.

    everything: a new node is told all objects first; else only what changes after this transaction.

    :raises BadRequest: the connection has many nodes already
    """
    found = Node.objects.filter(connection=source, code=code).first()
    if found is None:
        if Node.objects.filter(connection=source).count() >= _AT_MOST_NODES:
            raise BadRequest(
                _("This connection has %(many)d nodes already. Use one of them.") % {"many": _AT_MOST_NODES}
            )
        born, cluster = _snapshot()
        found, _made = Node.objects.get_or_create(
            connection=source,
            code=code,
            defaults={
                "merchant_id": source.merchant_id,
                "born": born,
                "seen": "" if everything else born,
                "cluster": cluster,
                "asked_at": now,
            },
        )
    return found


@transaction.atomic
def tell(
    *, source: Connection, node_id: int, received_no: int | None, limit: int, zone: ZoneInfo, now: datetime
) -> Message:
    """
    The next message of at most `limit` objects; the same objects again, under a new number, until acknowledged.

    :raises BadRequest: `received_no` is no message that was told
    """
    node = _locked(source, node_id)
    if received_no is not None:
        _acknowledge(node, received_no)
    Node.objects.filter(pk=node.pk).update(asked_at=now)
    kinds = readable(source.scopes)
    ready = _collect(source, node, kinds)
    number = node.sent_no + 1
    owed, more = _take(node, kinds, limit=limit, number=number)
    if owed:
        Node.objects.filter(pk=node.pk).update(sent_no=number)
    items = _read(source.merchant_id, owed, zone=zone, today=now.astimezone(zone).date())
    return Message(number=number if owed else 0, taken=node.taken_no, items=items, more=more or not ready, ready=ready)


@transaction.atomic
def acknowledge(*, source: Connection, node_id: int, number: int, results: Sequence[Mapping[str, Any]] | None) -> int:
    """
    The receiver has message `number` and all before; returns how many objects are settled by it.

    results: what became of each object ({kind, id, status, message}); those not listed are told again, rejected ones
    wait for their next change.  None: all were taken.  Repeats have no effect.
    :raises BadRequest: there was no such message
    """
    node = _locked(source, node_id)
    return _acknowledge(node, number, results)


@transaction.atomic
def resend(*, source: Connection, node_id: int, kinds: Collection[str] | None) -> int:
    """Owe the node all objects of these kinds (None: of all) anew; returns how many."""
    node = _locked(source, node_id)
    wanted = [kind for kind in readable(source.scopes) if kinds is None or kind.name in kinds]
    return _register_all(source, node, wanted)


def _locked(source: Connection, node_id: int) -> Node:
    return Node.objects.select_for_update().get(connection=source, pk=node_id)


def _acknowledge(node: Node, number: int, results: Sequence[Mapping[str, Any]] | None = None) -> int:
    if number > node.sent_no:
        raise BadRequest(
            _("Message %(number)d was never told; the last one is %(last)d.") % {"number": number, "last": node.sent_no}
        )
    told = Registration.objects.filter(node=node, message_no__lte=number)
    if results is None:
        settled, _kinds = told.delete()
    else:
        settled = _settle(told, results)
    if number > node.taken_no:
        node.taken_no = number
        Node.objects.filter(pk=node.pk).update(taken_no=number)
    return settled


def _settle(told: Any, results: Sequence[Mapping[str, Any]]) -> int:
    taken = Q(pk__in=[])
    by_kind: dict[str, list[int]] = defaultdict(list)
    settled = 0
    for result in results:
        if result["status"] == "rejected":
            refused = told.filter(kind=result["kind"], key=result["id"])
            settled += refused.update(rejected=True, why=str(result.get("message") or "")[:500])
        else:
            by_kind[result["kind"]].append(result["id"])
    for kind, keys in by_kind.items():
        taken |= Q(kind=kind, key__in=keys)
    gone, _kinds = told.filter(taken).delete()
    return int(settled + gone)


def _snapshot() -> tuple[str, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_snapshot()::text, (SELECT system_identifier::text FROM pg_control_system())")
        row: tuple[str, str] = cursor.fetchone()
    return row


def _collect(source: Connection, node: Node, kinds: Sequence[ObjectKind]) -> bool:
    """
    Turn notes into registrations; False: the node is new and a transaction older than it still runs.

    Such a transaction may have seen no node and noted nothing, so the first collection, which registers everything,
    waits for its end.  Those of other databases on the same server, 1C's own for instance, are not waited for.
    """
    here, cluster = _snapshot()
    if node.cluster != cluster or _upper(node.seen or node.born) > _upper(here):
        # The database was restored on another server: its snapshots say nothing here.
        node.born, node.cluster, node.seen = here, cluster, ""
        node.save(update_fields=["born", "cluster", "seen"])
        return False
    if not node.seen:
        if _runs_since_before(_upper(node.born)):
            return False
        Node.objects.filter(pk=node.pk).update(seen=here)
        node.seen = here
        _register_all(source, node, kinds)
        return True
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH fresh AS (
                INSERT INTO exchange_registration (merchant_id, node_id, rank, kind, key, rejected, why)
                SELECT DISTINCT c.merchant_id, %(node)s::bigint, k.rank, c.kind, c.key, false, ''
                  FROM exchange_change c JOIN unnest(%(kinds)s::text[], %(ranks)s::int[]) AS k (kind, rank)
                       ON k.kind = c.kind
                 WHERE c.merchant_id = %(merchant)s AND c.xid >= %(lowest)s
                   AND NOT pg_visible_in_snapshot(c.xid::text::xid8, %(seen)s::pg_snapshot)
                ON CONFLICT (node_id, kind, key) DO UPDATE SET message_no = NULL, rejected = false, why = ''
            )
            UPDATE exchange_node SET seen = pg_current_snapshot()::text WHERE id = %(node)s RETURNING seen
            """,
            {
                "node": node.pk,
                "merchant": node.merchant_id,
                "kinds": [kind.name for kind in KINDS.values()],
                "ranks": [kind.rank for kind in KINDS.values()],
                "lowest": int(node.seen.split(":")[0]),
                "seen": node.seen,
            },
        )
        node.seen = cursor.fetchone()[0]
        # What every node has seen is swept, however old the oldest transaction of the whole server may be.
        cursor.execute(
            """
            DELETE FROM exchange_change c WHERE c.merchant_id = %(merchant)s AND NOT EXISTS (
                SELECT FROM exchange_node n WHERE n.merchant_id = %(merchant)s AND NOT pg_visible_in_snapshot(
                    c.xid::text::xid8, (CASE WHEN n.seen = '' THEN n.born ELSE n.seen END)::pg_snapshot))
            """,
            {"merchant": node.merchant_id},
        )
    return True


def _upper(snapshot: str) -> int:
    return int(snapshot.split(":")[1])


def _runs_since_before(upper: int) -> bool:
    """Whether a transaction numbered below `upper` still runs, as far as it is not known to be of another database."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT EXISTS (
                SELECT FROM pg_snapshot_xip(pg_current_snapshot()) AS running (xid)
                 WHERE running.xid < %s::text::xid8
                   AND NOT EXISTS (
                       SELECT FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
                        WHERE l.locktype = 'transactionid' AND l.transactionid = running.xid::xid AND l.granted
                          AND l.mode = 'ExclusiveLock' AND a.datname <> current_database()))
            """,
            [str(upper)],
        )
        return bool(cursor.fetchone()[0])


def _register_all(source: Connection, node: Node, kinds: Sequence[ObjectKind]) -> int:
    registered = 0
    with connection.cursor() as cursor:
        for kind in kinds:
            if kind.name not in _ALL:
                continue
            cursor.execute(
                f"""
                INSERT INTO exchange_registration (merchant_id, node_id, rank, kind, key, rejected, why)
                SELECT %(merchant)s, %(node)s, %(rank)s, %(kind)s, o.id, false, '' FROM ({_ALL[kind.name]}) AS o (id)
                ON CONFLICT (node_id, kind, key) DO UPDATE SET message_no = NULL, rejected = false, why = ''
                """,  # noqa: S608  the table above is ours
                {
                    "merchant": node.merchant_id,
                    "node": node.pk,
                    "rank": kind.rank,
                    "kind": kind.name,
                    "orders_from": source.orders_from,
                },
            )
            registered += cursor.rowcount
    return registered


def _take(node: Node, kinds: Sequence[ObjectKind], *, limit: int, number: int) -> tuple[list[Key], bool]:
    """Send what is owed first out with message `number`; gives its keys in order, and whether more is owed."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH owed AS MATERIALIZED (
                SELECT id, rank, kind, key FROM exchange_registration
                 WHERE node_id = %(node)s AND NOT rejected AND kind = ANY(%(kinds)s) ORDER BY rank, key
                 LIMIT %(limit)s + 1
            ), sent AS (
                UPDATE exchange_registration r SET message_no = %(number)s
                  FROM (SELECT id FROM owed ORDER BY rank, key LIMIT %(limit)s) s WHERE r.id = s.id
            )
            SELECT kind, key FROM owed ORDER BY rank, key
            """,
            {"node": node.pk, "kinds": [kind.name for kind in kinds], "limit": limit, "number": number},
        )
        found: list[Key] = cursor.fetchall()
    return found[:limit], len(found) > limit


def _read(merchant_id: int, owed: Sequence[Key], *, zone: ZoneInfo, today: date) -> list[Mapping[str, Any]]:
    keys: dict[str, list[int]] = defaultdict(list)
    for kind, key in owed:
        keys[kind].append(key)
    found = {
        (kind, data["id"]): data
        for kind, ids in keys.items()
        for data in KINDS[kind].read(Asked(merchant_id=merchant_id, ids=ids, zone=zone, today=today))
    }
    return [
        {"kind": kind, "id": key, "deleted": data is None, "data": data}
        for kind, key in owed
        for data in (found.get((kind, key)),)
    ]
