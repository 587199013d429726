"""Changes of returns, stock documents, deliveries and counts are noted for the nodes of the API."""

import importlib

import django.contrib.postgres.fields
from django.db import migrations, models

import exchange.models.connection

_FEED = importlib.import_module("exchange.migrations.0003_changes_feed")

NOTE_DOCUMENT = """
CREATE FUNCTION exchange_note_document() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO exchange_change (merchant_id, kind, key, xid)
    SELECT DISTINCT c.merchant_id, c.kind, c.id, pg_current_xact_id()::text::bigint FROM changed c
     WHERE EXISTS (SELECT FROM exchange_node n WHERE n.merchant_id = c.merchant_id);
    RETURN NULL;
END $$
"""
# A round of counting belongs to the installation; it is told to every merchant whose stock it changed.
NOTE_COUNT = """
CREATE FUNCTION exchange_note_count() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM exchange_node) THEN
        INSERT INTO exchange_change (merchant_id, kind, key, xid)
        SELECT DISTINCT c.merchant_id, 'count', k.count_id, pg_current_xact_id()::text::bigint
          FROM changed c JOIN stock_countedcell k ON k.id = c.cell_id
         WHERE c.state = 'posted' AND EXISTS (SELECT FROM exchange_node n WHERE n.merchant_id = c.merchant_id);
    END IF;
    RETURN NULL;
END $$
"""
_NOTED = [
    *(_FEED.watch("floor_cameback", event, "exchange_note_change('return', 'id')") for event in "IUD"),
    *(_FEED.watch("stock_expectedreceipt", event, "exchange_note_change('delivery', 'id')") for event in "IUD"),
    *(_FEED.watch("stock_expectedline", event, "exchange_note_change('delivery', 'receipt_id')") for event in "IUD"),
    *(_FEED.watch("exchange_stockdocument", event, "exchange_note_document()") for event in "IUD"),
    _FEED.watch("stock_countline", "U", "exchange_note_count()"),
]


class Migration(migrations.Migration):
    dependencies = [
        ("exchange", "0006_no_begun"),
        ("floor", "0001_tables"),
        ("stock", "0001_tables"),
    ]

    operations = [
        migrations.RunSQL(NOTE_DOCUMENT, "DROP FUNCTION exchange_note_document"),
        migrations.RunSQL(NOTE_COUNT, "DROP FUNCTION exchange_note_count"),
        migrations.RunSQL([make for make, _drop in _NOTED], [drop for _make, drop in _NOTED]),
        migrations.AlterField(
            model_name="connection",
            name="scopes",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("catalog.read", "read goods, prices, channels and listings"),
                        ("catalog.write", "send goods, prices and stock"),
                        ("stock.read", "read warehouses, stock and moves"),
                        ("orders.read", "take orders"),
                        ("orders.write", "send changes of orders"),
                        ("papers.read", "read transfers to commissioners, agreements, reports and payments"),
                        ("papers.write", "send agreements, commissioner reports and payments"),
                    ],
                    max_length=30,
                ),
                default=exchange.models.connection.cml_scopes,
                size=None,
            ),
        ),
    ]
