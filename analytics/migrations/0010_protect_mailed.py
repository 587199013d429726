from django.db import migrations

from backoffice.kernel.rls import Protect


class Migration(migrations.Migration):
    """Reports by e-mail are seen within their merchant alone."""

    dependencies = [("analytics", "0009_mailed")]

    operations = [Protect("analytics_mailedreport")]
