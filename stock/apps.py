"""How many pieces, where, promised to whom: ledger, balances, reservations, sharing rules."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StockConfig(AppConfig):
    name = "stock"
    verbose_name = _("Stock")

    def ready(self) -> None:
        from backoffice.kernel.events import subscribe
        from catalog.events import KitsChanged
        from stock.services.kits import offer_anew

        subscribe(KitsChanged, offer_anew)
