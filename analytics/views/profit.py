"""What goods earned, and the tariffs by which it is told until commissioners report."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View

from analytics.forms import TariffForm
from analytics.selectors import profit
from analytics.services import tariffs
from analytics.views.pages import dashboard
from merchants.roles import Action, needs
from merchants.types import Request


@needs(Action.CATALOG_COST)
def profit_page(request: Request) -> HttpResponse:
    """Profit and unit economics by article, each cost with its source."""
    asked, context = dashboard(request, "profit")
    report = profit.report(asked)
    return render(
        request,
        "analytics/profit.html",
        {
            **context,
            "rows": [(row, _cells(row)) for row in report.articles],
            "total": report.total,
            "total_cells": _cells(report.total),
            "apart": profit.apart(asked),
            "cut": len(report.articles) == profit.ROWS,
        },
    )


def _cells(row: profit.Earned) -> list[tuple[Any, profit.Cost]]:
    return [(profit.COSTS[name], cost) for name, cost in row.costs.items()]


class Tariffs(View):
    """What is entered, and one more."""

    @needs(Action.CATALOG_COST)
    def get(self, request: Request) -> HttpResponse:
        """Everything entered so far."""
        form = TariffForm(merchants=_entering(request), initial={"valid_from": timezone.localdate()})
        return self._page(request, form)

    @needs(Action.PRICES_EDIT)
    def post(self, request: Request) -> HttpResponse:
        """Enter one."""
        form = TariffForm(request.POST, merchants=_entering(request))
        if not form.is_valid():
            return self._page(request, form, status=422)
        data = form.cleaned_data
        tariffs.enter(
            channel=data["channel"],
            category=data["category"],
            valid_from=data["valid_from"],
            rates={name: data[name] for name in form.RATES},
            now=timezone.now(),
            person_id=request.user.pk,
        )
        messages.success(request, _("Tariff kept; figures have it after the next count, within a minute."))
        return redirect("analytics:tariffs")

    def _page(self, request: Request, form: TariffForm, *, status: int = 200) -> HttpResponse:
        context = {"form": form, "rows": profit.tariffs(), "may_enter": bool(_entering(request))}
        return render(request, "analytics/tariffs.html", context, status=status)


def _entering(request: Request) -> frozenset[int]:
    """For which merchants the person may enter tariffs."""
    return request.scope_merchants & (request.access.merchants_for(Action.PRICES_EDIT) or frozenset())
