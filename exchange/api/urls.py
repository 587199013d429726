"""`/api/v1/…`: with and without a slash at the end, because 1C follows no redirect."""

from django.urls import URLPattern, path
from django.views import View

from exchange.api import changes, reads, writes
from exchange.api.document import Document
from exchange.selectors.objects import KINDS

app_name = "api"


def both(address: str, view: type[View], name: str) -> list[URLPattern]:
    served = view.as_view()
    return [path(f"v1/{address}", served, name=name), path(f"v1/{address}/", served, name=f"{name}-slash")]


urlpatterns = [
    *both("changes", changes.Changes, "changes"),
    *both("changes/ack", changes.Acknowledge, "acknowledge"),
    *both("changes/resend", changes.SendAgain, "resend"),
    *both("skus/bulk", writes.Skus, "sku-bulk"),
    *both("prices/bulk", writes.Prices, "price-bulk"),
    path("v1/openapi.json", Document.as_view(), name="document"),
]
for kind in KINDS.values():
    many, one = reads.views_of(kind)
    urlpatterns += both(kind.path, many, kind.name)
    urlpatterns += both(f"{kind.path}/<int:id>", one, f"{kind.name}-one")
