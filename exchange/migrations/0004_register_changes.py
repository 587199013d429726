"""Rows hidden from other merchants, and the triggers that note changes for the nodes of the API."""

from django.db import migrations

from backoffice.kernel.audit import Audit
from backoffice.kernel.rls import Protect

# table → (kind of object, column with its id, events)
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
}
EVENTS = {"I": ("INSERT", "NEW"), "U": ("UPDATE", "NEW"), "D": ("DELETE", "OLD")}

# A merchant without a node pays one look at a small table for each statement.
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

# A warehouse belongs to the installation; those who are served there and are in the open scope are told.
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


def watch(table: str, kind: str, column: str, event: str) -> migrations.RunSQL:
    verb, side = EVENTS[event]
    name = f"note_{verb.lower()}"
    return migrations.RunSQL(
        sql=f"""
            CREATE TRIGGER {name} AFTER {verb} ON "{table}" REFERENCING {side} TABLE AS changed
            FOR EACH STATEMENT EXECUTE FUNCTION exchange_note_change('{kind}', '{column}')
        """,
        reverse_sql=f'DROP TRIGGER {name} ON "{table}"',
    )


class Migration(migrations.Migration):
    dependencies = [
        ("exchange", "0003_api"),
        ("catalog", "0006_import_row_names_its_sku"),
        ("stock", "0003_defects"),
        ("orders", "0007_cancel_wish"),
    ]

    operations = [
        Protect("exchange_node"),
        Protect("exchange_change"),
        Protect("exchange_registration"),
        # The secret before is as secret as the present one.
        migrations.RunSQL('DROP TRIGGER audit ON "exchange_connection"', migrations.RunSQL.noop),
        Audit("exchange_connection", masked=["secret_hash", "former_hash"]),
        migrations.RunSQL(NOTE, "DROP FUNCTION exchange_note_change"),
        migrations.RunSQL(NOTE_WAREHOUSE, "DROP FUNCTION exchange_note_warehouse"),
        migrations.RunSQL(
            """
            CREATE TRIGGER note_update AFTER UPDATE ON "stock_warehouse" REFERENCING NEW TABLE AS changed
            FOR EACH STATEMENT EXECUTE FUNCTION exchange_note_warehouse()
            """,
            'DROP TRIGGER note_update ON "stock_warehouse"',
        ),
        *(watch(table, kind, column, event) for table, (kind, column, events) in WATCHED.items() for event in events),
    ]
