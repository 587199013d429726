from django.db import migrations


class Migration(migrations.Migration):
    """
    A task of a pick list is leased, counted and done: three times changed within minutes.

    Where its page has room, the changes stay there and no index hears of them.
    """

    dependencies = [("floor", "0004_weights")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE floor_picktask SET (fillfactor = 70)", "ALTER TABLE floor_picktask RESET (fillfactor)"
        )
    ]
