"""What we sell and where it is listed: products, SKUs, barcodes, prices, channels, listings."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CatalogConfig(AppConfig):
    name = "catalog"
    verbose_name = _("Catalog")

    def ready(self) -> None:
        from catalog.selectors import found
        from catalog.services.exports import EXPORTS
        from merchants.roles import Action
        from workspace.services.export import register_export
        from workspace.services.finder import register_finder

        for export in EXPORTS:
            register_export(export)
        register_finder(
            "articles", title=_("Articles"), action=Action.CATALOG_VIEW, find=found.find, page="catalog:products"
        )
