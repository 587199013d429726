"""What each marketplace can do."""

from django.http import HttpResponse
from django.shortcuts import render

from marketplaces.selectors import capabilities
from merchants.roles import Action, needs
from merchants.types import Request


@needs(Action.CHANNELS_VIEW)
def page(request: Request) -> HttpResponse:
    """The matrix."""
    context = {"columns": capabilities.columns(), "rows": capabilities.rows()}
    return render(request, "marketplaces/capabilities.html", context)
