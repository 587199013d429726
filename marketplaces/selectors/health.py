"""The state of everything that goes to and comes from marketplaces, in a constant number of queries."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.core.cache import cache
from django.db import connection
from django.db.models import Q

from marketplaces.models import Credential, Cursor
from marketplaces.selectors.inbox import InboxFigures, channel_figures

LATE_INTERVALS = 4
LATE_AT_LEAST = timedelta(seconds=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamRow:
    """A stream: `state` is ok, lagging, failing, never or waiting."""

    stream: str
    state: str
    last_success_at: datetime | None
    next_at: datetime | None
    error: str
    failures: int
    items: int
    lag_s: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OwedRow:
    """
    What waits in one lane of a channel.

    oldest_s: for how long, repeats of everything not counted.  unfit: goods that cannot lie in that warehouse.
    """

    op: str
    waiting: int
    parked: int
    unfit: int
    oldest_s: float | None


@dataclass(slots=True, kw_only=True)
class ChannelHealth:
    """
    Everything about one channel.

    p50_s, p95_s: the oversell window, how long a change of stock (a reservation elsewhere) waited until the marketplace
    had accepted it, in the last hour.  inbox: what the marketplace told by itself; None: it has no address to call.
    """

    channel_id: int
    merchant_id: int
    marketplace: str
    name: str
    state: str
    paused_because: str
    key_expires_at: datetime | None
    key_days: int | None
    missing: Sequence[str]
    circuit_open_s: float | None
    streams: list[StreamRow] = field(default_factory=list)
    owed: list[OwedRow] = field(default_factory=list)
    p50_s: float | None = None
    p95_s: float | None = None
    drifted: int = 0
    quarantined: int = 0
    inbox: InboxFigures | None = None

    @property
    def parked(self) -> int:
        return sum(row.parked for row in self.owed)

    @property
    def waiting(self) -> int:
        return sum(row.waiting for row in self.owed)

    @property
    def failing(self) -> bool:
        return any(row.state == "failing" for row in self.streams)

    @property
    def verdict(self) -> str:
        """One word for the whole: paused, failing, parked, lagging or ok."""
        if self.state != "active":
            return "paused"
        if self.failing or self.circuit_open_s is not None:
            return "failing"
        if self.parked:
            return "parked"
        return "lagging" if any(row.state == "lagging" for row in self.streams) else "ok"


def channels_health(
    *, now: datetime, streams_of: "dict[str, dict[str, float]]", channel_ids: Iterable[int] = ()
) -> list[ChannelHealth]:
    """
    The health of all channels in the open scope, or of these.

    streams_of: marketplace → stream → how often it is read, seconds; streams stand above this module.
    """
    wanted = Q(channel_id__in=list(channel_ids)) if channel_ids else Q()
    rows = Credential.objects.filter(wanted).select_related("channel").order_by("channel__name", "channel_id")
    found = {
        row.channel_id: ChannelHealth(
            channel_id=row.channel_id,
            merchant_id=row.merchant_id,
            marketplace=row.channel.marketplace,
            name=row.channel.name,
            state=row.channel.state,
            paused_because=row.channel.paused_because,
            key_expires_at=row.expires_at,
            key_days=(row.expires_at - now).days if row.expires_at else None,
            missing=row.missing,
            circuit_open_s=_circuit(row.channel_id, now),
        )
        for row in rows
    }
    _add_streams(found, streams_of, now)
    _add_owed(found, now)
    _add_pushes(found, now)
    for channel_id, figures in channel_figures(found, now=now).items():
        found[channel_id].inbox = figures
    return list(found.values())


def remember_circuit(channel_id: int, *, open_s: float | None, now: datetime) -> None:
    """Workers know whether they leave a marketplace alone; pages learn it from here."""
    if open_s and open_s > 0:
        cache.set(f"circuit:{channel_id}", (now + timedelta(seconds=open_s)).timestamp(), int(open_s) + 1)


def _circuit(channel_id: int, now: datetime) -> float | None:
    until = cache.get(f"circuit:{channel_id}")
    return max(until - now.timestamp(), 0) if until and until > now.timestamp() else None


def _add_streams(found: dict[int, ChannelHealth], streams_of: "dict[str, dict[str, float]]", now: datetime) -> None:
    cursors = {
        (cursor.channel_id, cursor.stream): cursor for cursor in Cursor.objects.filter(channel_id__in=list(found))
    }
    for health in found.values():
        for stream, every_s in streams_of.get(health.marketplace, {}).items():
            health.streams.append(_stream_row(stream, every_s, cursors.get((health.channel_id, stream)), now))


def _stream_row(stream: str, every_s: float, cursor: Cursor | None, now: datetime) -> StreamRow:
    if cursor is None:
        return StreamRow(
            stream=stream,
            state="never",
            last_success_at=None,
            next_at=None,
            error="",
            failures=0,
            items=0,
            lag_s=None,
        )
    lag = now - cursor.last_success_at if cursor.last_success_at else None
    late = lag is None or lag > max(timedelta(seconds=every_s * LATE_INTERVALS), LATE_AT_LEAST)
    state = "failing" if cursor.failures else "never" if lag is None else "lagging" if late else "ok"
    return StreamRow(
        stream=stream,
        state=state,
        last_success_at=cursor.last_success_at,
        next_at=cursor.next_at,
        error=cursor.error,
        failures=cursor.failures,
        items=cursor.items,
        lag_s=lag.total_seconds() if lag is not None else None,
    )


def _add_owed(found: dict[int, ChannelHealth], now: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT channel_id, op, sum(waiting)::int, sum(parked)::int, sum(unfit)::int, min(since) FROM (
                SELECT channel_id, op, count(*) AS waiting, 0 AS parked, 0 AS unfit,
                       min(owed_since) FILTER (WHERE urgency <> 1) AS since
                  FROM marketplaces_debt WHERE parked = '' GROUP BY 1, 2
                 UNION ALL
                SELECT channel_id, op, 0, count(*) FILTER (WHERE parked <> 'warehouse'),
                       count(*) FILTER (WHERE parked = 'warehouse'), NULL
                  FROM marketplaces_debt WHERE parked <> '' GROUP BY 1, 2
                 UNION ALL
                SELECT channel_id, 'commands', count(*), 0, 0, min(owed_since)
                  FROM marketplaces_command WHERE parked = '' GROUP BY 1
                 UNION ALL
                SELECT channel_id, 'commands', 0, count(*), 0, NULL
                  FROM marketplaces_command WHERE parked <> '' GROUP BY 1
            ) owed WHERE channel_id = ANY(%(channels)s) GROUP BY 1, 2
            """,
            {"channels": list(found)},
        )
        counted = {(row[0], row[1]): row[2:] for row in cursor.fetchall()}
    for health in found.values():
        for op in ("stock", "price", "commands"):
            waiting, parked, unfit, since = counted.get((health.channel_id, op), (0, 0, 0, None))
            oldest_s = max((now - since).total_seconds(), 0) if since else None
            health.owed.append(OwedRow(op=op, waiting=waiting, parked=parked, unfit=unfit, oldest_s=oldest_s))


