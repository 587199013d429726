from django.db import migrations

from backoffice.kernel.audit import Audit
from backoffice.kernel.rls import Belongs, Protect

PROTECTED = [
    "catalog_category",
    "catalog_product",
    "catalog_productvat",
    "catalog_productword",
    "catalog_photo",
    "catalog_sku",
    "catalog_kititem",
    "catalog_barcode",
    "catalog_channel",
    "catalog_channelwarehouse",
    "catalog_listing",
    "catalog_pricetype",
    "catalog_price",
    "catalog_productimport",
    "catalog_importrow",
]
AUDITED = [
    "catalog_category",
    "catalog_product",
    "catalog_productvat",
    "catalog_photo",
    "catalog_sku",
    "catalog_kititem",
    "catalog_barcode",
    "catalog_channel",
    "catalog_channelwarehouse",
    "catalog_pricetype",
    "catalog_price",
]


class Migration(migrations.Migration):
    """Rows are hidden from other merchants, hang on parents of their own, and who changed what is recorded."""

    replaces = [("catalog", "0002_protect")]
    dependencies = [("catalog", "0001_tables")]

    operations = [
        *(Protect(table) for table in PROTECTED),
        *(Audit(table) for table in AUDITED),
        Belongs("catalog_sku", ["product_id"], "catalog_product"),
        Belongs("catalog_productvat", ["product_id"], "catalog_product"),
        Belongs("catalog_productword", ["product_id"], "catalog_product"),
        Belongs("catalog_barcode", ["sku_id"], "catalog_sku"),
        Belongs("catalog_price", ["sku_id"], "catalog_sku"),
    ]
