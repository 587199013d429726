from django.db import migrations

from backoffice.kernel.rls import AppendOnly, Protect


class Migration(migrations.Migration):
    """What Django cannot say: rows hidden from other merchants, and what is append-only."""

    dependencies = [("floor", "0002_initial"), ("merchants", "0001_initial")]

    operations = [
        Protect("floor_waveorder"),
        Protect("floor_picktask"),
        Protect("floor_putback"),
        Protect("floor_scan"),
        AppendOnly("floor_scan"),
    ]
