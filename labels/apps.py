"""Stickers on paper: formats, stations, printers, the print queue."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LabelsConfig(AppConfig):
    name = "labels"
    verbose_name = _("Labels")

    def ready(self) -> None:
        from backoffice.kernel.events import subscribe
        from labels.events import LabelStored
        from labels.selectors import found
        from labels.services.order_label import withdraw
        from labels.services.wish import fulfil, hand_on
        from merchants.roles import Action
        from orders.events import BoxesChanged, OrderDivided
        from workspace.services.finder import register_finder

        subscribe(LabelStored, fulfil)
        subscribe(BoxesChanged, withdraw)
        subscribe(OrderDivided, hand_on)
        register_finder("stickers", title=_("Stickers"), action=Action.ORDERS_VIEW, find=found.stickers)
