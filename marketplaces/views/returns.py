"""What comes back, over all channels."""

from django import forms
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from marketplaces.dto import ReturnKind, ReturnStage
from marketplaces.selectors import returns
from marketplaces.views import words
from merchants.roles import Action, needs
from merchants.types import Request

PER_PAGE = 50


class ReturnFilter(forms.Form):
    """Filters of the list; what is wrong in them filters nothing."""

    q = forms.CharField(label=_("Number of the order or the return"), max_length=60, required=False)
    channel = forms.ChoiceField(label=_("Channel"), required=False)
    kind = forms.ChoiceField(label=_("Kind"), required=False)
    stage = forms.ChoiceField(label=_("State"), required=False)
    decide = forms.BooleanField(label=_("Waits for our decision"), required=False)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        for name, choices in {
            "channel": [(str(pk), channel) for pk, channel in returns.channels()],
            "kind": [(kind.value, words.returned(kind)) for kind in ReturnKind],
            "stage": [(stage.value, words.returned(stage)) for stage in ReturnStage],
        }.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [("", _("any")), *choices]


@needs(Action.ORDERS_VIEW)
def page(request: Request) -> HttpResponse:
    """Goods that come back: from which channel, where they are, and of which order."""
    form = ReturnFilter(request.GET)
    form.is_valid()
    chosen = form.cleaned_data
    found = returns.listed(
        channel_id=int(chosen.get("channel") or 0),
        kind=chosen.get("kind", ""),
        stage=chosen.get("stage", ""),
        number=chosen.get("q", "").strip(),
        decide=bool(chosen.get("decide")),
    )
    shown = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    orders = returns.orders_of(shown.object_list)
    rows = [
        (row, orders.get((row.channel_id, row.number)), words.returned(row.kind), words.returned(row.stage))
        for row in shown.object_list
    ]
    context = {"page": shown, "rows": rows, "filter_form": form, "total": shown.paginator.count}
    return render(request, "marketplaces/returns.html", context)
