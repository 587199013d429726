"""Goods leave: handovers of parcels, supplies to warehouses of marketplaces, and the papers of both."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ShippingConfig(AppConfig):
    name = "shipping"
    verbose_name = _("Shipping")

    def ready(self) -> None:
        from backoffice.kernel.events import subscribe
        from merchants.roles import Action
        from orders.events import CommittedElsewhere, OrderDivided, OrdersCancelled, OrdersCommitted
        from shipping.selectors import found
        from shipping.services import handover
        from workspace.services.finder import register_finder
        from workspace.services.names import provide_names

        subscribe(OrdersCommitted, handover.gather)
        subscribe(CommittedElsewhere, handover.gather_found)
        subscribe(OrderDivided, handover.gather_parts)
        subscribe(OrdersCancelled, handover.let_go)
        register_finder("handovers", title=_("Handovers"), action=Action.SHIPPING_VIEW, find=found.handovers)
        register_finder("supplies", title=_("Supplies (FBO)"), action=Action.SHIPPING_VIEW, find=found.supplies)
        provide_names("supply", found.supply_names)
