from django.db import migrations

from backoffice.kernel.rls import Protect


class Migration(migrations.Migration):
    """Counted lines are hidden from other merchants."""

    dependencies = [("stock", "0006_counts"), ("merchants", "0001_initial")]

    operations = [Protect("stock_countline")]
