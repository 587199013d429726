"""Triggers that note which objects changed, for the nodes of the API; without a node of the merchant they note nothing."""

from collections.abc import Iterator

from django.db import migrations

# Table → the kind of object, the column that names the object, the events: insert, update, delete.
WATCHED = {
    "catalog_category": ("category", "id", "IUD"),
    "catalog_pricetype": ("price_type", "id", "IUD"),
    "stock_warehousemerchant": ("warehouse", "warehouse_id", "IUD"),
    "catalog_channel": ("channel", "id", "IUD"),
    "catalog_product": ("product", "id", "IUD"),
    "catalog_productvat": ("product", "product_id", "IUD"),
    "catalog_sku": ("sku", "id", "IUD"),
    "catalog_barcode": ("sku", "sku_id", "IUD"),
    "catalog_kititem": ("sku", "kit_id", "IUD"),
    "catalog_listing": ("listing", "id", "IUD"),
    "catalog_price": ("price", "id", "IUD"),
    "stock_stockrow": ("stock", "id", "IUD"),
    "stock_move": ("move", "id", "I"),
    "orders_order": ("order", "id", "IUD"),
    "orders_orderline": ("order", "order_id", "IUD"),
    "shipping_handover": ("handover", "id", "IUD"),
    "shipping_handoverorder": ("handover", "handover_id", "IUD"),
    "shipping_supply": ("supply", "id", "IUD"),
    "shipping_supplyline": ("supply", "supply_id", "IUD"),
    "settlements_agreement": ("agreement", "id", "IUD"),
    "settlements_report": ("report", "id", "IU"),
    "settlements_payment": ("payment", "id", "IU"),
}
EVENTS = {"I": ("INSERT", "NEW"), "U": ("UPDATE", "NEW"), "D": ("DELETE", "OLD")}

NOTE = """
CREATE FUNCTION exchange_note_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM exchange_node) THEN
        EXECUTE format(
            'INSERT INTO exchange_change (merchant_id, kind, key, xid)
             SELECT DISTINCT c.merchant_id, %L, c.%I::bigint, pg_current_xact_id()::text::bigint FROM changed c
              WHERE EXISTS (SELECT FROM exchange_node n WHERE n.merchant_id = c.merchant_id)',
            TG_ARGV[0], TG_ARGV[1]);
    END IF;
    RETURN NULL;
END $$
"""
# A warehouse belongs to the installation; it is told to every merchant that keeps goods there.
NOTE_WAREHOUSE = """
CREATE FUNCTION exchange_note_warehouse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO exchange_change (merchant_id, kind, key, xid)
    SELECT DISTINCT w.merchant_id, 'warehouse', w.warehouse_id, pg_current_xact_id()::text::bigint
      FROM changed c JOIN stock_warehousemerchant w ON w.warehouse_id = c.id
     WHERE EXISTS (SELECT FROM exchange_node n WHERE n.merchant_id = w.merchant_id);
    RETURN NULL;
END $$
"""


def watch(table: str, event: str, call: str) -> tuple[str, str]:
    """This function will return the statement that makes the trigger, and the one that drops it."""
    verb, side = EVENTS[event]
    name = f"note_{verb.lower()}"
    return (
        f'CREATE TRIGGER {name} AFTER {verb} ON "{table}" REFERENCING {side} TABLE AS changed'
        f" FOR EACH STATEMENT EXECUTE FUNCTION {call}",
        f'DROP TRIGGER {name} ON "{table}"',
    )


def triggers() -> Iterator[tuple[str, str]]:
    for table, (kind, column, events) in WATCHED.items():
        for event in events:
            yield watch(table, event, f"exchange_note_change('{kind}', '{column}')")
    yield watch("stock_warehouse", "U", "exchange_note_warehouse()")


class Migration(migrations.Migration):
    replaces = [("exchange", "0004_register_changes")]
    dependencies = [
        ("exchange", "0002_guards"),
        ("settlements", "0001_tables"),
        ("shipping", "0001_tables"),
    ]

    operations = [
        migrations.RunSQL(NOTE, "DROP FUNCTION exchange_note_change"),
        migrations.RunSQL(NOTE_WAREHOUSE, "DROP FUNCTION exchange_note_warehouse"),
        migrations.RunSQL([make for make, _ in triggers()], [drop for _, drop in triggers()]),
    ]
