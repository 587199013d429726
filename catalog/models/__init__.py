from catalog.models.channel import Channel, ChannelWarehouse
from catalog.models.intake import ImportRow, ProductImport
from catalog.models.listing import Listing
from catalog.models.price import Price, PriceType
from catalog.models.product import Category, Photo, Product, ProductVat, ProductWord, VatRate
from catalog.models.sku import Barcode, KitItem, Sku

__all__ = [
    "Barcode",
    "Category",
    "Channel",
    "ChannelWarehouse",
    "ImportRow",
    "KitItem",
    "Listing",
    "Photo",
    "Price",
    "PriceType",
    "Product",
    "ProductImport",
    "ProductVat",
    "ProductWord",
    "Sku",
    "VatRate",
]
