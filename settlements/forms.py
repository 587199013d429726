"""What the pages of settlements take in."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from backoffice.kernel.days import IN_DAYS
from catalog.models import Channel, PriceType
from merchants.models import LegalEntity
from settlements.models import Agreement
from settlements.selectors import debts, papers
from settlements.selectors.papers import ReportsAsked
from settlements.services import agreements
from settlements.services.agreements import FIXED
from settlements.types import Direction, LineKind, ReportState


def day_input() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class AgreementForm(forms.ModelForm):
    """An agreement; what reports were judged by is not changed once there are some."""

    class Meta:
        model = Agreement
        fields = [
            *("channel", "legal_entity", "number", "signed_on", "commissioner", "commissioner_inn", "commissioner_kpp"),
            *("valid_from", "valid_to", "price_type", "currency", "reward", "fee_percent", "tariff", "fee_withheld"),
            *("amount_vat", "payment_days", "terms"),
        ]
        widgets = {
            "signed_on": day_input(),
            "valid_from": day_input(),
            "valid_to": day_input(),
            "terms": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows: dict[str, Any] = {
            "channel": Channel.objects.order_by("name"),
            "legal_entity": LegalEntity.objects.order_by("name"),
            "price_type": PriceType.objects.order_by("name"),
        }
        for name, found in rows.items():
            field: Any = self.fields[name]
            field.queryset = found
            # Read here: a template asks no database.
            none = [] if field.required and self.instance.pk else [("", "—")]
            field.choices = [*none, *((row.pk, str(row)) for row in field.queryset)]
        self.used = bool(self.instance.pk) and papers.has_reports(self.instance)
        for name in FIXED if self.used else ():
            self.fields[name].disabled = True

    def clean(self) -> dict[str, Any]:
        clean: dict[str, Any] = super().clean() or {}
        channel, entity, prices = clean.get("channel"), clean.get("legal_entity"), clean.get("price_type")
        for name, other in (("legal_entity", entity), ("price_type", prices)):
            if channel and other and other.merchant_id != channel.merchant_id:
                self.add_error(name, _("This is of another merchant than the channel."))
        wrong = agreements.faults(
            reward=clean.get("reward"),
            fee_percent=clean.get("fee_percent"),
            first=clean.get("valid_from"),
            last=clean.get("valid_to"),
            reported=papers.periods(self.instance) if self.used else None,
        )
        for name, text in wrong.items():
            self.add_error(name, text)
        if channel:
            self.instance.merchant_id = channel.merchant_id
        return clean


class PaymentForm(forms.Form):
    """Money that came, or that we paid."""

    account = forms.ChoiceField(label=_("Channel and legal entity"))
    direction = forms.ChoiceField(label=_("Direction"), choices=Direction.choices)
    number = forms.CharField(label=_("Payment order"), max_length=60)
    paid_on = forms.DateField(label=_("Paid on"), widget=day_input(), validators=IN_DAYS)
    amount = forms.DecimalField(
        label=_("Amount"), max_digits=16, decimal_places=2, min_value=Decimal("0.01"), localize=False
    )
    currency = forms.CharField(label=_("Currency"), min_length=3, max_length=3, initial="RUB")
    note = forms.CharField(label=_("Note"), max_length=300, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.accounts = {f"{entity.pk}-{channel.pk}": (entity, channel) for entity, channel in debts.accounts()}
        self.fields["account"].choices = [  # type: ignore[attr-defined]
            (key, f"{channel.name} · {entity.name}") for key, (entity, channel) in self.accounts.items()
        ]


class ReverseForm(forms.Form):
    """Why a report is taken back."""

    because = forms.CharField(label=_("Reason"), max_length=300)


def _channels(field: forms.Field) -> None:
    rows = Channel.objects.order_by("name").values_list("pk", "name")
    field.choices = [("", _("all")), *((str(pk), name) for pk, name in rows)]  # type: ignore[attr-defined]


class ReportFilter(forms.Form):
    """The filter of reports; what is wrong in the address is left out."""

    q = forms.CharField(label=_("Number"), required=False, max_length=60)
    channel = forms.ChoiceField(label=_("Channel"), required=False)
    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("all")), *ReportState.choices])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _channels(self.fields["channel"])

    def asked(self) -> ReportsAsked:
        self.is_valid()
        clean = self.cleaned_data
        return ReportsAsked(
            query=(clean.get("q") or "").strip().replace("\x00", ""),
            channel_id=int(clean["channel"]) if clean.get("channel") else None,
            state=clean.get("state") or "",
        )


class LineFilter(forms.Form):
    """The filter of a report's lines."""

    q = forms.CharField(label=_("Order or article"), required=False, max_length=60)
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("all")), *LineKind.choices])


class ReconciliationFilter(forms.Form):
    """Which time is compared, and after how many days an order should have been reported."""

    first = forms.DateField(label=_("From"), required=False, widget=day_input(), validators=IN_DAYS)
    last = forms.DateField(label=_("To"), required=False, widget=day_input(), validators=IN_DAYS)
    channel = forms.ChoiceField(label=_("Channel"), required=False)
    days = forms.IntegerField(label=_("Left more than, days ago"), required=False, min_value=1, max_value=170)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _channels(self.fields["channel"])

    def time(self, today: date) -> tuple[date, date]:
        """The days asked for, by default the last thirty; never more than half a year."""
        self.is_valid()
        last = self.cleaned_data.get("last") or today
        first = self.cleaned_data.get("first") or last - timedelta(days=29)
        return max(min(first, last), last - timedelta(days=184)), last

    def asked_days(self) -> int:
        return int(self.cleaned_data.get("days") or 30)

    def channel_id(self) -> int | None:
        return int(self.cleaned_data["channel"]) if self.cleaned_data.get("channel") else None
