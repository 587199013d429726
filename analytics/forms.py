"""The one bar of filters that all dashboards share; the address is the dashboard."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from analytics.models import Tariff
from analytics.selectors import clusters, sales
from catalog.models import Category, Channel
from catalog.types import Scheme
from stock.models import Supplier, Warehouse, WarehouseMerchant


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


def _read_now(*fields: Any) -> None:
    """Read what can be chosen here: a template asks no database."""
    for field in fields:
        field.choices = list(field.choices)


class PurchaseForm(forms.Form):
    """By which document the lines of a proposal are bought."""

    supplier = forms.ModelChoiceField(label=_("Supplier"), queryset=Supplier.objects.none())
    warehouse = forms.ModelChoiceField(label=_("Warehouse"), queryset=Warehouse.objects.none())
    number = forms.CharField(label=_("Number of the order"), max_length=60)

    def __init__(self, *args: Any, merchants: Collection[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        supplier, warehouse = self.fields["supplier"], self.fields["warehouse"]
        supplier.queryset = Supplier.objects.filter(merchant__in=merchants)  # type: ignore[attr-defined]
        own = WarehouseMerchant.objects.filter(merchant__in=merchants).values("warehouse")
        warehouse.queryset = Warehouse.objects.filter(pk__in=own).order_by("name")  # type: ignore[attr-defined]
        _read_now(supplier, warehouse)


class SupplyFilter(forms.Form):
    """For which channel, and for how many days; drawn from the address."""

    channel = forms.ChoiceField(label=_("Channel"), required=False)
    days = forms.IntegerField(label=_("To last, days"), required=False, min_value=1, max_value=120)

    def __init__(self, asked: QueryDict) -> None:
        super().__init__({"days": "28", **{name: value for name, value in asked.items() if value}})
        channels = Channel.objects.order_by("name").values_list("pk", "name")
        choices = [("", _("choose")), *((str(pk), name) for pk, name in channels)]
        self.fields["channel"].choices = choices  # type: ignore[attr-defined]

    @property
    def asked(self) -> tuple[int | None, int]:
        """(channel, days); what is wrong is left out."""
        return clusters.asked_of(self.data)


class TariffForm(forms.ModelForm[Tariff]):
    """Costs of a channel from a day on; at least one must be said."""

    RATES = (
        "fee_percent",
        "acquiring_percent",
        "ads_percent",
        "tax_percent",
        "logistics_a_piece",
        "storage_a_piece",
    )

    class Meta:
        model = Tariff
        fields = (
            "channel",
            "category",
            "valid_from",
            "fee_percent",
            "acquiring_percent",
            "ads_percent",
            "tax_percent",
            "logistics_a_piece",
            "storage_a_piece",
        )
        localized_fields = (
            "fee_percent",
            "acquiring_percent",
            "ads_percent",
            "tax_percent",
            "logistics_a_piece",
            "storage_a_piece",
        )
        widgets = {"valid_from": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}

    def __init__(self, *args: Any, merchants: Collection[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        channel, category = self.fields["channel"], self.fields["category"]
        channel.queryset = Channel.objects.filter(merchant__in=merchants).order_by("name")  # type: ignore[attr-defined]
        category.queryset = Category.objects.filter(merchant__in=merchants).order_by("name")  # type: ignore[attr-defined]
        category.empty_label = _("all categories")  # type: ignore[attr-defined]
        _read_now(channel, category)

    def clean(self) -> dict[str, Any]:
        """Refuse a tariff that says nothing, and a category of another merchant than the channel's."""
        data = super().clean() or {}
        if not self.errors and all(data.get(name) is None for name in self.RATES):
            raise forms.ValidationError(_("Fill in at least one cost; what stays empty is shown as no data."))
        channel, category = data.get("channel"), data.get("category")
        if channel and category and channel.merchant_id != category.merchant_id:
            self.add_error("category", _("This category belongs to another merchant than the channel. Choose another."))
        return data
