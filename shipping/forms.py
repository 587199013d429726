"""What the pages of handovers take in."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shipping.selectors import supply_pages
from shipping.types import MOST_CONTAINERS, Difference
from stock.selectors import balances
from stock.selectors import place as stock_place


class CloseForm(forms.Form):
    """Closing a handover: what the marketplace wants to be told of the way."""

    leave_behind = forms.BooleanField(
        label=_("Leave unpacked orders, those without a sticker and those left out for the next handover"),
        required=False,
    )
    without_stickers = forms.BooleanField(
        label=_("Stickers that have not come here are on their parcels all the same"), required=False
    )
    shipping_type = forms.ChoiceField(
        label=_("Shipping method"),
        choices=[("", "—"), ("self", _("We bring it ourselves")), ("carrier", _("By a transport company"))],
        required=False,
    )
    shipping_point = forms.CharField(
        label=_("Shipping point"),
        required=False,
        max_length=400,
        help_text=_("Where the parcels are brought. It is remembered for the next handover."),
    )

    containers = forms.IntegerField(
        label=_("Boxes to a pick-up point"), required=False, min_value=0, max_value=MOST_CONTAINERS
    )

    def clean_shipping_point(self) -> str:
        value: str = self.cleaned_data["shipping_point"]
        if "\x00" in value:
            raise forms.ValidationError(_("This is not a shipping point."))
        return value

    def point(self) -> tuple[str, str]:
        """(id, name) of the chosen point; the list sends them as "id|name"."""
        identity, _bar, name = self.cleaned_data["shipping_point"].partition("|")
        return identity.strip()[:60], name.strip()[:300]


class SupplyForm(forms.Form):
    """The head of a supply."""

    channel = forms.ChoiceField(label=_("Channel"))
    place = forms.ChoiceField(label=_("Warehouse of the marketplace"), required=False)
    destination = forms.CharField(
        label=_("Cluster or warehouse in words"),
        required=False,
        max_length=200,
        help_text=_("Where no warehouse of the cabinet stands for it."),
    )
    warehouse = forms.ChoiceField(label=_("From our warehouse"))
    planned_on = forms.DateField(
        label=_("To be there on"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    note = forms.CharField(label=_("Note"), required=False, max_length=300)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.channels = {str(row.pk): row for row in supply_pages.channels()}
        self.places = {str(row.pk): row for row in supply_pages.places()}
        self.warehouses = {str(row.pk): row for row in stock_place.seen_warehouses()}
        choices = {
            "channel": [(key, row.name) for key, row in self.channels.items()],
            "place": [("", "—"), *((key, f"{row.channel.name} · {row.name}") for key, row in self.places.items())],
            "warehouse": [(key, row.name) for key, row in self.warehouses.items()],
        }
        for name, rows in choices.items():
            self.fields[name].choices = rows  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        clean: dict[str, Any] = super().clean() or {}
        place = self.places.get(clean.get("place") or "")
        if place and clean.get("channel") and str(place.channel_id) != clean["channel"]:
            self.add_error("place", _("This warehouse is not of the chosen channel."))
        if not place and not clean.get("destination") and not self.errors:
            self.add_error("destination", _("Where to?"))
        channel = self.channels.get(clean.get("channel") or "")
        own = {row.pk for row in stock_place.own_warehouses(channel.merchant_id)} if channel else set()
        if channel and clean.get("warehouse") and int(clean["warehouse"]) not in own:
            self.add_error("warehouse", _("This merchant's goods are not served there."))
        return clean


class SupplyLineForm(forms.Form):
    """Pieces of an article for a draft; scanned or typed."""

    code = forms.CharField(label=_("Article or barcode"), max_length=100)
    pieces = forms.IntegerField(label=_("Pieces"), min_value=0, max_value=1_000_000, initial=1)

    def clean_code(self) -> Any:
        text: str = self.cleaned_data["code"].replace("\x00", "")
        found = balances.resolve_sku(text)
        if found is None:
            raise forms.ValidationError(gettext("No article has this code: %(code)s") % {"code": text[:60]})
        return found


class PackedForm(SupplyLineForm):
    """Pieces that went into the boxes; below nothing takes back."""

    pieces = forms.IntegerField(label=_("Pieces"), min_value=-1_000_000, max_value=1_000_000, initial=1)


class BoxesForm(forms.Form):
    """How many boxes."""

    boxes = forms.IntegerField(label=_("Boxes"), min_value=0, max_value=2000)


class SupplyFileForm(forms.Form):
    """A table of articles and pieces."""

    file = forms.FileField(label=_("File XLSX or CSV"))


class AcceptedForm(forms.Form):
    """What the marketplace accepted of one line."""

    sku_id = forms.IntegerField(widget=forms.HiddenInput)
    accepted = forms.IntegerField(label=_("Accepted"), min_value=0, max_value=1_000_000)
    difference = forms.ChoiceField(
        label=_("What became of the others"),
        required=False,
        choices=[
            ("", "—"),
            *((word.value, word.label) for word in (Difference.LOST, Difference.CAME_BACK, Difference.DISPUTED)),
        ],
    )
    note = forms.CharField(label=_("Note"), required=False, max_length=300)
