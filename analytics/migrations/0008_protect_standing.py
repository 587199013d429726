from django.db import migrations

from backoffice.kernel.rls import Protect


class Migration(migrations.Migration):
    """Classes and evenings are seen by their merchant alone."""

    dependencies = [("analytics", "0007_standing")]

    operations = [Protect("analytics_article"), Protect("analytics_stockday")]
