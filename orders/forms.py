"""What the pages of orders take in."""

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalog.models import Channel
from catalog.types import Scheme
from orders.selectors.listing import Asked
from orders.types import Attention, OwnReason, State


class OrderFilter(forms.Form):
    """The list's filter; whatever is wrong in the address is left out."""

    q = forms.CharField(label=_("Number, sticker or basket"), required=False, max_length=80)
    state = forms.MultipleChoiceField(label=_("State"), choices=State.choices, required=False)
    channel = forms.MultipleChoiceField(label=_("Channel"), required=False)
    scheme = forms.ChoiceField(label=_("Scheme"), choices=[("", _("any")), *Scheme.choices], required=False)
    attention = forms.ChoiceField(
        label=_("Needs attention"), choices=[("", "—"), ("any", _("any reason")), *Attention.choices], required=False
    )
    sku = forms.CharField(label=_("Article"), required=False, max_length=100)
    since = forms.DateField(label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("To"), required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        channels = Channel.objects.order_by("name").values_list("pk", "name")
        self.fields["channel"].choices = [(str(pk), name) for pk, name in channels]  # type: ignore[attr-defined]

    def asked(self, page: Mapping[str, str]) -> Asked:
        """The list's question; `page` holds `after` and `before`."""
        self.is_valid()
        clean = self.cleaned_data
        query = (clean.get("q") or "").strip().replace("\x00", "")
        return Asked(
            query=query,
            states=clean.get("state") or (),
            channels=[int(pk) for pk in clean.get("channel") or ()],
            scheme=clean.get("scheme") or "",
            attention=clean.get("attention") or "",
            sku=(clean.get("sku") or "").strip().replace("\x00", ""),
            since=_midnight(clean.get("since"), 0),
            until=_midnight(clean.get("until"), 1),
            after=page.get("after", "")[:60],
            before=page.get("before", "")[:60],
        )


def _midnight(day: Any, days: int) -> datetime | None:
    if day is None:
        return None
    try:
        local = datetime.combine(day + timedelta(days=days), time.min, tzinfo=timezone.get_current_timezone())
        return local.astimezone(UTC)
    except OverflowError:
        return None


class CancelForm(forms.Form):
    """Why an order is cancelled."""

    reason = forms.ChoiceField(label=_("Reason"), choices=OwnReason.choices)
    text = forms.CharField(label=_("Note"), required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 2}))

    def clean(self) -> dict[str, Any]:
        clean: dict[str, Any] = super().clean() or {}
        if clean.get("reason") == "other" and not clean.get("text"):
            self.add_error("text", _("Say why: the marketplace asks for it."))
        return clean


def chosen_ids(data: QueryDict) -> list[int]:
    """Ids of the orders chosen in the list, at most 1,000; what is no id is left out."""
    return [int(value) for value in data.getlist("ids") if value.isascii() and value.isdigit() and len(value) < 19][
        :1000
    ]
