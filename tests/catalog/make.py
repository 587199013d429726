"""What the URLs of the catalog take."""

import io
from typing import Any

from PIL import Image

from catalog.models import Category, ProductVat, Sku
from catalog.services import photo
from merchants.models import Merchant
from tests.make import foreign, person, within
from tests.trade import open_trade


def picture(*, size: tuple[int, int] = (300, 200), form: str = "PNG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "navy").save(out, form)
    return out.getvalue()


def a_sku(merchant: Merchant) -> Sku:
    trade = open_trade(merchant)
    with trade.scope():
        return trade.sku("cup", pieces=1)


@foreign(*(f"catalog:{name}" for name in ("product", "product-edit", "sku-new", "vat", "photos")))
def _product(merchant: Merchant) -> dict[str, Any]:
    return {"pk": a_sku(merchant).product_id}


@foreign("catalog:vat-remove")
def _vat(merchant: Merchant) -> dict[str, Any]:
    trade = open_trade(merchant)
    with trade.scope():
        product = trade.sku("cup").product
        rate = ProductVat.objects.create(merchant=merchant, product=product, vat_code="22", valid_from="2026-01-01")
        return {"pk": product.pk, "vat_id": rate.pk}


@foreign(*(f"catalog:{name}" for name in ("sku", "sku-edit", "make-barcode", "kit", "sku-channels")))
def _sku(merchant: Merchant) -> dict[str, Any]:
    return {"pk": a_sku(merchant).pk}


def a_photo(merchant: Merchant) -> int:
    trade = open_trade(merchant)
    with trade.scope():
        product = trade.sku("cup").product
        photo.add(product=product, pictures=photo.cleaned([("a.png", picture())]))
        return int(product.photos.get().pk)


@foreign("catalog:photo-change")
def _photo(merchant: Merchant) -> dict[str, Any]:
    return {"pk": a_photo(merchant)}


@foreign("catalog:photo")
def _photo_file(merchant: Merchant) -> dict[str, Any]:
    return {"pk": a_photo(merchant), "size": "thumb"}


@foreign("catalog:category-edit", "catalog:category-remove")
def _category(merchant: Merchant) -> dict[str, Any]:
    trade = open_trade(merchant)
    with trade.scope():
        return {"pk": Category.objects.create(merchant=merchant, name=f"Посуда {trade.cell.pk}").pk}


def an_import(merchant: Merchant) -> Any:
    from django.utils import timezone

    from catalog.services import intake

    with within(merchant):
        file = io.BytesIO("Артикул;Название\nA-1;Кружка\n".encode())
        return intake.upload(
            merchant_id=merchant.pk,
            author_id=person().pk,
            file=file,
            name="goods.csv",
            rows=intake.peek(file, name="goods.csv"),
            sees_cost=False,
            now=timezone.now(),
        )


@foreign(*(f"catalog:import-{name}" for name in ("batch", "panel", "check", "apply", "change", "errors")))
def _import(merchant: Merchant) -> dict[str, Any]:
    return {"pk": an_import(merchant).pk}


@foreign("catalog:listing-match", "catalog:listing-unmatch")
def _listing(merchant: Merchant) -> dict[str, Any]:
    trade = open_trade(merchant)
    with trade.scope():
        return {"pk": trade.listing(trade.ozon, "card", None).pk}
