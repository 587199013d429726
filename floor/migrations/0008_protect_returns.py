from django.db import migrations

from backoffice.kernel.rls import Protect


class Migration(migrations.Migration):
    """What came back is hidden from other merchants."""

    dependencies = [("floor", "0007_returns"), ("merchants", "0001_initial")]

    operations = [Protect("floor_cameback")]
