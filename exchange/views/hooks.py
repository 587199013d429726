"""Webhooks: addresses to which changes are sent, and the log of what was sent."""

from datetime import timedelta

from django.contrib import messages as toasts
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.http import require_POST

from exchange import tasks
from exchange.forms import HookForm
from exchange.models import Connection, Delivery, Hook
from exchange.services import hooks
from exchange.types import Kind
from merchants.roles import Action, needs
from merchants.types import Request

# Signatures with the old secret go on for so long after a new one was made.
OVERLAP = timedelta(days=1)
_SHOWN = 100


@needs(Action.EXCHANGE_VIEW)
def hook_list(request: Request) -> HttpResponse:
    """All webhooks."""
    rows = Hook.objects.select_related("connection", "merchant").order_by("connection__name", "pk")
    return render(request, "exchange/hooks.html", {"hooks": list(rows)})


@needs(Action.EXCHANGE_EDIT)
class NewHook(View):
    """A new webhook of a program; the page that answers shows its secret, once."""

    def get(self, request: Request) -> HttpResponse:
        return self._page(request, HookForm(programs=_programs()))

    def post(self, request: Request) -> HttpResponse:
        programs = _programs()
        form = HookForm(request.POST, programs=programs)
        if not form.is_valid():
            return self._page(request, form, 422)
        source = next(row for row in programs if row.pk == form.cleaned_data["program"])
        hook, secret = hooks.add(
            source=source,
            url=form.cleaned_data["url"],
            everything=form.cleaned_data["everything"],
            now=timezone.now(),
        )
        return _show(request, hook, secret=secret)

    def _page(self, request: Request, form: HookForm, status: int = 200) -> HttpResponse:
        return render(request, "exchange/new_hook.html", {"form": form}, status=status)


@needs(Action.EXCHANGE_VIEW)
def hook_page(request: Request, pk: int) -> HttpResponse:
    """One webhook with its log."""
    return _show(request, _or_404(pk))


@needs(Action.EXCHANGE_EDIT)
@require_POST
def renew_hook_secret(request: Request, pk: int) -> HttpResponse:
    """Another secret; for a day messages are signed with both."""
    hook = _or_404(pk)
    secret = hooks.renew_secret(hook_id=hook.pk, now=timezone.now(), overlap=OVERLAP)
    return _show(request, _or_404(pk), secret=secret)


@needs(Action.EXCHANGE_EDIT)
@require_POST
def switch_hook(request: Request, pk: int) -> HttpResponse:
    """Off, or on again."""
    hook = _or_404(pk)
    hooks.switch(hook_id=hook.pk, active=not hook.active, now=timezone.now())
    return redirect("exchange:hook", pk)


@needs(Action.EXCHANGE_EDIT)
@require_POST
def remove_hook(request: Request, pk: int) -> HttpResponse:
    """Away, with its log."""
    hooks.remove(hook_id=_or_404(pk).pk)
    toasts.success(request, _("The webhook is removed."))
    return redirect("exchange:hooks")


@needs(Action.EXCHANGE_RUN)
@require_POST
def try_hook(request: Request, pk: int) -> HttpResponse:
    """Send an empty message now."""
    hook = _or_404(pk)
    hooks.try_out(hook_id=hook.pk, now=timezone.now())
    tasks.kick_hook(hook_id=hook.pk, merchant_id=hook.merchant_id)
    toasts.success(request, _("The trial message is on its way. Open the page anew in a few seconds."))
    return redirect("exchange:hook", pk)


@needs(Action.EXCHANGE_RUN)
@require_POST
def repeat_delivery(request: Request, pk: int) -> HttpResponse:
    """Send an old message once more."""
    delivery = Delivery.objects.filter(pk=pk).first()
    if delivery is None:
        raise Http404
    hooks.repeat(delivery_id=delivery.pk, now=timezone.now())
    tasks.kick_hook(hook_id=delivery.hook_id, merchant_id=delivery.merchant_id)
    toasts.success(request, _("The message is on its way once more."))
    return redirect("exchange:hook", delivery.hook_id)


def _programs() -> list[Connection]:
    return list(Connection.objects.filter(kind=Kind.API).order_by("name", "pk"))


def _or_404(pk: int) -> Hook:
    found = Hook.objects.select_related("connection", "merchant").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _show(request: Request, hook: Hook, *, secret: str = "") -> HttpResponse:
    context = {
        "hook": hook,
        "secret": secret,
        "deliveries": list(Delivery.objects.filter(hook=hook).order_by("-pk")[:_SHOWN]),
    }
    answer = render(request, "exchange/hook.html", context)
    answer["Cache-Control"] = "no-store"
    return answer
