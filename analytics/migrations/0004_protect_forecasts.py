from django.db import migrations

from backoffice.kernel.rls import Protect


class Migration(migrations.Migration):
    """Forecasts are seen by their merchant alone."""

    dependencies = [("analytics", "0003_forecast")]

    operations = [Protect("analytics_forecast"), Protect("analytics_backtest")]
