"""What the pages of deliveries and minimums take in."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from stock.forms.balances import MOST, SkuField
from stock.models import ExpectedReceipt, Supplier, Warehouse
from stock.selectors import place


class SupplierForm(forms.ModelForm):
    """A supplier; the merchant is chosen once, when it is made."""

    class Meta:
        model = Supplier
        fields = ["name", "lead_days", "minimum_order", "contact"]

    def __init__(self, *args: Any, merchant_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.merchant_id = merchant_id

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        same = Supplier.objects.filter(merchant_id=self.instance.merchant_id, name=name).exclude(pk=self.instance.pk)
        if same.exists():
            raise forms.ValidationError(_("A supplier of this name is known already."))
        return name


class ReceiptForm(forms.ModelForm):
    """The head of a delivery."""

    class Meta:
        model = ExpectedReceipt
        fields = ["supplier", "warehouse", "number", "expected_on"]
        widgets = {"expected_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["supplier"].queryset = Supplier.objects.order_by("name")  # type: ignore[attr-defined]
        seen = [warehouse.pk for warehouse in place.seen_warehouses()]
        self.fields["warehouse"].queryset = Warehouse.objects.filter(pk__in=seen).order_by("name")  # type: ignore[attr-defined]


class ReceiptLine(forms.Form):
    """One expected line."""

    sku = SkuField(label=_("Article or barcode"), required=False, max_length=100)
    pieces = forms.IntegerField(label=_("Pieces"), required=False, min_value=1, max_value=MOST)

    def clean(self) -> dict[str, Any]:
        clean: dict[str, Any] = super().clean() or {}
        if self.errors or not (clean.get("sku") or clean.get("pieces")):
            return clean
        if not clean.get("sku"):
            self.add_error("sku", _("Which article?"))
        if not clean.get("pieces"):
            self.add_error("pieces", _("How many pieces?"))
        return clean

    @property
    def filled(self) -> bool:
        return bool(self.cleaned_data.get("sku") and self.cleaned_data.get("pieces"))


class MinimumForm(forms.Form):
    """How little may lie in a cell, or in the whole warehouse when no cell is named; 0 takes the minimum away."""

    cell = forms.CharField(
        label=_("Pick cell"), required=False, max_length=40, help_text=_("Empty: the whole warehouse, to be bought.")
    )
    pieces = forms.IntegerField(label=_("Minimum"), min_value=0, max_value=MOST)
    refill_to = forms.IntegerField(label=_("Refill to"), min_value=0, max_value=MOST)

    def __init__(self, *args: Any, warehouse: Warehouse, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.warehouse = warehouse

    def clean_cell(self) -> Any:
        code: str = self.cleaned_data["cell"].strip()
        found = place.cell_by_code(warehouse_id=self.warehouse.pk, code=code) if code else None
        if code and found is None:
            raise forms.ValidationError(gettext("There is no cell %(code)s in this warehouse.") % {"code": code})
        return found

    def clean(self) -> dict[str, Any]:
        clean: dict[str, Any] = super().clean() or {}
        if not self.errors and clean["refill_to"] < clean["pieces"]:
            self.add_error("refill_to", _("Not less than the minimum."))
        return clean


class WriteOffForm(forms.Form):
    """Pieces that are lost for good, and why."""

    cell = forms.CharField(label=_("Cell"), max_length=40, help_text=_("QUARANTINE is a cell, too."))
    pieces = forms.IntegerField(label=_("Pieces"), min_value=1, max_value=MOST)
    note = forms.CharField(label=_("Reason"), max_length=300)

    def __init__(self, *args: Any, warehouse: Warehouse, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.warehouse = warehouse

    def clean_cell(self) -> Any:
        code: str = self.cleaned_data["cell"].strip()
        found = place.goods_place(warehouse_id=self.warehouse.pk, code=code)
        if found is None:
            raise forms.ValidationError(gettext("There is no cell %(code)s in this warehouse.") % {"code": code})
        return found
