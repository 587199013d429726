"""What the import of products takes in: a file, then the field of each column."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from catalog.formats.columns import ATTRIBUTE, FIELDS, PRICE, SAME
from catalog.formats.table import MOST_BYTES
from catalog.selectors.intake import title_of
from merchants.types import Held


class UploadForm(forms.Form):
    """A file, and for whom when the person works for several merchants."""

    file = forms.FileField(label=_("File"), help_text=_("XLSX or CSV, up to 50 MB and 200,000 rows."))

    def __init__(self, *args: Any, held: Collection[Held], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.held = list(held)
        if len(self.held) > 1:
            self.fields["merchant"] = forms.TypedChoiceField(
                label=_("Merchant"), coerce=int, choices=[(row.merchant_id, row.name) for row in self.held]
            )
            self.order_fields(["merchant", "file"])

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(gettext("The file is larger than 50 MB. Split it."))
        return file

    @property
    def merchant_id(self) -> int:
        """Whose products they are."""
        return int(self.cleaned_data.get("merchant") or self.held[0].merchant_id)


class MappingForm(forms.Form):
    """The field of each column: `column-0`, `column-1`, …"""

    def __init__(
        self,
        *args: Any,
        headings: Sequence[str],
        mapping: Sequence[str],
        prices: Mapping[int, str],
        sees_cost: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        fields = [name for name in FIELDS if name != "cost" or sees_cost]
        names = [*fields, *(f"{PRICE}{pk}" for pk in prices)]
        choices = [("", gettext("— leave out —")), *((name, title_of(name, prices)) for name in names)]
        for number, heading in enumerate(headings):
            attribute = f"{ATTRIBUTE}{heading.partition(':')[2].strip() or heading.strip()}"[:100]
            own = [(attribute, title_of(attribute, prices))] if attribute != ATTRIBUTE else []
            guessed = mapping[number] if number < len(mapping) else ""
            self.fields[f"column-{number}"] = forms.ChoiceField(
                label=heading or gettext("column %(n)d") % {"n": number + 1},
                required=False,
                choices=[*choices, *own],
                initial=guessed,
            )

    def clean(self) -> dict[str, Any]:
        clean: dict[str, Any] = super().clean() or {}
        taken: set[str] = set()
        for name, value in list(clean.items()):  # add_error takes the field out
            field = SAME.get(value, value)
            if field and field in taken:
                self.add_error(name, gettext("Another column fills this field already."))
            taken.add(field)
        if not self.errors and "article" not in taken:
            self.add_error(None, gettext("Choose the column with the article: by it rows find their products."))
        return clean

    @property
    def mapping(self) -> list[str]:
        """The field of each column."""
        return [self.cleaned_data[name] for name in self.fields]
