"""What the pages of products take in."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalog.forms.fields import AmountField, AttributesField, BarcodesField
from catalog.models import Category, Product, Sku, VatRate
from catalog.selectors import category as categories
from catalog.selectors.paging import Place
from catalog.selectors.product import SORTS, ProductsAsked
from merchants.types import Held

MOST_MM, MOST_G = 100_000, 10_000_000


class ProductFilter(forms.Form):
    """The list's filter; whatever is wrong in the address is left out."""

    q = forms.CharField(label=_("Name, article or barcode"), required=False, max_length=100)
    category = forms.TypedChoiceField(label=_("Category"), required=False, coerce=int, empty_value=None)
    brand = forms.CharField(label=_("Brand"), required=False, max_length=200)
    only = forms.MultipleChoiceField(label=_("Only"), required=False)
    archived = forms.ChoiceField(
        label=_("Archive or not"),
        required=False,
        choices=[("", _("not archived")), ("yes", _("archived")), ("all", _("all"))],
    )

    def __init__(self, *args: Any, sees_cost: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        only = [
            ("kit", _("kits")),
            ("marked", _("need a marking code")),
            ("no_barcode", _("without a barcode")),
            ("no_price", _("without a price")),
            ("unlisted", _("listed nowhere")),
        ]
        if sees_cost:
            only.append(("no_cost", _("without a cost")))
        self.fields["only"].choices = only  # type: ignore[attr-defined]
        self.fields["category"].choices = [("", _("any")), *category_choices()]  # type: ignore[attr-defined]

    def asked(self, query: Mapping[str, str]) -> ProductsAsked:
        """The list's question; `query` holds `sort`, `after`, `before`."""
        self.is_valid()
        clean = self.cleaned_data
        sort = query.get("sort", "")
        return ProductsAsked(
            query=_text(clean.get("q")),
            category_id=clean.get("category"),
            brand=_text(clean.get("brand")),
            only=frozenset(clean.get("only") or ()),
            archived=clean.get("archived") or "",
            sort=sort if sort.lstrip("-") in SORTS else "article",
            place=Place.of(query),
        )


def _text(value: object) -> str:
    return str(value or "").strip().replace("\x00", "")


def category_choices() -> list[tuple[str, str]]:
    """Categories by their path."""
    return [(str(branch.pk), branch.path) for branch in categories.tree()]


class ProductForm(forms.ModelForm[Product]):
    """The card.  held: merchants among which a new product chooses."""

    attributes = AttributesField(label=_("Attributes"), help_text=_("One a line, for example “Colour: blue”."), rows=4)

    class Meta:
        model = Product
        fields = ["name", "category", "brand", "description", "attributes"]
        labels = {"category": _("Category")}
        widgets = {"description": forms.Textarea(attrs={"rows": 4})}

    def __init__(self, *args: Any, held: Collection[Held] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["description"].max_length = 20_000  # type: ignore[attr-defined]
        choice = self.fields["category"]
        assert isinstance(choice, forms.ModelChoiceField)
        choice.queryset = Category.objects.all()
        if self.instance.pk:
            choice.queryset = Category.objects.filter(merchant_id=self.instance.merchant_id)
        allowed = {str(pk) for pk in choice.queryset.values_list("pk", flat=True)}
        choice.choices = [("", "—"), *(pair for pair in category_choices() if pair[0] in allowed)]
        self.held = list(held)
        if len(self.held) > 1:
            self.fields["merchant"] = forms.TypedChoiceField(
                label=_("Merchant"), coerce=int, choices=[(row.merchant_id, row.name) for row in self.held]
            )
            self.order_fields(["merchant", "name"])

    @property
    def merchant_id(self) -> int:
        """Whose product it will be."""
        return int(self.cleaned_data["merchant"] if "merchant" in self.fields else self.held[0].merchant_id)

    def clean(self) -> dict[str, Any]:
        clean: dict[str, Any] = super().clean() or {}
        category = clean.get("category")
        if self.held and not self.errors and category and category.merchant_id != self.merchant_id:
            self.add_error("category", _("This category belongs to another merchant."))
        return clean

    @property
    def values(self) -> dict[str, Any]:
        """Fields of the product."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


class SkuForm(forms.ModelForm[Sku]):
    """A SKU.  Without `sees_cost` the cost is neither shown nor changed."""

    barcodes = BarcodesField(label=_("Barcodes"), help_text=_("One a line: EAN-13, EAN-8, UPC-A, ITF-14 or Code 128."))
    cost = AmountField(label=_("Cost"), required=False, decimal_places=4)
    min_price = AmountField(label=_("Minimum price"), required=False, help_text=_("No cabinet publishes a lower one."))

    class Meta:
        model = Sku
        fields = [
            "code",
            "variant",
            "barcodes",
            "weight_g",
            "length_mm",
            "width_mm",
            "height_mm",
            "cost",
            "min_price",
            "is_marked",
        ]

    def __init__(self, *args: Any, sees_cost: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not sees_cost:
            del self.fields["cost"]
        for name in ("weight_g", "length_mm", "width_mm", "height_mm"):
            most = MOST_G if name == "weight_g" else MOST_MM
            self.fields[name] = forms.IntegerField(
                label=self.fields[name].label, required=False, min_value=1, max_value=most
            )

    @property
    def values(self) -> dict[str, Any]:
        """Fields of the SKU, without the barcodes."""
        return {name: value for name, value in self.cleaned_data.items() if name != "barcodes"}


class VatForm(forms.Form):
    """A rate from a day on."""

    vat_code = forms.ChoiceField(label=_("VAT"))
    valid_from = forms.DateField(
        label=_("Valid from"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        titles = dict(VatRate.objects.order_by("percent").values_list("code", "title"))
        self.fields["vat_code"].choices = list(titles.items())  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        clean: dict[str, Any] = super().clean() or {}
        day, code = clean.get("valid_from"), clean.get("vat_code")
        if isinstance(day, date) and code:
            if not 2000 <= day.year <= 2100:
                self.add_error("valid_from", _("A year between 2000 and 2100."))
            elif not VatRate.objects.filter(
                Q(valid_to=None) | Q(valid_to__gt=day), code=code, valid_from__lte=day
            ).exists():
                self.add_error("vat_code", _("This rate is not in force on that day. Choose another rate or day."))
        return clean


class CategoryForm(forms.Form):
    """A category: its name and where it stands.  held: merchants among which one at the top chooses."""

    name = forms.CharField(label=_("Name"), max_length=200)
    parent = forms.TypedChoiceField(label=_("In"), required=False, coerce=int, empty_value=None)

    def __init__(
        self, *args: Any, branches: Collection[categories.Branch], held: Collection[Held] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.branches, self.held = {row.pk: row for row in branches}, list(held)
        places = [(str(row.pk), row.path) for row in branches]
        self.fields["parent"].choices = [("", _("at the top")), *places]  # type: ignore[attr-defined]
        if len(self.held) > 1:
            self.fields["merchant"] = forms.TypedChoiceField(
                label=_("Merchant"), coerce=int, choices=[(row.merchant_id, row.name) for row in self.held]
            )

    @property
    def merchant_id(self) -> int:
        """Whose category it will be: the parent's merchant, else the chosen one."""
        if (parent := self.cleaned_data["parent"]) is not None:
            return self.branches[parent].merchant_id
        return int(self.cleaned_data.get("merchant") or self.held[0].merchant_id)
