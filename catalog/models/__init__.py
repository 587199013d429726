from catalog.models.channel import Channel, ChannelWarehouse
from catalog.models.listing import Listing
from catalog.models.price import Price, PriceType
from catalog.models.product import Category, Photo, Product, ProductVat, VatRate
from catalog.models.sku import Barcode, KitItem, Sku

__all__ = [
    "Barcode",
    "Category",
    "Channel",
    "ChannelWarehouse",
    "KitItem",
    "Listing",
    "Photo",
    "Price",
    "PriceType",
    "Product",
    "ProductVat",
    "Sku",
    "VatRate",
]
