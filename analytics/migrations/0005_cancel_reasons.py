from importlib import import_module

from django.db import migrations

# The words that the orders were given.
WORDS = import_module("orders.migrations.0007_cancel_reasons").WORDS
FILL = f"""
    ALTER TABLE analytics_linefact NO FORCE ROW LEVEL SECURITY;
    UPDATE analytics_linefact f SET cancel_reason = words.word
      FROM ({WORDS}) words (told, word) WHERE f.cancel_reason = words.told;
    ALTER TABLE analytics_linefact FORCE ROW LEVEL SECURITY;
    ALTER TABLE analytics_canceltotal NO FORCE ROW LEVEL SECURITY;
    WITH gone AS (
        DELETE FROM analytics_canceltotal t USING ({WORDS}) words (told, word) WHERE t.reason = words.told
        RETURNING t.*, words.word
    )
    INSERT INTO analytics_canceltotal AS known
           (merchant_id, day, channel_id, scheme, cancelled_by, reason, currency,
            facts, cancelled_orders, cancelled_pieces, cancelled_amount)
    SELECT merchant_id, day, channel_id, scheme, cancelled_by, word, currency,
           sum(facts), sum(cancelled_orders), sum(cancelled_pieces), sum(cancelled_amount)
      FROM gone GROUP BY 1, 2, 3, 4, 5, 6, 7
    ON CONFLICT (merchant_id, day, channel_id, scheme, cancelled_by, reason, currency) DO UPDATE
       SET facts = known.facts + excluded.facts,
           cancelled_orders = known.cancelled_orders + excluded.cancelled_orders,
           cancelled_pieces = known.cancelled_pieces + excluded.cancelled_pieces,
           cancelled_amount = known.cancelled_amount + excluded.cancelled_amount;
    ALTER TABLE analytics_canceltotal FORCE ROW LEVEL SECURITY;
"""  # noqa: S608  our own words


class Migration(migrations.Migration):
    """Reasons that are one word now are one row."""

    dependencies = [
        ("analytics", "0004_told"),
        ("orders", "0007_cancel_reasons"),
    ]

    operations = [
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
