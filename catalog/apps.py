"""What we sell and where it is listed: products, SKUs, barcodes, prices, channels, listings."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CatalogConfig(AppConfig):
    name = "catalog"
    verbose_name = _("Catalog")

    def ready(self) -> None:
        from catalog.services.exports import EXPORTS
        from workspace.services.export import register_export

        for export in EXPORTS:
            register_export(export)
