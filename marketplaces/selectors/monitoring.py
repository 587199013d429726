"""What is owed, late and wrong, in numbers for monitoring."""

from datetime import datetime, timedelta

from django.db import connection

from marketplaces import registry


def counts_by_marketplace(*, now: datetime) -> dict[str, dict[str, float]]:
    """Numbers for monitoring, of the open scope: metric → marketplace → value."""
    found = {metric: dict.fromkeys(registry.codes(), 0.0) for metrics in _COUNTS for metric in metrics}
    # As values, not reckoned in the statements: there Postgres would reckon them anew for every row.
    told = {"now": now, "minute": now - timedelta(minutes=1), "hour": now - timedelta(hours=1)}
    told |= {"day": now - timedelta(days=1), "settled": now - timedelta(minutes=2)}
    with connection.cursor() as cursor:
        for metrics, query in _COUNTS.items():
            cursor.execute(query, told)
            for marketplace, *values in cursor.fetchall():
                for metric, value in zip(metrics, values, strict=True):
                    found[metric][marketplace] = float(value or 0)
    return found


# Rows are added up by channel before channels are looked at: a hundred thousand of those, a dozen of these.
_COUNTS = {
    ("debts", "oldest_debt_seconds"): """
        SELECT c.marketplace, sum(d.owed), extract(epoch FROM %(now)s - min(d.since)) FROM catalog_channel c
          JOIN (SELECT channel_id, count(*) AS owed, min(owed_since) FILTER (WHERE urgency <> 1) AS since
                  FROM marketplaces_debt WHERE parked = '' GROUP BY 1) d ON d.channel_id = c.id GROUP BY 1""",
    ("commands",): """
        SELECT c.marketplace, sum(d.owed) FROM catalog_channel c
          JOIN (SELECT channel_id, count(*) AS owed FROM marketplaces_command WHERE parked = '' GROUP BY 1) d
            ON d.channel_id = c.id GROUP BY 1""",
    ("parked",): """
        SELECT c.marketplace, count(*) FROM catalog_channel c
          JOIN (SELECT channel_id FROM marketplaces_debt WHERE parked <> '' AND parked <> 'warehouse'
                 UNION ALL SELECT channel_id FROM marketplaces_command WHERE parked <> '') d ON d.channel_id = c.id
         GROUP BY 1""",
    ("orders_lag_seconds",): """
        SELECT c.marketplace, max(extract(epoch FROM %(now)s - k.last_success_at))
          FROM marketplaces_cursor k JOIN catalog_channel c ON c.id = k.channel_id
         WHERE k.stream = 'orders' AND c.state = 'active' GROUP BY 1""",
    ("failing_streams",): """
        SELECT c.marketplace, count(*) FROM marketplaces_cursor k JOIN catalog_channel c ON c.id = k.channel_id
         WHERE k.failures > 0 AND c.state = 'active' GROUP BY 1""",
    ("quarantined",): """
        SELECT c.marketplace, count(*) FROM marketplaces_quarantine q JOIN catalog_channel c ON c.id = q.channel_id
         GROUP BY 1""",
    ("oversell_window_p95_seconds",): """
        SELECT c.marketplace, percentile_cont(0.95) WITHIN GROUP (ORDER BY p.waited_s)
          FROM marketplaces_publication p JOIN catalog_channelwarehouse w ON w.id = p.channel_warehouse_id
          JOIN catalog_channel c ON c.id = w.channel_id
         WHERE p.waited_s > 0 AND p.pushed_at > %(hour)s GROUP BY 1""",
    ("drifted",): """
        SELECT c.marketplace, count(*) FROM marketplaces_publication p
          JOIN catalog_channelwarehouse w ON w.id = p.channel_warehouse_id JOIN catalog_channel c ON c.id = w.channel_id
         WHERE p.drifted_at IS NOT NULL GROUP BY 1""",
    ("notices_waiting",): """
        SELECT c.marketplace, count(*) FROM marketplaces_inboxitem i JOIN catalog_channel c ON c.id = i.channel_id
         WHERE i.handled_at IS NULL GROUP BY 1""",
    ("notices_missed",): """
        SELECT c.marketplace, count(*) FROM marketplaces_sweepfind f JOIN catalog_channel c ON c.id = f.channel_id
         WHERE f.found_at BETWEEN %(day)s AND %(settled)s GROUP BY 1""",
    ("attempts_last_minute",): """
        SELECT c.marketplace, count(*) FROM marketplaces_attemptlog a JOIN catalog_channel c ON c.id = a.channel_id
         WHERE a.at > %(minute)s GROUP BY 1""",
}
