"""What people type to connect and set up a channel."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from catalog.types import CommitAt
from marketplaces.ports import Field, Marketplace
from marketplaces.selectors.settings import WarehouseRow
from merchants.types import zone_is_known

LOOPBACK = ("127.0.0.1", "localhost", "::1")
WEEKDAYS = [(1, _("Mon")), (2, _("Tue")), (3, _("Wed")), (4, _("Thu")), (5, _("Fri")), (6, _("Sat")), (7, _("Sun"))]


def clean_address(address: str) -> str:
    """This function will check the address of a marketplace; :raises ValidationError: not one that keys may go to."""
    address = address.strip().rstrip("/")
    if not address:
        return ""
    parts = urlsplit(address)
    if parts.username or parts.password or parts.query or parts.fragment or not parts.hostname:
        raise ValidationError(gettext("Write the address as https://host or https://host/path."))
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        raise ValidationError(gettext("Keys are sent by https only; http is for this machine alone."))
    return address


def _input(field: Field) -> forms.Field:
    """What a person types or chooses for one field of an adapter."""
    label, hint = gettext(field.label), gettext(field.hint) if field.hint else ""
    if field.choices:
        choices = [(value, gettext(words)) for value, words in field.choices]
        return forms.ChoiceField(label=label, help_text=hint, required=field.required, choices=choices)
    widget = forms.PasswordInput(attrs={"autocomplete": "off"}) if field.secret else forms.TextInput()
    return forms.CharField(label=label, help_text=hint, required=field.required, max_length=5000, widget=widget)


class KeyForm(forms.Form):
    """The fields that the adapter asks for, and where the marketplace is."""

    base_url = forms.CharField(
        label=_("Address"),
        required=False,
        max_length=300,
        help_text=_("Empty: the marketplace itself. Another address is for a sandbox."),
    )

    def __init__(self, *args: Any, adapter: type[Marketplace], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.adapter = adapter
        for field in adapter.fields:
            self.fields[f"key_{field.name}"] = _input(field)
        self.order_fields([*(name for name in self.fields if name.startswith("key_"))])

    def clean_base_url(self) -> str:
        return clean_address(self.cleaned_data["base_url"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name in self.fields:
            value = cleaned.get(name)
            if name.startswith("key_") and isinstance(value, str) and not value.isascii():
                self.add_error(name, gettext("A key has Latin letters, digits and signs only. Copy it once more."))
        return cleaned

    @property
    def credentials(self) -> dict[str, str]:
        return {field.name: self.cleaned_data[f"key_{field.name}"].strip() for field in self.adapter.fields}


class ConnectForm(KeyForm):
    """A new channel."""

    name = forms.CharField(label=_("Name"), max_length=100, help_text=_("How you call this cabinet."))
    legal_entity = forms.TypedChoiceField(label=_("Legal entity"), coerce=int)

    def __init__(self, *args: Any, entities: Sequence[tuple[int, int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["legal_entity"].choices = [(pk, name) for pk, _merchant, name in entities]  # type: ignore[attr-defined]
        self.order_fields(["name", "legal_entity", *self.fields])


class SettingsForm(forms.Form):
    """What a person may change of a channel without its key."""

    name = forms.CharField(label=_("Name"), max_length=100)
    legal_entity = forms.TypedChoiceField(label=_("Legal entity"), coerce=int)
    price_type = forms.TypedChoiceField(
        label=_("Price type"),
        coerce=int,
        required=False,
        empty_value=None,
        help_text=_("Empty: prices are not published."),
    )
    price_step = forms.DecimalField(
        label=_("Round prices up to"), min_value=0, max_value=100000, max_digits=8, decimal_places=2
    )
    price_max_drop_percent = forms.IntegerField(
        label=_("Largest price drop at once, %"),
        min_value=0,
        max_value=100,
        help_text=_("A price that falls more waits on the sync page for a person."),
    )

    def __init__(
        self,
        *args: Any,
        entities: Sequence[tuple[int, int, str]],
        price_types: Sequence[tuple[int, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["legal_entity"].choices = [(pk, name) for pk, _merchant, name in entities]  # type: ignore[attr-defined]
        self.fields["price_type"].choices = [("", "—"), *price_types]  # type: ignore[attr-defined]


class WarehouseForm(forms.Form):
    """The calendar of a channel warehouse, and when its parcels are promised."""

    cut_off = forms.TimeField(label=_("Cut-off"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    zone = forms.CharField(label=_("Time zone"), max_length=50)
    days_to_ship = forms.IntegerField(label=_("Days to ship"), min_value=0, max_value=30)
    working_days = forms.TypedMultipleChoiceField(
        label=_("Working days"), coerce=int, choices=WEEKDAYS, widget=forms.CheckboxSelectMultiple
    )
    holidays = forms.CharField(
        label=_("Days off"),
        required=False,
        max_length=5000,
        help_text=_("Dates like 2027-01-01, separated by commas."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    commit_at = forms.ChoiceField(label=_("Tell the marketplace"), choices=CommitAt.choices)
    push_stock = forms.BooleanField(label=_("Publish stock here"), required=False)

    @staticmethod
    def initial_of(row: WarehouseRow) -> dict[str, object]:
        """What the form shows first."""
        return {
            "cut_off": row.cut_off,
            "zone": row.zone,
            "days_to_ship": row.days_to_ship,
            "working_days": list(row.working_days),
            "holidays": ", ".join(day.isoformat() for day in row.holidays),
            "commit_at": row.commit_at,
            "push_stock": row.push_stock,
        }

    def clean_zone(self) -> str:
        zone = str(self.cleaned_data["zone"]).strip()
        if not zone_is_known(zone):
            raise ValidationError(gettext("There is no such time zone. Write it like Europe/Moscow."))
        return zone

    def clean_holidays(self) -> list[date]:
        days = set()
        for text in str(self.cleaned_data["holidays"]).replace("\n", ",").split(","):
            if not text.strip():
                continue
            try:
                days.add(date.fromisoformat(text.strip()))
            except ValueError as reason:
                raise ValidationError(
                    gettext("%(text)s is no date like 2027-01-01.") % {"text": text.strip()[:20]}
                ) from reason
        return sorted(days)
