"""People with scanners: waves, picking, packing, put-back."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FloorConfig(AppConfig):
    name = "floor"
    verbose_name = _("Floor")

    def ready(self) -> None:
        from backoffice.kernel.events import subscribe
        from floor.services.put_back import after_cancel, after_drop
        from orders.events import OrdersCancelled, PiecesDropped

        subscribe(OrdersCancelled, after_cancel)
        subscribe(PiecesDropped, after_drop)
