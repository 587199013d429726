"""A buyer's order from arrival to handover."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrdersConfig(AppConfig):
    name = "orders"
    verbose_name = _("Orders")

    def ready(self) -> None:
        from backoffice.kernel.events import subscribe
        from catalog.events import ListingsMatched
        from merchants.roles import Action
        from orders.selectors import found
        from orders.tasks import kick_cure
        from stock.events import AvailabilityChanged
        from workspace.services.finder import register_finder
        from workspace.services.names import provide_names

        register_finder("orders", title=_("Orders"), action=Action.ORDERS_VIEW, find=found.find, page="orders:list")
        provide_names("order", found.names)
        subscribe(AvailabilityChanged, kick_cure)
        subscribe(ListingsMatched, kick_cure)
