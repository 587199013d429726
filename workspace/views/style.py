"""The page that shows every part of the design system: `/style/`, for the administrator."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from types import SimpleNamespace

from django import forms
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from merchants.roles import Action, needs
from merchants.types import Request
from workspace.templatetags.states import STATES

TONES = ("grey", "blue", "green", "yellow", "red", "violet")


@dataclass(frozen=True)
class Row:
    pk: int
    number: str
    code: str
    state: str
    product: str
    placed_at: dt.datetime
    amount: Decimal


class ExampleForm(forms.Form):
    name = forms.CharField(label=_("Name"), help_text=_("As on the label, up to 60 characters."), max_length=60)
    barcode = forms.CharField(label=_("Barcode"))
    kind = forms.ChoiceField(label=_("Kind"), choices=[("goods", _("Goods")), ("kit", _("Kit"))])
    note = forms.CharField(label=_("Note"), required=False, widget=forms.Textarea(attrs={"rows": 3}))
    file = forms.FileField(label=_("File"), required=False, help_text=_("XLSX or CSV, up to 20 MB."))
    active = forms.BooleanField(label=_("On sale"), required=False)
    way = forms.ChoiceField(
        label=_("Way"), choices=[("own", _("Own stock")), ("transit", _("In transit"))], widget=forms.RadioSelect
    )


class ExampleFilters(forms.Form):
    q = forms.CharField(label=_("Number"), required=False)
    state = forms.MultipleChoiceField(
        label=_("State"), required=False, choices=[(code, look.word) for code, look in STATES["order"].items()]
    )
    scheme = forms.ChoiceField(
        label=_("Kind"), required=False, choices=[("", _("any")), ("fbs", "FBS"), ("fbo", "FBO")]
    )
    since = forms.DateField(label=_("Since"), required=False, widget=forms.DateInput(attrs={"type": "date"}))


def _rows(now: dt.datetime) -> list[Row]:
    states = list(STATES["order"])
    return [
        Row(
            pk=index,
            number=f"0{index:07d}-0001-1",
            code="ozon" if index % 2 else "wildberries",
            state=states[index % len(states)],
            product=str(_("Example product, blue, size {size}")).format(size=40 + index % 9),
            placed_at=now - dt.timedelta(minutes=37 * index),
            amount=Decimal("1234.56") * index,
        )
        for index in range(1, 61)
    ]


@needs(Action.INSTALL_ADMIN)
def style(request: Request) -> HttpResponse:
    now = timezone.now()
    wrong = ExampleForm({"name": "", "barcode": "4600000000000", "kind": "goods"})
    context = {
        "page": Paginator(_rows(now), 25).get_page(request.GET.get("page")),
        "total": 60,
        "bulk": True,
        "filter_form": ExampleFilters(request.GET or None),
        "list_name": "style:list",
        "saved_views": [SimpleNamespace(pk=1, name=_("To pack today"), query="state=confirmed")],
        "states": {kind: list(looks) for kind, looks in STATES.items()},
        "tones": TONES,
        "form": ExampleForm(),
        "wrong_form": wrong,
        "now": now,
        "soon": now + dt.timedelta(minutes=43),
        "past": now - dt.timedelta(minutes=4),
        "events": [
            SimpleNamespace(at=now, title=_("Packed"), actor="picker-1", tone="green", text="", details=""),
            SimpleNamespace(
                at=now,
                title=_("Request to the marketplace"),
                actor="",
                tone="blue",
                text="POST /ship → 200",
                details="{}",
            ),
        ],
    }
    return render(request, "styleguide/office.html", context)


@needs(Action.INSTALL_ADMIN)
def style_floor(request: Request) -> HttpResponse:
    return render(request, "styleguide/floor.html", {"soon": timezone.now() + dt.timedelta(minutes=43)})
