from django.db import migrations

from backoffice.kernel.audit import Audit
from backoffice.kernel.rls import Protect

WORDS = """
    SELECT DISTINCT {row}.merchant_id, {row}.id, left(word, 100)
    FROM {source}
    CROSS JOIN LATERAL regexp_split_to_table(translate(lower({row}.name), 'ё', 'е'), '[^[:alnum:]]+') AS word
    WHERE word <> ''
"""
INTO = "INSERT INTO catalog_productword (merchant_id, product_id, word)"

# By statement, so that an import of a hundred thousand products costs one insert.
KEEP = f"""
    CREATE FUNCTION product_words() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'INSERT' THEN
            {INTO} {WORDS.format(row="fresh", source="fresh")};
        ELSE
            DELETE FROM catalog_productword w USING fresh JOIN stale ON stale.id = fresh.id
            WHERE w.product_id = fresh.id AND stale.name <> fresh.name;
            {INTO} {WORDS.format(row="fresh", source="fresh JOIN stale ON stale.id = fresh.id AND stale.name <> fresh.name")};
        END IF;
        RETURN NULL;
    END $$
"""  # noqa: S608


class Migration(migrations.Migration):
    """Words of names kept by the database; rows hidden from other merchants; categories in the audit log."""

    dependencies = [("catalog", "0004_products_found_and_imported")]

    operations = [
        migrations.RunSQL(
            sql=[
                KEEP,
                "GRANT EXECUTE ON FUNCTION product_words() TO PUBLIC",
                "CREATE TRIGGER words_of_new AFTER INSERT ON catalog_product REFERENCING NEW TABLE AS fresh"
                " FOR EACH STATEMENT EXECUTE FUNCTION product_words()",
                "CREATE TRIGGER words_of_changed AFTER UPDATE ON catalog_product"
                " REFERENCING OLD TABLE AS stale NEW TABLE AS fresh"
                " FOR EACH STATEMENT EXECUTE FUNCTION product_words()",
                # The owner sees no rows of a table whose row security is forced.
                "ALTER TABLE catalog_product NO FORCE ROW LEVEL SECURITY",
                f"{INTO} {WORDS.format(row='catalog_product', source='catalog_product')}",
                "SET CONSTRAINTS ALL IMMEDIATE",
                "ALTER TABLE catalog_product FORCE ROW LEVEL SECURITY",
            ],
            reverse_sql=[
                "DROP TRIGGER words_of_changed ON catalog_product",
                "DROP TRIGGER words_of_new ON catalog_product",
                "DROP FUNCTION product_words()",
                "DELETE FROM catalog_productword",
            ],
        ),
        Protect("catalog_productword"),
        Protect("catalog_productimport"),
        Protect("catalog_importrow"),
        Audit("catalog_category"),
        Audit("catalog_photo"),
    ]
