"""What people did: waves, handovers, stickers."""

from bench.loader import Loader
from bench.trade_rows.ids import FIRST_PICKER, PER_WAVE, PICKERS, WAREHOUSE
from bench.trade_rows.plan import CONFIRMED, DELIVERED, HANDED_OVER, PACKED, PICKING


def waves(load: Loader) -> None:
    """A hundred orders a wave, in the order of their arrival."""
    wave = f"(id - 1) / {PER_WAVE} + 1"
    taken = f"plan WHERE stage BETWEEN {CONFIRMED} AND {DELIVERED}"
    load.insert(
        "floor_wave",
        {
            "id": wave,
            "warehouse_id": str(WAREHOUSE),
            "number": wave,
            "state": f"CASE WHEN min(stage) < {PACKED} THEN 'released' ELSE 'done' END",
            "mode": "'single'",
            "made_at": "min(at)",
            "made_by_id": str(FIRST_PICKER),
            "released_at": "min(at)",
            "done_at": f"CASE WHEN min(stage) >= {PACKED} THEN max(at) END",
        },
        f"{taken} GROUP BY {wave}",
    )
    with load.without_indexes("floor_waveorder", "floor_picktask"):
        load.insert(
            "floor_waveorder",
            {"wave_id": wave, "merchant_id": "merchant", "order_id": "id"},
            f"{taken} ORDER BY plan.id",
        )
        wave = wave.replace("id", "order_id")
        load.insert(
            "floor_picktask",
            {
                "wave_id": wave,
                "merchant_id": "min(w.merchant)",
                "location_id": "min(cell)",
                "sku_id": "w.sku",
                "pieces": "count(*)",
                "picked": f"count(*) FILTER (WHERE stage >= {PACKED} OR (stage = {PICKING} AND position = 0))",
                "position": f"row_number() OVER (PARTITION BY {wave} ORDER BY min(cell), w.sku)",
                "state": f"CASE WHEN bool_and(stage >= {PACKED} OR (stage = {PICKING} AND position = 0))"
                " THEN 'done' ELSE 'open' END",
            },
            f"wanted w JOIN goods g ON g.sku = w.sku WHERE stage BETWEEN {CONFIRMED} AND {DELIVERED}"
            f" GROUP BY {wave}, w.sku",
        )


def handovers(load: Loader) -> None:
    """One handover of a channel warehouse a day; what is not handed over stands in its open one."""
    # Not null for "open": a join on equal days is a thousand times faster than one on days that are not distinct.
    day = f"CASE WHEN stage >= {HANDED_OVER} THEN at::date ELSE 'infinity' END"
    taken = f"plan WHERE stage BETWEEN {CONFIRMED} AND {DELIVERED}"
    load.run(
        f"""
        CREATE TEMPORARY TABLE departure AS
        SELECT row_number() OVER (ORDER BY day, channel) AS id, *
          FROM (SELECT channel, {day} AS day, min(merchant) AS merchant FROM {taken} GROUP BY channel, 2) AS one
        """
    )
    load.insert(
        "shipping_handover",
        {
            "id": "id",
            "merchant_id": "merchant",
            "channel_warehouse_id": "channel",
            "external_id": "'H-' || id",
            "state": "CASE day WHEN 'infinity' THEN 'open' ELSE 'closed' END",
            "departure_date": "least(day, current_date)",
            "opened_at": "least(day::timestamptz, now())",
            "closing_at": "CASE WHEN day < 'infinity' THEN day + interval '18 hours' END",
            "closed_at": "CASE WHEN day < 'infinity' THEN day + interval '18 hours' END",
        },
        "departure",
    )
    with load.without_indexes("shipping_handoverorder"):
        load.insert(
            "shipping_handoverorder",
            {"merchant_id": "p.merchant", "handover_id": "d.id", "order_id": "p.id"},
            f"""
            plan p JOIN departure d ON d.channel = p.channel AND d.day = {day}
            WHERE stage BETWEEN {CONFIRMED} AND {DELIVERED} ORDER BY p.id
            """,
        )


def stickers(load: Loader) -> None:
    with load.without_indexes("labels_labelfile", "labels_printitem"):
        load.insert(
            "labels_labelfile",
            {
                "id": "id",
                "merchant_id": "merchant",
                "order_id": "id",
                "source": "'marketplace'",
                "state": "'ready'",
                "content_type": "'application/pdf'",
                "digest": "md5(id::text) || md5('label' || id)",
                "file": "'labels/' || merchant || '/' || md5(id::text) || '.pdf'",
                "barcode": "'B-' || id",
                "stored_at": "at + interval '1 hour'",
            },
            f"plan WHERE stage BETWEEN {CONFIRMED} AND {DELIVERED} ORDER BY plan.id",
        )
        load.insert(
            "labels_printitem",
            {
                "merchant_id": "merchant",
                "label_id": "id",
                "person_id": f"{FIRST_PICKER} + id % {PICKERS}",
                "state": "CASE WHEN id % 50 = 0 THEN 'sent' ELSE 'confirmed' END",
                "copies": "1",
                "created_at": "at + interval '3 hours'",
                "sent_at": "at + interval '3 hours'",
                "confirmed_at": "CASE WHEN id % 50 <> 0 THEN at + interval '3 hours' END",
            },
            f"plan WHERE stage BETWEEN {PACKED} AND {DELIVERED} ORDER BY plan.id",
        )
