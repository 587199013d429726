"""What the pages of stock take in."""

import re
from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from stock.models import Location, ShareRule, Warehouse
from stock.selectors import balances, place
from stock.selectors.balances import StockAsked

MOST = 1_000_000


class StockFilter(forms.Form):
    """The list's filter."""

    q = forms.CharField(label=_("Article, barcode or name"), required=False, max_length=100)
    warehouse = forms.ChoiceField(label=_("Warehouse"), required=False)
    only = forms.ChoiceField(
        label=_("Only"),
        required=False,
        choices=[
            ("", "—"),
            ("free", _("free to sell")),
            ("short", _("promised beyond stock")),
            ("none", _("not there")),
        ],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        seen = place.seen_warehouses()
        self.fields["warehouse"].choices = [("", _("all")), *((str(row.pk), row.name) for row in seen)]  # type: ignore[attr-defined]

    def asked(self, page: Any) -> StockAsked:
        """The list's question; what is wrong in the address is left out."""
        self.is_valid()
        clean = self.cleaned_data
        return StockAsked(
            query=(clean.get("q") or "").strip().replace("\x00", ""),
            warehouse_id=int(clean["warehouse"]) if clean.get("warehouse") else None,
            only=clean.get("only") or "",
            after=page.get("after", "")[:100].replace("\x00", ""),
            before=page.get("before", "")[:100].replace("\x00", ""),
        )


class SkuField(forms.CharField):
    """An article or a barcode, turned into its SKU."""

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        found = balances.resolve_sku(text)
        if found is None:
            raise forms.ValidationError(gettext("No article has this code: %(code)s") % {"code": text[:60]})
        return found


class ReceiveLine(forms.Form):
    """One line of a receipt."""

    sku = SkuField(label=_("Article or barcode"), required=False, max_length=100)
    cell = forms.CharField(label=_("Cell"), required=False, max_length=40)
    pieces = forms.IntegerField(label=_("Pieces"), required=False, min_value=1, max_value=MOST)

    def __init__(self, *args: Any, warehouse: Warehouse, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.warehouse = warehouse

    def clean_cell(self) -> Location | None:
        code: str = self.cleaned_data["cell"].strip()
        if not code:
            return None
        found = place.cell_by_code(warehouse_id=self.warehouse.pk, code=code)
        if found is None:
            raise forms.ValidationError(gettext("There is no cell %(code)s in this warehouse.") % {"code": code})
        return found

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


class ReceiveHead(forms.Form):
    """The head of a receipt."""

    reference = forms.CharField(label=_("Supplier's document"), required=False, max_length=60)
    note = forms.CharField(label=_("Note"), required=False, max_length=300)


class SetPiecesForm(forms.Form):
    """How many pieces really lie in a cell, and why that differs."""

    cell = forms.CharField(label=_("Cell"), max_length=40)
    pieces = forms.IntegerField(label=_("Pieces there now"), min_value=0, max_value=MOST)
    note = forms.CharField(label=_("Reason"), max_length=300)

    def __init__(self, *args: Any, warehouse: Warehouse, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.warehouse = warehouse

    clean_cell = ReceiveLine.clean_cell


class MoveForm(forms.Form):
    """Carrying pieces from one cell to another."""

    source = forms.CharField(label=_("From cell"), max_length=40)
    target = forms.CharField(label=_("To cell"), max_length=40)
    pieces = forms.IntegerField(label=_("Pieces"), min_value=1, max_value=MOST)

    def __init__(self, *args: Any, warehouse: Warehouse, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.warehouse = warehouse

    def clean(self) -> dict[str, Any]:
        clean: dict[str, Any] = super().clean() or {}
        for name in ("source", "target"):
            if code := clean.get(name):
                clean[name] = place.cell_by_code(warehouse_id=self.warehouse.pk, code=code.strip())
                if clean[name] is None:
                    self.add_error(name, gettext("There is no cell %(code)s in this warehouse.") % {"code": code})
        if clean.get("source") and clean.get("source") == clean.get("target"):
            self.add_error("target", _("It lies there already."))
        return clean


class WarehouseForm(forms.ModelForm):
    """A warehouse."""

    class Meta:
        model = Warehouse
        fields = ["name", "zone", "address"]

    def clean_zone(self) -> str:
        from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

        zone: str = self.cleaned_data["zone"]
        try:
            ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError, OSError) as reason:
            raise forms.ValidationError(_("There is no such time zone, write for example Europe/Moscow.")) from reason
        return zone


def _zone(**more: Any) -> forms.Field:
    field = Location._meta.get_field("zone")
    return field.formfield(validators=field.validators, **more)  # type: ignore[return-value]


class ZoneForm(forms.Form):
    """The zone of the cells whose addresses begin in one way."""

    begins = forms.CharField(label=_("Address begins with"), max_length=40)
    zone = _zone(help_text=_("Empty: each row is a zone."))


class CellsForm(forms.Form):
    """A generator of racks: rows × bays × levels × places, addresses like A-03-2-1."""

    rows = forms.CharField(label=_("Rows"), max_length=40, initial="A-C", help_text=_("for example A-C, or A,B,D"))
    bays = forms.IntegerField(label=_("Bays in a row"), min_value=1, max_value=200, initial=10)
    levels = forms.IntegerField(label=_("Levels"), min_value=1, max_value=20, initial=4)
    places = forms.IntegerField(label=_("Places on a level"), min_value=1, max_value=20, initial=1)
    aisle_m = forms.FloatField(label=_("Distance between rows, m"), min_value=0.5, max_value=20, initial=3)
    bay_m = forms.FloatField(label=_("Width of a bay, m"), min_value=0.2, max_value=10, initial=1)
    zone = _zone(help_text=_("What is picked apart. Empty: each row is a zone."))

    def clean_rows(self) -> list[str]:
        text = self.cleaned_data["rows"].upper().replace(" ", "")
        if found := re.fullmatch(r"([A-ZА-Я])-([A-ZА-Я])", text):
            first, last = (ord(letter) for letter in found.groups())
            if first > last or last - first > 40:
                raise forms.ValidationError(_("The first row comes after the last."))
            return [chr(code) for code in range(first, last + 1)]
        names = [name for name in text.split(",") if name]
        if not names or len(names) > 60 or not all(re.fullmatch(r"[\w]{1,6}", name) for name in names):
            raise forms.ValidationError(_("Name rows as A-C, or as A,B,D."))
        return names

    def clean(self) -> dict[str, Any]:
        clean: dict[str, Any] = super().clean() or {}
        if not self.errors and sum(1 for _cell in self.cells()) > 20_000:
            self.add_error(None, _("These are more than 20,000 cells. Make them in parts."))
        return clean

    def cells(self) -> Iterator[tuple[str, float, float, int]]:
        """(address, x, y, level) of every cell."""
        clean = self.cleaned_data
        for number, row in enumerate(clean["rows"]):
            for bay in range(1, clean["bays"] + 1):
                for level in range(1, clean["levels"] + 1):
                    for spot in range(1, clean["places"] + 1):
                        tail = f"-{spot}" if clean["places"] > 1 else ""
                        x = (number + 1) * clean["aisle_m"]
                        y = (bay - 1) * clean["bay_m"] + spot / (clean["places"] + 1) * clean["bay_m"]
                        yield f"{row}-{bay:02d}-{level}{tail}", x, y, level


class RuleForm(forms.ModelForm):
    """How much of what is free a channel warehouse may offer, and which warehouses feed it."""

    feeds = forms.MultipleChoiceField(
        label=_("Fed by"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Without a warehouse nothing is published."),
    )

    class Meta:
        model = ShareRule
        fields = ["buffer", "share_percent", "cap", "keep_at_least", "priority"]
        help_texts = {
            "buffer": _("So many pieces are never offered here."),
            "share_percent": _("Of what is left, this part is offered."),
            "cap": _("Never more than this."),
            "keep_at_least": _("When no more than this is free, nothing is offered."),
            "priority": _("1 is best: one piece is left to each better-placed cabinet. Empty: no order."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["feeds"].choices = [(str(row.pk), row.name) for row in place.seen_warehouses()]  # type: ignore[attr-defined]
        for name in ("buffer", "cap", "keep_at_least"):
            self.fields[name].max_value = MOST  # type: ignore[attr-defined]
        self.fields["share_percent"].max_value = 100  # type: ignore[attr-defined]
