"""People with scanners: waves, picking, packing, put-back, receiving, counting, returns."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FloorConfig(AppConfig):
    name = "floor"
    verbose_name = _("Floor")

    def ready(self) -> None:
        from backoffice.kernel.events import subscribe
        from floor.selectors import found
        from floor.services.put_back import after_cancel, after_drop
        from floor.services.wave import after_reopening
        from merchants.roles import Action
        from orders.events import OrdersCancelled, ParcelReopened, PiecesDropped
        from workspace.services.finder import register_finder

        subscribe(OrdersCancelled, after_cancel)
        subscribe(PiecesDropped, after_drop)
        subscribe(ParcelReopened, after_reopening)
        register_finder("waves", title=_("Waves"), action=Action.FLOOR_VIEW, find=found.waves)
