"""Agreements: the list, and one of them."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from merchants.roles import Action, needs
from merchants.types import Request
from settlements.forms import AgreementForm
from settlements.selectors import papers


@needs(Action.SETTLEMENTS_VIEW)
def agreements(request: Request) -> HttpResponse:
    """With whom we trade on commission, and by what terms."""
    context = {"rows": papers.agreements(), "today": timezone.localdate()}
    return render(request, "settlements/agreements.html", context)


@needs(Action.SETTLEMENTS_EDIT)
def agreement(request: Request, pk: int | None = None) -> HttpResponse:
    """An agreement, known or new."""
    known = papers.agreement(pk) if pk is not None else None
    if pk is not None and known is None:
        raise Http404
    today = timezone.localdate()
    first = {"signed_on": today, "valid_from": today} if known is None else None
    form = AgreementForm(request.POST or None, instance=known, initial=first)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect("settlements:agreements")
    status = 422 if request.method == "POST" else 200
    return render(request, "settlements/agreement.html", {"form": form, "known": known}, status=status)
