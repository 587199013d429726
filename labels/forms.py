import re
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from labels.models import PrinterProfile, Station
from labels.render.geometry import MEDIA, RESOLUTIONS, SHEETS
from labels.types import Reason

MOST_COPIES = 1000
_ROLLS = [(code, media.title) for code, media in MEDIA.items()]
_SHEETS = [(code, sheet.title) for code, sheet in SHEETS.items()]


class FormatForm(forms.Form):
    """On what to print."""

    form = forms.ChoiceField(
        label=_("Format"), choices=[(_("Roll, mm"), _ROLLS), (_("Sheet"), _SHEETS)], initial="58x40"
    )
    dpi = forms.TypedChoiceField(
        label=_("Resolution"), choices=[(code, f"{code} dpi") for code in RESOLUTIONS], coerce=int, initial=203
    )
    language = forms.ChoiceField(
        label=_("File"),
        choices=[("pdf", "PDF"), ("zpl", "ZPL")],
        required=False,
        help_text=_("ZPL is for label printers and needs a roll."),
    )
    skip = forms.IntegerField(
        label=_("Used places of the first sheet"), min_value=0, max_value=64, initial=0, required=False
    )

    def clean_skip(self) -> int:
        return self.cleaned_data["skip"] or 0

    def clean_language(self) -> str:
        language = self.cleaned_data["language"] or "pdf"
        if language == "zpl" and self.cleaned_data.get("form") not in MEDIA:
            raise forms.ValidationError(_("A sheet cannot be written as ZPL: choose a roll, or PDF."))
        return language


class ProductsForm(FormatForm):
    """Stickers of goods: fields `copies-<SKU id>` beside these."""

    article_code = forms.BooleanField(label=_("Article as a second barcode"), required=False)
    legal_entity = forms.BooleanField(label=_("Legal entity"), required=False, initial=True)

    price_type = forms.TypedChoiceField(label=_("Price"), coerce=int, required=False, empty_value=None)

    def __init__(self, *args: Any, price_types: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["price_type"].choices = [("", _("without a price")), *price_types]  # type: ignore[attr-defined]

        # What was typed beside each article, and beside which of them it is no number of stickers.
        self.copies: dict[int, str] = {}
        self.wrong_copies: set[int] = set()

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        data["skus"] = chosen = self._chosen()
        if self.wrong_copies:
            self.add_error(None, self.copies_are_wrong)
        elif not chosen and not self.errors:
            self.add_error(None, _("Enter how many stickers you need beside at least one article."))
        return data

    @property
    def copies_are_wrong(self) -> str:
        return gettext("The number of stickers is a whole number up to %d.") % MOST_COPIES

    def _chosen(self) -> list[tuple[int, int]]:
        for name, value in self.data.items():
            if (matched := re.fullmatch(r"copies-([0-9]{1,18})", name)) and str(value).strip():
                self.copies[int(matched[1])] = str(value).strip()
        right = {
            sku_id: int(value)
            for sku_id, value in self.copies.items()
            if re.fullmatch(r"[0-9]{1,4}", value) and int(value) <= MOST_COPIES
        }
        self.wrong_copies = set(self.copies) - set(right)
        return [(sku_id, copies) for sku_id, copies in right.items() if copies]


class CellsForm(FormatForm):
    """Stickers of the cells of a warehouse."""

    warehouse = forms.TypedChoiceField(label=_("Warehouse"), coerce=int)
    begins = forms.CharField(
        label=_("Address begins with"), max_length=40, required=False, help_text=_("Empty: all cells, up to 2,000.")
    )
    copies = forms.IntegerField(label=_("Copies of each"), min_value=1, max_value=20, initial=1)
    field_order = ("warehouse", "begins", "copies", "form", "dpi", "language", "skip")

    def __init__(self, *args: Any, warehouses: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["warehouse"].choices = warehouses  # type: ignore[attr-defined]


class ReasonForm(forms.Form):
    reason = forms.ChoiceField(label=_("Reason"), choices=Reason.choices)


class PrinterForm(forms.ModelForm[PrinterProfile]):
    class Meta:
        model = PrinterProfile
        fields = ("warehouse", "name", "way", "media", "dpi", "offset_x_mm", "offset_y_mm", "darkness", "speed")
        labels = {"warehouse": _("Warehouse")}

    def __init__(self, *args: Any, warehouses: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        narrow(self, "warehouse", pk__in=warehouses)


class StationForm(forms.ModelForm[Station]):
    class Meta:
        model = Station
        fields = ("warehouse", "name", "printer")
        labels = {"warehouse": _("Warehouse")}

    def __init__(self, *args: Any, warehouses: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        narrow(self, "warehouse", pk__in=warehouses)
        narrow(self, "printer", warehouse_id__in=warehouses)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        printer, warehouse = data.get("printer"), data.get("warehouse")
        if printer and warehouse and printer.warehouse_id != warehouse.pk:
            self.add_error("printer", _("This printer stands in another warehouse."))
        return data


def narrow(form: forms.ModelForm[Any], field: str, **conditions: object) -> None:
    """Offer only these rows in a field of choice, read now: a template may not ask the database."""
    choice = form.fields[field]
    assert isinstance(choice, forms.ModelChoiceField)
    assert choice.queryset is not None
    choice.queryset = choice.queryset.filter(**conditions)
    rows = [(row.pk, str(row)) for row in choice.queryset]
    choice.choices = rows if choice.required and len(rows) == 1 else [("", "—"), *rows]


class NumbersField(forms.Field):
    """A JSON list of ids."""

    def clean(self, value: object) -> list[int]:
        found = value if value is not None else []
        if not isinstance(found, list) or len(found) > 100 or not all(_is_id(one) for one in found):
            raise forms.ValidationError(_("A list of numbers is wanted."))
        return found


class TurnForm(forms.Form):
    """What a print agent says in one turn, read from JSON."""

    claim = forms.RegexField(r"\A[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z", max_length=36)
    done = NumbersField(required=False)
    doubt = NumbersField(required=False)
    printer = forms.ChoiceField(choices=[(word, word) for word in ("ok", "silent", "trouble")], initial="ok")
    detail = forms.CharField(max_length=200, required=False)
    version = forms.CharField(max_length=40, required=False)
    host = forms.CharField(max_length=80, required=False)
    seen = forms.CharField(max_length=40, required=False)


def _is_id(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**63


class CodeForm(forms.Form):
    """What a scanner read at a printer."""

    code = forms.CharField(max_length=500)
