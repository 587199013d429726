"""What sells and what it earns: daily facts, dashboards, forecasts, what to buy."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AnalyticsConfig(AppConfig):
    name = "analytics"
    verbose_name = _("Analytics")

    def ready(self) -> None:
        from analytics.services.exports import EXPORTS
        from workspace.services.export import register_export

        for export in EXPORTS:
            register_export(export)
