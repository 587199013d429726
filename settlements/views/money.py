"""Debts, payments, reconciliation."""

from datetime import date, datetime, time, timedelta

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from backoffice.kernel.errors import Refusal
from merchants.roles import Action, needs
from merchants.types import Request
from settlements.forms import PaymentForm, ReconciliationFilter
from settlements.selectors import debts, papers, reconciliation
from settlements.services import payments as service
from settlements.views.reports import page_of
from workspace.services.once import once


@needs(Action.SETTLEMENTS_VIEW)
def debt_list(request: Request) -> HttpResponse:
    """Who owes how much, by legal entity and channel."""
    return render(request, "settlements/debts.html", {"rows": debts.debts(today=timezone.localdate())})


@needs(Action.SETTLEMENTS_VIEW)
def account(request: Request, entity_id: int, channel_id: int, currency: str) -> HttpResponse:
    """One account: its balance, and every entry that makes it."""
    rows = debts.debts(today=timezone.localdate(), channel_id=channel_id, entity_id=entity_id)
    found = next((row for row in rows if row.currency == currency), None)
    if found is None:
        raise Http404
    entries = debts.entries(entity_id=entity_id, channel_id=channel_id, currency=currency)
    context = {
        "debt": found,
        "entries": entries,
        "shown": sum(entry.amount for entry in entries),
        "all_shown": len(entries) < debts.MOST_ENTRIES,
        "standing": reconciliation.standing(channel_id),
    }
    return render(request, "settlements/account.html", context)


@needs(Action.SETTLEMENTS_VIEW)
def payments(request: Request) -> HttpResponse:
    """Payments, the newest first."""
    page = papers.payments(page=page_of(request))
    return render(request, "settlements/payments.html", {"page": page, "total": page.paginator.count})


@needs(Action.SETTLEMENTS_EDIT)
@once
def payment_new(request: Request) -> HttpResponse:
    """Enter a payment."""
    form = PaymentForm(request.POST or None, initial={"paid_on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        clean = form.cleaned_data
        entity, channel = form.accounts[clean["account"]]
        try:
            service.record(
                merchant_id=channel.merchant_id,
                legal_entity_id=entity.pk,
                channel_id=channel.pk,
                direction=clean["direction"],
                number=clean["number"],
                paid_on=clean["paid_on"],
                amount=clean["amount"],
                currency=clean["currency"].upper(),
                note=clean["note"],
                at=timezone.now(),
                person_id=request.user.pk,
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Payment written down."))
            return redirect("settlements:payments")
    status = 422 if request.method == "POST" else 200
    return render(request, "settlements/payment_new.html", {"form": form}, status=status)


@needs(Action.SETTLEMENTS_EDIT)
@require_POST
def payment_reverse(request: Request, pk: int) -> HttpResponse:
    """Take a payment back."""
    if papers.payment(pk) is None:
        raise Http404
    try:
        service.reverse(payment_id=pk, at=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Payment reversed."))
    return redirect("settlements:payments")


@needs(Action.SETTLEMENTS_VIEW)
def compare(request: Request) -> HttpResponse:
    """Handed over, reported, paid; and what left long ago and is in no report."""
    form = ReconciliationFilter(request.GET)
    first, last = form.time(timezone.localdate())
    rows = reconciliation.by_channel(
        first=first, last=last, after=_midnight(first), before=_midnight(last + timedelta(days=1))
    )
    waiting = reconciliation.not_reported(days=form.asked_days(), now=timezone.now(), channel_id=form.channel_id())
    names = {row.channel.pk: row.channel.name for row in rows}
    context = {
        "filter_form": form,
        "rows": rows,
        "first": first,
        "last": last,
        "days": form.asked_days(),
        "waiting": [(order, names.get(order.channel_id, "")) for order in waiting],
        "more": len(waiting) == reconciliation.MOST,
    }
    return render(request, "settlements/reconciliation.html", context)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
