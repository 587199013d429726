"""Goods of 1C are told again with their offers: with room on its page a new version of a row touches no index."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("exchange", "0004_ties")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE exchange_item SET (fillfactor = 50)", "ALTER TABLE exchange_item RESET (fillfactor)"
        )
    ]
