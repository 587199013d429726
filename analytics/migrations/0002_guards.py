from django.db import migrations

from backoffice.kernel.rls import Protect

PROTECTED = [
    "analytics_linefact",
    "analytics_spanfact",
    "analytics_dailyfact",
    "analytics_dailytotal",
    "analytics_hourlyfact",
    "analytics_hourtotal",
    "analytics_regiontotal",
    "analytics_tariff",
    "analytics_refreshed",
    "analytics_forecast",
    "analytics_backtest",
    "analytics_article",
    "analytics_stockday",
    "analytics_mailedreport",
]


class Migration(migrations.Migration):
    """Facts, forecasts and reports are seen by their merchant alone."""

    replaces = [("analytics", "0002_protect")]
    dependencies = [("analytics", "0001_tables")]

    operations = [Protect(table) for table in PROTECTED]
