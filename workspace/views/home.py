from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse

from merchants.roles import Action, needs
from merchants.types import Request

# Where a person begins: the first page of these that exists and that the role may open.
STARTS = (
    (Action.TODAY_VIEW, "workspace:today"),
    (Action.FLOOR_PICK, "floor:pick"),
    (Action.ORDERS_VIEW, "orders:list"),
    (Action.INSTALL_ADMIN, "merchants:merchants"),
)

# Panels of higher apps, by URL name: each is a live fragment, and one that does not exist is left out.
PANELS = ("orders:today-panel", "shipping:today-panel", "marketplaces:today-panel")


@needs(Action.ACCOUNT_OWN)
def home(request: Request) -> HttpResponse:
    for action, name in STARTS:
        if action in request.access.can and (url := _url(name)):
            return redirect(url)
    return redirect("merchants:profile")


@needs(Action.TODAY_VIEW)
def today(request: Request) -> HttpResponse:
    return render(request, "workspace/today.html", {"panels": [url for name in PANELS if (url := _url(name))]})


def _url(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
