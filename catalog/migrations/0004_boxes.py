from django.db import migrations, models

# What the marketplaces known today make of boxes and of fewer pieces; a channel connected from now on is told by its
# adapter.  Row security binds the owner too, except for this one statement about all merchants.
FILL = """
    ALTER TABLE catalog_channel NO FORCE ROW LEVEL SECURITY;
    UPDATE catalog_channel SET boxes = 'split', fewer_pieces = 'asked' WHERE marketplace = 'ozon';
    UPDATE catalog_channel SET boxes = 'told', fewer_pieces = 'told' WHERE marketplace = 'yandex_market';
    UPDATE catalog_channel SET boxes = 'told', fewer_pieces = 'asked' WHERE marketplace = 'megamarket';
    ALTER TABLE catalog_channel FORCE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    """How many boxes an order may have, and whether it may go without pieces, is up to its marketplace."""

    dependencies = [
        ("catalog", "0003_words_and_rates"),
    ]

    operations = [
        migrations.AddField(
            model_name="channel",
            name="boxes",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "it goes in one box"),
                    ("told", "one order, a sticker for each box"),
                    ("split", "an order of its own for each box"),
                ],
                db_default="",
                default="",
                max_length=5,
            ),
        ),
        migrations.AddField(
            model_name="channel",
            name="fewer_pieces",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "only the whole order can be cancelled"),
                    ("asked", "pieces are taken off by asking"),
                    ("told", "pieces are left out when the parcel is told"),
                ],
                db_default="",
                default="",
                max_length=5,
            ),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
