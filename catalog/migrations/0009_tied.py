"""What belongs to a product or a SKU belongs to one of its own merchant."""

import django.db.models.deletion
from django.db import migrations, models

from backoffice.kernel.rls import Belongs


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0008_who_gives_stickers"),
        ("merchants", "0002_audit_by_statement"),
    ]

    operations = [
        migrations.AlterField(
            model_name="barcode",
            name="merchant",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="merchants.merchant",
            ),
        ),
        migrations.AlterField(
            model_name="barcode",
            name="sku",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="barcodes",
                to="catalog.sku",
            ),
        ),
        migrations.AlterField(
            model_name="price",
            name="merchant",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="merchants.merchant",
            ),
        ),
        migrations.AlterField(
            model_name="price",
            name="sku",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="prices",
                to="catalog.sku",
            ),
        ),
        migrations.AlterField(
            model_name="productvat",
            name="merchant",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="merchants.merchant",
            ),
        ),
        migrations.AlterField(
            model_name="productvat",
            name="product",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="vat",
                to="catalog.product",
            ),
        ),
        migrations.AlterField(
            model_name="productword",
            name="merchant",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="merchants.merchant",
            ),
        ),
        migrations.AlterField(
            model_name="productword",
            name="product",
            field=models.ForeignKey(
                db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="catalog.product"
            ),
        ),
        migrations.AlterField(
            model_name="sku",
            name="merchant",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="merchants.merchant",
            ),
        ),
        migrations.AlterField(
            model_name="sku",
            name="product",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="skus",
                to="catalog.product",
            ),
        ),
        migrations.AddConstraint(
            model_name="product",
            constraint=models.UniqueConstraint(fields=("merchant", "id"), name="product_of_merchant"),
        ),
        migrations.AddConstraint(
            model_name="sku",
            constraint=models.UniqueConstraint(fields=("merchant", "id"), name="sku_of_merchant"),
        ),
        Belongs("catalog_sku", ["product_id"], "catalog_product"),
        Belongs("catalog_productvat", ["product_id"], "catalog_product"),
        Belongs("catalog_productword", ["product_id"], "catalog_product"),
        Belongs("catalog_barcode", ["sku_id"], "catalog_sku"),
        Belongs("catalog_price", ["sku_id"], "catalog_sku"),
    ]
