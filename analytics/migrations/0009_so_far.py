from django.db import migrations, models

_ARTICLE = (
    *("ordered_pieces", "ordered_amount", "cancelled_pieces", "cancelled_amount", "shipped_pieces", "shipped_amount"),
    *("delivered_pieces", "delivered_amount", "returned_pieces", "returned_amount"),
    *("fee", "logistics", "storage", "ads", "other"),
    *("fee_assumed", "logistics_assumed", "storage_assumed", "ads_assumed", "acquiring_assumed", "tax_assumed"),
    *("vat_assumed", "fee_missing", "logistics_missing", "storage_missing", "ads_missing", "acquiring_missing"),
    *("tax_missing", "vat_missing", "fee_estimated"),
)
_GROUP = _ARTICLE[:10]


def fill(readings: str, days: str, keys: dict[str, str], measures: tuple[str, ...], added: str) -> str:
    """SQL: what was read on the last Monday, and the days since."""
    named = ", ".join(("facts", *measures))
    sums = ", ".join(("sum(facts)", *(added.format(name) for name in measures)))
    return f"""
        ALTER TABLE analytics_refreshed NO FORCE ROW LEVEL SECURITY;
        ALTER TABLE {readings} NO FORCE ROW LEVEL SECURITY;
        ALTER TABLE {days} NO FORCE ROW LEVEL SECURITY;
        INSERT INTO {readings} (merchant_id, channel_ref, week, {", ".join(keys)}, {named})
        SELECT merchant_id, channel_ref, date '9999-12-31', {", ".join(keys)}, {sums} FROM (
            SELECT r.merchant_id, r.channel_ref, {", ".join(keys)}, {named}
              FROM analytics_refreshed f JOIN {readings} r ON r.merchant_id = f.merchant_id AND r.week = f.week
            UNION ALL
            SELECT d.merchant_id, c.channel_ref, {", ".join(keys.values())}, {named}
              FROM analytics_refreshed f JOIN {days} d ON d.merchant_id = f.merchant_id AND d.day >= f.week,
                   LATERAL unnest(ARRAY[0, d.channel_id]) c (channel_ref)
        ) known GROUP BY merchant_id, channel_ref, {", ".join(keys)} HAVING sum(facts) <> 0
        ORDER BY merchant_id, channel_ref, {", ".join(keys)};
        ALTER TABLE {days} FORCE ROW LEVEL SECURITY;
        ALTER TABLE {readings} FORCE ROW LEVEL SECURITY;
        ALTER TABLE analytics_refreshed FORCE ROW LEVEL SECURITY;
    """  # noqa: S608  our own words


class Migration(migrations.Migration):
    """What everything came to so far; lines of an hour and those handed over late are found by index."""

    dependencies = [
        ("analytics", "0008_shelved"),
        ("catalog", "0007_boxes_anew"),
        ("merchants", "0002_audit_reads_once"),
        ("orders", "0008_return_reason"),
    ]

    operations = [
        migrations.RunSQL(
            [
                fill(
                    "analytics_reading",
                    "analytics_dailyfact",
                    {"sku_ref": "coalesce(sku_id, 0)", "scheme": "scheme", "currency": "currency"},
                    _ARTICLE,
                    "nullif(sum({0}), 0)",
                ),
                fill(
                    "analytics_groupreading",
                    "analytics_grouptotal",
                    {name: name for name in ("kind", "name", "scheme", "currency")},
                    _GROUP,
                    "sum({0})",
                ),
            ],
            # Read by nothing before.
            migrations.RunSQL.noop,
        ),
        migrations.RemoveIndex(model_name="linefact", name="line_fact_by_day"),
        migrations.AddIndex(
            model_name="linefact",
            index=models.Index(fields=["merchant", "ordered_day", "line_ref", "ordered_hour"], name="line_fact_by_day"),
        ),
        migrations.AddIndex(
            model_name="linefact",
            index=models.Index(
                condition=models.Q(("late", 1)), fields=["merchant", "shipped_day", "line_ref"], name="line_fact_late"
            ),
        ),
    ]
