from django.http import HttpResponse
from django.shortcuts import render

from merchants.forms import AuditFilter
from merchants.roles import Action, needs
from merchants.selectors.audit import audit_page, subjects
from merchants.selectors.people import people_of
from merchants.types import Request


@needs(Action.AUDIT_VIEW)
def audit(request: Request) -> HttpResponse:
    form = AuditFilter(request.GET)
    form.is_valid()
    data = form.cleaned_data
    after = request.GET.get("after", "")
    page = audit_page(
        merchant_ids=request.scope_merchants,
        installation=request.user.is_administrator and request.access.chosen is None,
        search=data.get("q", ""),
        subject=data.get("subject", ""),
        person_id=data.get("person"),
        since=data.get("since"),
        until=data.get("until"),
        after=int(after) if after.isdecimal() and len(after) < 19 else None,
    )
    context = {
        "page": page,
        "form": form,
        "subjects": subjects(),
        "people": people_of(managed=request.scope_merchants, by=request.user),
        "list_name": "audit",
    }
    return render(request, "merchants/audit.html", context)
