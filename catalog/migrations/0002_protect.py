from datetime import date

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from backoffice.kernel.audit import Audit
from backoffice.kernel.rls import Protect

# Russian rates as of 2026; later ones are further rows.
RATES = [
    ("22", "22 %", 22, date(2026, 1, 1), None),
    ("20", "20 %", 20, date(2019, 1, 1), date(2026, 1, 1)),
    ("10", "10 %", 10, date(2004, 1, 1), None),
    ("7", "7 %", 7, date(2025, 1, 1), None),
    ("5", "5 %", 5, date(2025, 1, 1), None),
    ("0", "0 %", 0, date(2001, 1, 1), None),
    ("none", "Без НДС", None, date(2001, 1, 1), None),
]


def add_rates(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    rate = apps.get_model("catalog", "VatRate")
    for code, title, percent, valid_from, valid_to in RATES:
        rate.objects.create(code=code, title=title, percent=percent, valid_from=valid_from, valid_to=valid_to)


class Migration(migrations.Migration):
    """What Django cannot say: rows hidden from other merchants."""

    dependencies = [("catalog", "0001_initial"), ("merchants", "0001_initial")]

    operations = [
        Protect("catalog_category"),
        Protect("catalog_product"),
        Protect("catalog_productvat"),
        Protect("catalog_photo"),
        Protect("catalog_sku"),
        Protect("catalog_kititem"),
        Protect("catalog_barcode"),
        Protect("catalog_channel"),
        Protect("catalog_channelwarehouse"),
        Protect("catalog_listing"),
        Protect("catalog_pricetype"),
        Protect("catalog_price"),
        Audit("catalog_product"),
        Audit("catalog_productvat"),
        Audit("catalog_sku"),
        Audit("catalog_kititem"),
        Audit("catalog_barcode"),
        Audit("catalog_channel"),
        Audit("catalog_channelwarehouse"),
        Audit("catalog_pricetype"),
        Audit("catalog_price"),
        migrations.RunPython(add_rates, migrations.RunPython.noop),
    ]
