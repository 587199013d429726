"""What the pages of handovers take in."""

from django import forms
from django.utils.translation import gettext_lazy as _

from shipping.types import HandoverState


class HandoverFilter(forms.Form):
    """The list's filter."""

    state = forms.MultipleChoiceField(
        label=_("State"), choices=HandoverState.choices, required=False, widget=forms.SelectMultiple
    )


class CloseForm(forms.Form):
    """Closing a handover: what the marketplace wants to be told of the way."""

    leave_behind = forms.BooleanField(
        label=_("Leave unpacked orders, and those without a sticker, for the next handover"), required=False
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

    def clean_shipping_point(self) -> str:
        value: str = self.cleaned_data["shipping_point"]
        if "\x00" in value:
            raise forms.ValidationError(_("This is not a shipping point."))
        return value

    def point(self) -> tuple[str, str]:
        """(id, name) of the chosen point; the list sends them as "id|name"."""
        identity, _bar, name = self.cleaned_data["shipping_point"].partition("|")
        return identity.strip()[:60], name.strip()[:300]
