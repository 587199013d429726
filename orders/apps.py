"""A buyer's order from arrival to handover."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrdersConfig(AppConfig):
    name = "orders"
    verbose_name = _("Orders")

    def ready(self) -> None:
        from backoffice.kernel.events import subscribe
        from catalog.events import ListingsMatched
        from orders.tasks import kick_cure
        from stock.events import AvailabilityChanged

        subscribe(AvailabilityChanged, kick_cure)
        subscribe(ListingsMatched, kick_cure)
