"""Reports by e-mail: what a person gets, and the way out of it."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from analytics.models import MailedReport
from analytics.services import mailed
from analytics.types import Every
from backoffice.kernel.errors import Refusal
from merchants.roles import Action, needs, public
from merchants.scope import scope
from merchants.types import Request


@needs(Action.ANALYTICS_VIEW)
def mailed_page(request: Request) -> HttpResponse:
    """One's own reports by e-mail."""
    rows = MailedReport.objects.filter(person_id=request.user.pk, stopped_at=None).select_related("merchant")
    return render(request, "analytics/mailed.html", {"rows": list(rows), "address": request.user.email})


@require_POST
@needs(Action.ANALYTICS_VIEW)
def ask_for_mail(request: Request) -> HttpResponse:
    """Send the overview as it is filtered now, one letter for each merchant on the page."""
    every = request.POST.get("every", "")
    if every not in Every.values:
        messages.error(request, _("Choose how often the report is to come."))
        return redirect("analytics:mailed")
    try:
        for merchant_id in sorted(request.scope_merchants):
            mailed.ask_for(
                merchant_id=merchant_id,
                person_id=request.user.pk,
                address=request.user.email or "",
                every=Every(every),
                query=request.POST.get("query", "").replace("\x00", "")[:2000],
                now=timezone.now(),
            )
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The report will come by e-mail in the morning."))
    return redirect("analytics:mailed")


@require_POST
@needs(Action.ANALYTICS_VIEW)
def stop_mail(request: Request, pk: int) -> HttpResponse:
    """Stop one of one's own."""
    if not mailed.stop(report_id=pk, now=timezone.now(), person_id=request.user.pk):
        raise Http404
    messages.success(request, _("This report comes no more."))
    return redirect("analytics:mailed")


@csrf_exempt
@public
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """
    The letter's way out: a mail program posts here by itself (RFC 8058), a person sees one button.

    Opening alone changes nothing: programs that look at links for viruses would stop everybody's reports.
    """
    named = mailed.named_by(token)
    if named is None:
        raise Http404
    if request.method == "POST":
        merchant_id, report_id = named
        with scope([merchant_id]):
            mailed.stop(report_id=report_id, now=timezone.now())
    return render(request, "analytics/unsubscribe.html", {"done": request.method == "POST"})
