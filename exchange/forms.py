"""Forms of the exchange desk."""

import ipaddress
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from exchange.models import Connection
from exchange.types import API_SCOPES, Direction, Field, MessageState, Owner
from merchants.models import Merchant


class ConnectForm(forms.Form):
    """What a new connection is called, and whose it is."""

    name = forms.CharField(
        label=_("Name"), max_length=100, help_text=_("As you call this base of 1C: “УТ 11”, “Бухгалтерия склада”.")
    )
    merchant = forms.TypedChoiceField(label=_("Merchant"), coerce=int)

    def __init__(self, *args: Any, merchants: list[Merchant], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["merchant"].choices = [(row.pk, row.name) for row in merchants]  # type: ignore[attr-defined]
        self.fields["merchant"].initial = merchants[0].pk if merchants else None


class NamedForm(forms.ModelForm[Connection]):
    """The name once a merchant; the networks written with commas."""

    networks = forms.CharField(
        label=_("Allowed addresses"),
        required=False,
        max_length=1000,
        help_text=_("IP addresses or networks, separated by commas; empty: any."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["networks"] = ", ".join(self.instance.networks)

    def clean_networks(self) -> list[str]:
        told = [word.strip() for word in self.cleaned_data["networks"].replace(";", ",").split(",") if word.strip()]
        for word in told:
            try:
                ipaddress.ip_network(word, strict=False)
            except ValueError as reason:
                raise forms.ValidationError(_("“%(word)s” is no address."), params={"word": word[:50]}) from reason
        return told

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        others = Connection.objects.filter(merchant_id=self.instance.merchant_id, name=name).exclude(
            pk=self.instance.pk
        )
        if others.exists():
            raise forms.ValidationError(_("There is a connection of this name already."))
        return name


class ProgramForm(NamedForm):
    """What a program of the API may do."""

    scopes = forms.MultipleChoiceField(label=_("Rights"), choices=(), widget=forms.CheckboxSelectMultiple)

    class Meta:
        model = Connection
        fields = ("name", "active", "scopes", "networks", "per_minute")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scopes"].choices = [(right.value, right.label) for right in API_SCOPES]  # type: ignore[attr-defined]


class SettingsForm(NamedForm):
    """How a connection of 1C works."""

    class Meta:
        model = Connection
        fields = (
            "name",
            "active",
            "new_goods",
            "match_by",
            "rests_mean",
            "warehouse",
            "acknowledge",
            "encoding",
            "orders_from",
            "guard_zero_percent",
            "guard_price_percent",
            "guard_archive_percent",
            "networks",
        )

    def __init__(self, *args: Any, warehouses: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["orders_from"].widget = forms.DateTimeInput(format="%d.%m.%Y %H:%M")
        field = self.fields["warehouse"]
        field.queryset = field.queryset.filter(pk__in=[pk for pk, _name in warehouses])  # type: ignore[attr-defined]


class OwnersForm(forms.Form):
    """Whose word counts, field by field."""

    def __init__(self, *args: Any, owners: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in Field:
            self.fields[field.value] = forms.ChoiceField(
                label=field.label, choices=Owner.choices, initial=owners.get(field.value, Owner.ONEC)
            )


class WordForm(forms.Form):
    """Which warehouses and price types of ours 1C's are; fields `word-<pk>`."""

    def __init__(
        self, *args: Any, words: list[tuple[int, str, int | None, list[tuple[int, str]]]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for pk, name, chosen, choices in words:
            self.fields[f"word-{pk}"] = forms.TypedChoiceField(
                label=name,
                required=False,
                coerce=int,
                empty_value=None,
                choices=[("", "—"), *choices],
                initial=chosen or "",
            )


class LogFilter(forms.Form):
    """Which packages are shown."""

    connection = forms.TypedChoiceField(label=_("Connection"), required=False, coerce=int, empty_value=None)
    direction = forms.ChoiceField(label=_("Direction"), required=False, choices=[("", "—"), *Direction.choices])
    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", "—"), *MessageState.choices])
    trouble = forms.BooleanField(label=_("With trouble only"), required=False)

    def __init__(self, *args: Any, connections: list[Connection], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["connection"].choices = [("", "—"), *((row.pk, row.name) for row in connections)]  # type: ignore[attr-defined]

    @property
    def asked(self) -> dict[str, Any]:
        told = self.cleaned_data if self.is_valid() else {}
        return {**told, "connection_id": told.get("connection")}


class UploadForm(forms.Form):
    """A file by hand: tried first, applied when wanted."""

    connection = forms.TypedChoiceField(label=_("Connection"), coerce=int)
    file = forms.FileField(label=_("File"), help_text=_("XML or ZIP, as 1C writes it, up to 100 MB."))
    apply = forms.BooleanField(
        label=_("Apply it at once"), required=False, help_text=_("Otherwise it is only tried: nothing is changed.")
    )

    def __init__(self, *args: Any, connections: list[Connection], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["connection"].choices = [(row.pk, row.name) for row in connections]  # type: ignore[attr-defined]


class MatchForm(forms.Form):
    """Which article a good of 1C is."""

    code = forms.CharField(label=_("Article or barcode"), max_length=100)


class HookForm(forms.Form):
    """Where changes are sent, and for which program."""

    program = forms.TypedChoiceField(label=_("Program"), coerce=int, help_text=_("What it may read is sent."))
    url = forms.URLField(
        label=_("Address"), max_length=500, assume_scheme="https", help_text=_("https://…, open to this server.")
    )
    everything = forms.BooleanField(
        label=_("Send all objects first"),
        required=False,
        help_text=_("Otherwise only what changes from now on."),
    )

    def __init__(self, *args: Any, programs: list[Connection], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["program"].choices = [(row.pk, row.name) for row in programs]  # type: ignore[attr-defined]

    def clean_url(self) -> str:
        """What can be seen without asking for the name; the rest is judged whenever something is sent."""
        url: str = self.cleaned_data["url"]
        host = urlsplit(url).hostname or ""
        try:
            address = ipaddress.ip_address(host)
        except ValueError:
            return url
        allowed = [ipaddress.ip_network(network, strict=False) for network in settings.WEBHOOK_NETWORKS]
        if not address.is_global and not any(address in network for network in allowed):
            raise forms.ValidationError(
                _("%(host)s is not an address of the internet. The administrator may allow it: WEBHOOK_NETWORKS."),
                params={"host": host},
            )
        return url
