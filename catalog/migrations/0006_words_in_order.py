"""Words are written in the order of their index: a thousand new names touch each of its pages once."""

from importlib import import_module

from django.db import migrations

KEEP = import_module("catalog.migrations.0003_words_and_rates").KEEP
WRITTEN_AS_THEY_COME = KEEP.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
WRITTEN_IN_ORDER = WRITTEN_AS_THEY_COME.replace("WHERE word <> ''", "WHERE word <> '' ORDER BY 1, 3, 2")


class Migration(migrations.Migration):
    dependencies = [("catalog", "0005_ties")]

    operations = [migrations.RunSQL(sql=WRITTEN_IN_ORDER, reverse_sql=WRITTEN_AS_THEY_COME)]
