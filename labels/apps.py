from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LabelsConfig(AppConfig):
    name = "labels"
    verbose_name = _("Labels")

    def ready(self) -> None:
        from backoffice.kernel.events import subscribe
        from labels.events import LabelStored
        from labels.services.wish import fulfil, hand_on
        from orders.events import OrderDivided

        subscribe(LabelStored, fulfil)
        subscribe(OrderDivided, hand_on)
