"""What an import leaves many rows of hangs on its parents statement by statement."""

import django.db.models.deletion
from django.db import migrations, models

from backoffice.kernel.rls import Tied, Untied


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0004_boxes"),
    ]

    operations = [
        Untied("catalog_sku", ["product_id"], "catalog_product"),
        Untied("catalog_productvat", ["product_id"], "catalog_product"),
        Untied("catalog_productword", ["product_id"], "catalog_product"),
        Untied("catalog_barcode", ["sku_id"], "catalog_sku"),
        Untied("catalog_price", ["sku_id"], "catalog_sku"),
        migrations.AlterField(
            model_name="price",
            name="price_type",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="prices",
                to="catalog.pricetype",
            ),
        ),
        *(
            Tied(table, [(["merchant_id", "product_id"], "catalog_product", ["merchant_id", "id"])])
            for table in ("catalog_sku", "catalog_productvat", "catalog_productword")
        ),
        Tied("catalog_barcode", [(["merchant_id", "sku_id"], "catalog_sku", ["merchant_id", "id"])]),
        Tied(
            "catalog_price",
            [
                (["merchant_id", "sku_id"], "catalog_sku", ["merchant_id", "id"]),
                (["merchant_id", "price_type_id"], "catalog_pricetype", ["merchant_id", "id"]),
            ],
        ),
    ]
