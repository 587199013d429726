from django.db import migrations
from django.db.migrations.operations import RunSQL

from backoffice.kernel.rls import Protect


class Migration(migrations.Migration):
    """New sums are seen by their merchant alone; without their bookmark, facts are stated anew at the next refresh."""

    dependencies = [("analytics", "0005_spans")]

    operations = [
        Protect("analytics_spanfact"),
        Protect("analytics_hourtotal"),
        Protect("analytics_regiontotal"),
        Protect("analytics_tariff"),
        RunSQL("TRUNCATE analytics_refreshed", RunSQL.noop),
    ]
