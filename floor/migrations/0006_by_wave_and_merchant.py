import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """
    What is in a wave is found by the wave and the merchant.

    An index that holds the merchant answers the policy of the table once for a look-up; without it every row read is
    asked, which takes longer than reading it.
    """

    dependencies = [("floor", "0005_room_for_updates")]

    operations = [
        migrations.AddIndex(
            model_name="picktask",
            index=models.Index(fields=["wave", "merchant"], name="pick_task_by_wave"),
        ),
        migrations.AddIndex(
            model_name="waveorder",
            index=models.Index(fields=["wave", "merchant"], name="wave_order_by_wave"),
        ),
        migrations.AlterField(
            model_name="picktask",
            name="wave",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="tasks",
                to="floor.wave",
            ),
        ),
        migrations.AlterField(
            model_name="waveorder",
            name="wave",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="orders",
                to="floor.wave",
            ),
        ),
    ]
