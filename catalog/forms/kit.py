"""What a kit holds, as a person writes it: an article or barcode and a number of pieces a row."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from catalog.models import Sku
from catalog.selectors.sku import by_barcode, by_code

MOST_PIECES = 10_000


class ComponentForm(forms.Form):
    """One component; both fields empty: a row left out."""

    article = forms.CharField(label=_("Article or barcode"), required=False, max_length=100)
    pieces = forms.IntegerField(label=_("Pieces"), required=False, min_value=1, max_value=MOST_PIECES)

    def __init__(self, *args: Any, merchant_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.merchant_id = merchant_id

    def clean_article(self) -> Sku | None:
        text = self.cleaned_data["article"].strip()
        if not text:
            return None
        found = {sku for sku in (*by_code(text), *by_barcode(text)) if sku.merchant_id == self.merchant_id}
        if len(found) != 1:
            raise forms.ValidationError(gettext("No article has this code: %(code)s") % {"code": text[:60]})
        return found.pop()

    def clean(self) -> dict[str, Any]:
        clean: dict[str, Any] = super().clean() or {}
        if not self.errors and bool(clean.get("article")) != bool(clean.get("pieces")):
            missing = "pieces" if clean.get("article") else "article"
            self.add_error(missing, _("How many pieces?") if clean.get("article") else _("Which article?"))
        return clean


class ComponentsFormSet(forms.BaseFormSet[ComponentForm]):
    """All components; none of them twice."""

    def clean(self) -> None:
        seen = set()
        for form in self.forms:
            sku = getattr(form, "cleaned_data", {}).get("article")
            if sku in seen and sku is not None:
                form.add_error("article", gettext("This article stands there twice. Put the pieces into one row."))
            seen.add(sku)

    @property
    def components(self) -> dict[int, int]:
        """SKU id → pieces."""
        rows = [form.cleaned_data for form in self.forms]
        return {row["article"].pk: row["pieces"] for row in rows if row.get("article")}
