"""`/api/v1/…`: with and without a slash at the end, because 1C follows no redirect."""

from django.urls import URLPattern, path, register_converter
from django.urls.converters import UUIDConverter
from django.views import View

from exchange.api import changes, messages, reads, reports, single, writes
from exchange.api.document import Document
from exchange.api.writable import WRITABLE
from exchange.selectors.objects import KINDS

app_name = "api"


class AnyCaseGuid(UUIDConverter):
    """A GUID in small or capital letters."""

    regex = "[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}"


register_converter(AnyCaseGuid, "guid")


def both(address: str, view: type[View], name: str) -> list[URLPattern]:
    served = view.as_view()
    return [path(f"v1/{address}", served, name=name), path(f"v1/{address}/", served, name=f"{name}-slash")]


urlpatterns = [
    *both("changes", changes.Changes, "changes"),
    *both("changes/ack", changes.Acknowledge, "acknowledge"),
    *both("changes/resend", changes.SendAgain, "resend"),
    *both("messages", messages.Messages, "messages"),
    *both("reports/new", reports.NewReport, "report-new"),
    path("v1/openapi.json", Document.as_view(), name="document"),
]
for row in WRITABLE.values():
    # Bodies hold many objects; `orders/new` takes them under its own name.
    address = row.path if "/" in row.path else f"{row.path}/bulk"
    urlpatterns += both(address, writes.bulk_of(row), f"{row.name}-bulk".replace("_", "-"))
for kind in KINDS.values():
    many, one = reads.views_of(kind)
    urlpatterns += both(kind.path, many, kind.name)
    written = WRITABLE.get(kind.path)
    views = single.singles_of(written, kind) if written and written.one else {"<int:id>": one}
    for rest, view in views.items():
        urlpatterns += both(f"{kind.path}/{rest}", view, f"{kind.name}-{view.__name__.lower()}")
