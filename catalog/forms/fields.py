"""Fields that people fill in as they are used to: commas, spaces, one thing a line."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from catalog.formats.barcode import MOST_CHARS, BadBarcode, kind_of

MOST_BARCODES = 50
MOST_ATTRIBUTES = 100
# A spreadsheet pastes these instead of a blank and of a minus.
_SPACES: dict[int, str | None] = {**dict.fromkeys(map(ord, " \u00a0\u2009\u202f₽")), ord("−"): "-"}


class AmountField(forms.DecimalField):
    """A number as written here: `1 234,56`."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"min_value": Decimal(0), "max_digits": 14, "decimal_places": 2, **kwargs})
        self.widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str):
            value = value.translate(_SPACES).replace(",", ".")
        return super().to_python(value)

    def prepare_value(self, value: Any) -> Any:
        """Without the noughts that the column's scale adds."""
        if isinstance(value, Decimal) and value.is_finite():
            return f"{value.normalize():f}".replace(".", ",")
        return value


class LinesField(forms.CharField):
    """One thing a line."""

    def __init__(self, *, rows: int = 3, **kwargs: Any) -> None:
        super().__init__(**{"max_length": 20_000, "required": False, **kwargs})
        self.widget = forms.Textarea(attrs={"rows": rows})


class BarcodesField(LinesField):
    """Barcodes, one a line; cleaned to a list of right codes without repeats."""

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        codes = list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))
        if len(codes) > MOST_BARCODES:
            raise forms.ValidationError(_("At most %d barcodes for one article.") % MOST_BARCODES)
        wrong = [message for code in codes if (message := barcode_problem(code))]
        if wrong:
            raise forms.ValidationError(wrong[:10])
        return codes

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value


def barcode_problem(code: str) -> str:
    """What is wrong with a barcode, in words; "" when nothing is."""
    try:
        kind_of(code)
    except BadBarcode as reason:
        if reason.expected:
            return gettext("%(code)s: the check digit is wrong, it should end in %(digit)s.") % {
                "code": code,
                "digit": reason.expected,
            }
        return gettext("“%(code)s” is no barcode: up to %(most)d Latin letters, digits and signs, no spaces.") % {
            "code": code[:40],
            "most": MOST_CHARS,
        }
    return ""


class AttributesField(LinesField):
    """Free attributes, `name: value` a line; cleaned to a mapping."""

    def clean(self, value: Any) -> Any:
        found: dict[str, str] = {}
        for line in super().clean(value).splitlines():
            if not line.strip():
                continue
            name, colon, text = (part.strip() for part in line.partition(":"))
            if not (name and colon and text):
                raise forms.ValidationError(
                    gettext("“%(line)s”: write a name, a colon and a value.") % {"line": line[:60]}
                )
            if name in found:
                raise forms.ValidationError(gettext("“%(name)s” stands there twice.") % {"name": name[:60]})
            if len(name) > 100 or len(text) > 1000:
                raise forms.ValidationError(
                    gettext("“%(name)s”: a name of up to 100 characters, a value of up to 1,000.") % {"name": name[:60]}
                )
            found[name] = text
        if len(found) > MOST_ATTRIBUTES:
            raise forms.ValidationError(_("At most %d attributes.") % MOST_ATTRIBUTES)
        return found

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(f"{name}: {text}" for name, text in value.items()) if isinstance(value, dict) else value


def whole_ids(values: list[str], *, most: int = 1000) -> list[int]:
    """Ids out of a request; what is no id is left out."""
    found = [int(value) for value in values[:most] if value.isascii() and value.isdigit() and len(value) < 19]
    return list(dict.fromkeys(found))
