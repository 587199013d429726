from django.db import migrations

from backoffice.kernel.rls import Protect


class Migration(migrations.Migration):
    """Facts are seen by their merchant alone."""

    dependencies = [("analytics", "0001_initial")]

    operations = [
        Protect("analytics_linefact"),
        Protect("analytics_dailyfact"),
        Protect("analytics_dailytotal"),
        Protect("analytics_hourlyfact"),
        Protect("analytics_refreshed"),
    ]
