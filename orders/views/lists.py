"""Lists of orders."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from merchants.roles import Action, needs
from merchants.types import Request
from orders.forms import OrderFilter, chosen_ids
from orders.models import Order
from orders.selectors import listing
from orders.services import commit
from workspace.services.fragment import fragment_version, live_fragment

TOPIC = "orders"
LIST_NAME = "orders"


@needs(Action.ORDERS_VIEW)
def order_list(request: Request) -> HttpResponse:
    """All orders: search, filters, saved views, bulk actions, export."""
    inside = reverse("orders:list-inside")
    live = {"live_url": f"{inside}?{request.GET.urlencode()}", "version": fragment_version(request, TOPIC)}
    return render(request, "orders/list.html", {**live, **_context(request)})


@live_fragment(Action.ORDERS_VIEW, TOPIC)
def order_list_inside(request: Request) -> HttpResponse:
    """The rows of the list anew: an order that arrives appears on a page that is open."""
    # The links of its pager lead to the page, which knows no version.
    query = request.GET.copy()
    query.pop("version", None)
    request.GET = query  # type: ignore[assignment]
    return render(request, "orders/list.html", {"shell": "_results.html", **_context(request)})


@needs(Action.ORDERS_VIEW)
def attention_list(request: Request) -> HttpResponse:
    """Orders that wait for a person, with how many for each reason."""
    query = request.GET.copy()
    query.setdefault("attention", "any")
    return redirect(f"{reverse('orders:list')}?{query.urlencode()}")


def _context(request: HttpRequest) -> dict[str, Any]:
    form = OrderFilter(request.GET)
    asked = form.asked(request.GET)
    return {
        "page": listing.orders_page(asked),
        "filter_form": form,
        "list_name": LIST_NAME,
        "bulk": True,
        "reasons": listing.attention_counts() if asked.attention else {},
        "attention": asked.attention,
    }


@needs(Action.ORDERS_COMMIT)
@require_POST
def take_into_work(request: Request) -> HttpResponse:
    """Tell the marketplaces of the chosen orders without a wave (DBS, click & collect, single ones)."""
    chosen = chosen_ids(request.POST)
    done = 0
    for merchant_id, ids in _by_merchant(chosen).items():
        done += len(
            commit.commit_orders(merchant_id=merchant_id, order_ids=ids, now=timezone.now(), person_id=request.user.pk)
        )
    left = len(chosen) - done
    if done:
        messages.success(
            request, ngettext("%(n)d order taken into work", "%(n)d orders taken into work", done) % {"n": done}
        )
    if left or not chosen:
        messages.warning(
            request,
            ngettext(
                "%(n)d order was left as it is: it is in work already, or waits for stock or an article.",
                "%(n)d orders were left as they are: they are in work already, or wait for stock or an article.",
                left,
            )
            % {"n": left},
        )
    back = request.headers.get("Referer", "")
    safe = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return redirect(back if safe else "orders:list")


def _by_merchant(ids: list[int]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for merchant_id, pk in Order.objects.filter(pk__in=ids).values_list("merchant_id", "pk"):
        found.setdefault(merchant_id, []).append(pk)
    return found


@live_fragment(Action.TODAY_VIEW, TOPIC)
def today_panel(request: Request) -> HttpResponse:
    """The part of "Today" about orders: one row for each channel, and the sums as tiles."""
    now = timezone.now()
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    rows = listing.today(now=now, midnight=midnight)
    names = ("new", "to_pack", "packed", "handed_over", "attention", "late")
    context = {"rows": rows, "total": {name: sum(getattr(row, name) for row in rows) for name in names}}
    return render(request, "orders/_today.html", context)
