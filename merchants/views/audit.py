from django.http import HttpResponse
from django.shortcuts import render

from merchants.forms import AuditFilter
from merchants.roles import Action, needs
from merchants.selectors.audit import audit_page, audit_query, subjects
from merchants.selectors.people import people_of
from merchants.types import Request


@needs(Action.AUDIT_VIEW)
def audit(request: Request) -> HttpResponse:
    page = audit_page(
        merchant_ids=request.scope_merchants,
        installation=request.user.is_administrator and request.access.chosen is None,
        wanted=audit_query(request.GET),
    )
    context = {
        "page": page,
        "form": AuditFilter(request.GET),
        "subjects": subjects(),
        "people": people_of(managed=request.scope_merchants, by=request.user),
        "list_name": "audit",
    }
    return render(request, "merchants/audit.html", context)
