"""What the pages of prices take in."""

import re
from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from catalog.forms.fields import AmountField
from catalog.forms.product import category_choices
from catalog.models import PriceType
from catalog.selectors.paging import Place
from catalog.selectors.price_table import BulkAsked
from catalog.selectors.product import ProductsAsked
from merchants.types import Held

MOST_CELLS = 2000


class PriceFilter(forms.Form):
    """Which SKUs the table shows."""

    q = forms.CharField(label=_("Name, article or barcode"), required=False, max_length=100)
    category = forms.TypedChoiceField(label=_("Category"), required=False, coerce=int, empty_value=None)
    brand = forms.CharField(label=_("Brand"), required=False, max_length=200)
    only = forms.ChoiceField(label=_("Only"), required=False, choices=[("", "—"), ("no_price", _("without a price"))])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].choices = [("", _("any")), *category_choices()]  # type: ignore[attr-defined]

    def asked(self, query: Mapping[str, str]) -> ProductsAsked:
        """The table's question; what is wrong in the address is left out."""
        self.is_valid()
        clean = self.cleaned_data
        return ProductsAsked(
            query=(clean.get("q") or "").strip().replace("\x00", ""),
            category_id=clean.get("category"),
            brand=(clean.get("brand") or "").strip().replace("\x00", ""),
            only=frozenset([clean["only"]] if clean.get("only") else ()),
            place=Place.of(query),
        )


class PriceCells:
    """The cells of the table as they were sent: `p-<SKU id>-<price type id>`, empty ones change nothing."""

    def __init__(self, data: Mapping[str, str]) -> None:
        field = AmountField(required=False, label="")
        self.typed: dict[tuple[int, int], str] = {}
        self.amounts: dict[tuple[int, int], Decimal] = {}
        self.errors: dict[tuple[int, int], str] = {}
        for name, text in data.items():
            found = re.fullmatch(r"p-([0-9]{1,18})-([0-9]{1,18})", name)
            if found is None or not text.strip() or len(self.typed) >= MOST_CELLS:
                continue
            cell = (int(found[1]), int(found[2]))
            self.typed[cell] = text[:40]
            try:
                amount = field.clean(text)
            except forms.ValidationError as reason:
                self.errors[cell] = " ".join(reason.messages)
                continue
            if amount is not None:
                self.amounts[cell] = amount


class BulkForm(forms.Form):
    """A change of many prices by percent."""

    target = forms.TypedChoiceField(label=_("Change the price"), coerce=int)
    source = forms.CharField(label=_("Counted from"), required=False, widget=forms.Select)
    percent = AmountField(
        label=_("Change, %"),
        min_value=Decimal(-99),
        max_value=Decimal(1000),
        max_digits=7,
        help_text=_("−10 makes it cheaper."),
    )
    step = AmountField(label=_("Round to"), min_value=Decimal("0.01"), max_value=Decimal(10000), initial=Decimal(1))
    q = forms.CharField(label=_("Name, article or barcode"), required=False, max_length=100)
    category = forms.TypedChoiceField(label=_("Category"), required=False, coerce=int, empty_value=None)
    brand = forms.CharField(label=_("Brand"), required=False, max_length=200)

    def __init__(self, *args: Any, kinds: Sequence[PriceType], sees_cost: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kinds = {kind.pk: kind for kind in kinds}
        names = [(str(kind.pk), kind.name) for kind in kinds]
        cost = [("cost", gettext("the cost"))] if sees_cost else []
        self.fields["target"].choices = names  # type: ignore[attr-defined]
        self.fields["source"] = forms.ChoiceField(
            label=self.fields["source"].label,
            required=False,
            choices=[("", gettext("the same price")), *names, *cost],
        )
        self.fields["category"].choices = [("", _("any")), *category_choices()]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        clean: dict[str, Any] = super().clean() or {}
        target, source = self.kinds.get(clean.get("target", 0)), clean.get("source")
        other = self.kinds[int(source)] if source and source != "cost" else None
        if target and other and other.merchant_id != target.merchant_id:
            self.add_error("source", gettext("This price belongs to another merchant."))
        return clean

    @property
    def asked(self) -> BulkAsked:
        """The change."""
        clean = self.cleaned_data
        source = clean["source"]
        target = self.kinds[clean["target"]]
        return BulkAsked(
            target=target,
            source=None if source == "cost" else self.kinds[int(source)] if source else target,
            percent=clean["percent"],
            step=clean["step"],
            goods=ProductsAsked(query=clean["q"].strip(), category_id=clean["category"], brand=clean["brand"].strip()),
        )


class PriceTypeForm(forms.Form):
    """A new kind of price."""

    name = forms.CharField(label=_("Name"), max_length=100)
    currency = forms.ChoiceField(
        label=_("Currency"), choices=[("RUB", "₽ RUB"), ("BYN", "BYN"), ("KZT", "₸ KZT")], initial="RUB"
    )

    def __init__(self, *args: Any, held: Collection[Held], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.held = list(held)
        if len(self.held) > 1:
            self.fields["merchant"] = forms.TypedChoiceField(
                label=_("Merchant"), coerce=int, choices=[(row.merchant_id, row.name) for row in self.held]
            )

    @property
    def merchant_id(self) -> int:
        """Whose price type it will be."""
        return int(self.cleaned_data.get("merchant") or self.held[0].merchant_id)

    def clean(self) -> dict[str, Any]:
        clean: dict[str, Any] = super().clean() or {}
        if not self.errors and PriceType.objects.filter(merchant_id=self.merchant_id, name=clean["name"]).exists():
            self.add_error("name", gettext("There is a price of this name already."))
        return clean
