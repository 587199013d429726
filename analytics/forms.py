"""The one bar of filters that all dashboards share; the address is the dashboard."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from analytics.selectors import sales
from catalog.models import Channel
from catalog.types import Scheme


class DashboardFilter(forms.Form):
    """Whatever is wrong in the address is left out."""

    period = forms.ChoiceField(
        label=_("Period"),
        required=False,
        choices=[
            ("30", _("30 days")),
            ("1", _("yesterday")),
            ("7", _("7 days")),
            ("90", _("90 days")),
            ("month", _("this month")),
            ("365", _("365 days")),
            ("own", _("own dates")),
        ],
    )
    since = forms.DateField(label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("To"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    channel = forms.MultipleChoiceField(label=_("Channel"), required=False)
    scheme = forms.ChoiceField(label=_("Scheme"), choices=[("", _("any")), *Scheme.choices], required=False)
    currency = forms.ChoiceField(label=_("Currency"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        channels = Channel.objects.order_by("name").values_list("pk", "name")
        self.fields["channel"].choices = [(str(pk), name) for pk, name in channels]  # type: ignore[attr-defined]
        currencies = sales.currencies()
        self.fields["currency"].choices = [(code, code) for code in currencies]  # type: ignore[attr-defined]
        if len(currencies) < 2:
            self.fields["currency"].widget = forms.HiddenInput()


class TermsForm(forms.Form):
    """How goods are bought; drawn from the address, read by `replenish.terms_of`."""

    lead = forms.IntegerField(label=_("Delivery takes, days"), required=False, min_value=0, max_value=180)
    review = forms.IntegerField(label=_("Between orders, days"), required=False, min_value=1, max_value=90)
    service = forms.IntegerField(label=_("Certainty, %"), required=False, min_value=50, max_value=98)
    pack = forms.IntegerField(label=_("Pieces in a pack"), required=False, min_value=1)
    least = forms.IntegerField(label=_("Not fewer than"), required=False, min_value=1)
    budget = forms.IntegerField(label=_("Budget"), required=False, min_value=0)

    def __init__(self, asked: QueryDict, *, sees_cost: bool) -> None:
        usual = {"lead": "14", "review": "14", "service": "95", "pack": "1", "least": "1"}
        super().__init__({**usual, **{name: value for name, value in asked.items() if value}})
        if not sees_cost:
            del self.fields["budget"]