def _add_pushes(found: dict[int, ChannelHealth], now: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT w.channel_id, percentile_cont(0.5) WITHIN GROUP (ORDER BY p.waited_s),
                   percentile_cont(0.95) WITHIN GROUP (ORDER BY p.waited_s)
              FROM marketplaces_publication p JOIN catalog_channelwarehouse w ON w.id = p.channel_warehouse_id
             WHERE w.channel_id = ANY(%(channels)s) AND p.waited_s > 0 AND p.pushed_at > %(since)s
             GROUP BY w.channel_id
            """,
            {"channels": list(found), "since": now - timedelta(hours=1)},
        )
        for channel_id, p50, p95 in cursor.fetchall():
            found[channel_id].p50_s, found[channel_id].p95_s = p50, p95
        # Apart from the above: together they would sort every publication there is.
        cursor.execute(
            """
            SELECT w.channel_id, count(*)
              FROM marketplaces_publication p JOIN catalog_channelwarehouse w ON w.id = p.channel_warehouse_id
             WHERE w.channel_id = ANY(%s) AND p.drifted_at IS NOT NULL GROUP BY w.channel_id
            """,
            [list(found)],
        )
        for channel_id, drifted in cursor.fetchall():
            found[channel_id].drifted = drifted
        cursor.execute(
            "SELECT channel_id, count(*) FROM marketplaces_quarantine WHERE channel_id = ANY(%s) GROUP BY channel_id",
            [list(found)],
        )
        for channel_id, count in cursor.fetchall():
            found[channel_id].quarantined = count
