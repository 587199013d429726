"""How many pieces, where, promised to whom: ledger, balances, reservations, sharing rules."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StockConfig(AppConfig):
    name = "stock"
    verbose_name = _("Stock")

    def ready(self) -> None:
        from backoffice.kernel.events import subscribe
        from catalog.events import ArchiveChanged, KitsChanged
        from merchants.roles import Action
        from stock.selectors import found
        from stock.services.kits import offer_anew
        from workspace.services.finder import register_finder

        subscribe(KitsChanged, offer_anew)
        subscribe(ArchiveChanged, offer_anew)
        register_finder("cells", title=_("Cells"), action=Action.STOCK_CELLS, find=found.cells)
        register_finder("receipts", title=_("Deliveries"), action=Action.STOCK_VIEW, find=found.receipts)
