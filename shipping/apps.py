"""Handing parcels over: handovers and their papers."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ShippingConfig(AppConfig):
    name = "shipping"
    verbose_name = _("Shipping")

    def ready(self) -> None:
        from backoffice.kernel.events import subscribe
        from orders.events import OrderDivided, OrdersCancelled, OrdersCommitted
        from shipping.services import handover

        subscribe(OrdersCommitted, handover.gather)
        subscribe(OrderDivided, handover.gather_parts)
        subscribe(OrdersCancelled, handover.let_go)
