"""A column that an earlier form of a migration had made, where it was applied; without it a hook cannot be made."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("exchange", "0005_room_beside")]

    operations = [migrations.RunSQL("ALTER TABLE exchange_hook DROP COLUMN IF EXISTS begun", migrations.RunSQL.noop)]
