"""The database itself keeps the words of products' names, by which they are found; the rates of VAT there are."""

from datetime import date

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

WORDS = """
    SELECT DISTINCT fresh.merchant_id, fresh.id, left(word, 100)
    FROM {source}
    CROSS JOIN LATERAL regexp_split_to_table(translate(lower(fresh.name), 'ё', 'е'), '[^[:alnum:]]+') AS word
    WHERE word <> ''
"""
INTO = "INSERT INTO catalog_productword (merchant_id, product_id, word)"

# By statement, so that an import of a hundred thousand products costs one insert.
KEEP = f"""
    CREATE FUNCTION product_words() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'INSERT' THEN
            {INTO} {WORDS.format(source="fresh")};
        ELSE
            DELETE FROM catalog_productword w USING fresh JOIN stale ON stale.id = fresh.id
            WHERE w.product_id = fresh.id AND stale.name <> fresh.name;
            {INTO} {WORDS.format(source="fresh JOIN stale ON stale.id = fresh.id AND stale.name <> fresh.name")};
        END IF;
        RETURN NULL;
    END $$
"""  # noqa: S608

RATES = [
    # code, title, percent, valid from, valid to
    ("22", "22 %", 22, date(2026, 1, 1), None),
    ("20", "20 %", 20, date(2019, 1, 1), date(2026, 1, 1)),
    ("10", "10 %", 10, date(2004, 1, 1), None),
    ("7", "7 %", 7, date(2025, 1, 1), None),
    ("5", "5 %", 5, date(2025, 1, 1), None),
    ("0", "0 %", 0, date(2001, 1, 1), None),
    ("none", "Без НДС", None, date(2001, 1, 1), None),
]


def add_rates(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    rate = apps.get_model("catalog", "VatRate")
    rate.objects.bulk_create(
        rate(code=code, title=title, percent=percent, valid_from=valid_from, valid_to=valid_to)
        for code, title, percent, valid_from, valid_to in RATES
    )


class Migration(migrations.Migration):
    replaces = [("catalog", "0005_protect_imports_and_words")]
    dependencies = [("catalog", "0002_guards")]

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
            ],
            reverse_sql=[
                "DROP TRIGGER words_of_changed ON catalog_product",
                "DROP TRIGGER words_of_new ON catalog_product",
                "DROP FUNCTION product_words()",
                "DELETE FROM catalog_productword",
            ],
        ),
        migrations.RunPython(add_rates, migrations.RunPython.noop),
    ]
