"""The outside world: adapters, what is owed to marketplaces, what came from them."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MarketplacesConfig(AppConfig):
    name = "marketplaces"
    verbose_name = _("Marketplaces")

    def ready(self) -> None:
        from marketplaces import subscribers

        subscribers.register()
