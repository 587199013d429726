from django.db import migrations, models

# What the marketplaces known today make of boxes that change after they were told; a channel connected from now on is
# told by its adapter.  Row security binds the owner too, except for this one statement about all merchants.
FILL = """
    ALTER TABLE catalog_channel NO FORCE ROW LEVEL SECURITY;
    UPDATE catalog_channel SET boxes = 'anew' WHERE marketplace IN ('megamarket', 'aliexpress');
    ALTER TABLE catalog_channel FORCE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    """Some marketplaces take other boxes for a parcel that they know already."""

    dependencies = [
        ("catalog", "0006_words_in_order"),
    ]

    operations = [
        migrations.AlterField(
            model_name="channel",
            name="boxes",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "it goes in one box"),
                    ("told", "one order, a sticker for each box"),
                    ("anew", "one order, a sticker for each box, which may change until it leaves"),
                    ("split", "an order of its own for each box"),
                ],
                db_default="",
                default="",
                max_length=5,
            ),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
