"""What the floor's pages take in."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from django import forms
from django.core.validators import FileExtensionValidator
from django.http import HttpRequest
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from backoffice.kernel.json_body import read_json
from catalog.types import Scheme
from floor.selectors.proposals import Choice
from floor.types import OrderKind, ScanIn, WaveMode

_CLOCK_SKEW = timedelta(days=1)
_LARGEST_PHOTO = 8 * 1024 * 1024


# Fields without a form, which would copy them all for each scan.
_WHOLE = forms.IntegerField(required=False, min_value=1, max_value=2**62)
_SENT: Mapping[str, forms.Field] = {
    "code": forms.CharField(max_length=500, strip=False, error_messages={"required": _("Nothing was read.")}),
    "nonce": forms.UUIDField(),
    "at": forms.CharField(max_length=40, required=False),
    "cell": _WHOLE,
    "order": _WHOLE,
    "sku": _WHOLE,
    "pieces": forms.IntegerField(required=False, min_value=1, max_value=99_999),
}


def read_scan(request: HttpRequest, *, person_id: int, now: datetime) -> tuple[ScanIn, int | None]:
    """
    A scan as the page sends it, and the cell where the person stands.

    Read from a JSON body {code, nonce, at, cell, order, sku, pieces}; order: what a page without network took it for;
    sku, pieces: what the person holds.  A time of the page that cannot be is replaced by the server's.
    :raises ValidationError: with all that is wrong; of a body of another kind everything is.
    """
    try:
        body = read_json(request.body)
    except ValueError:
        body = {}
    sent = body if isinstance(body, dict) else {}
    read: dict[str, Any] = {}
    wrong: list[forms.ValidationError] = []
    for name, field in _SENT.items():
        try:
            read[name] = field.clean(sent.get(name))
        except forms.ValidationError as refusal:
            wrong.append(refusal)
    code = read.get("code", "-").strip(" \t\r\n")
    if not code or "\x00" in code:
        wrong.append(forms.ValidationError(_("Nothing was read.")))
    if wrong:
        raise forms.ValidationError(wrong)
    scan = ScanIn(
        code=code,
        nonce=read["nonce"],
        scanned_at=_moment(read["at"], now),
        person_id=person_id,
        order_id=read["order"],
        sku_id=read["sku"],
        pieces=read["pieces"],
    )
    return scan, read["cell"]


def _moment(text: str, now: datetime) -> datetime:
    try:
        found = parse_datetime(text)
    except ValueError:
        return now
    if found is None:
        return now
    aware = found if found.tzinfo else found.replace(tzinfo=UTC)
    return aware if abs(aware - now) <= _CLOCK_SKEW else now


class ReleaseForm(forms.Form):
    """What a wave is made of; nothing chosen means whatever waits."""

    until = forms.DateTimeField(required=False)
    marketplace = forms.CharField(max_length=30, required=False)
    scheme = forms.ChoiceField(choices=Scheme.choices, required=False)
    zone = forms.CharField(max_length=40, required=False)
    kind = forms.ChoiceField(choices=OrderKind.choices, required=False)
    channel_warehouse = forms.TypedMultipleChoiceField(coerce=int, required=False)
    mode = forms.ChoiceField(choices=WaveMode.choices, required=False)
    limit = forms.IntegerField(
        label=_("Orders at most"), min_value=1, max_value=2000, initial=50, error_messages={"required": _("How many?")}
    )

    def __init__(self, *args: object, places: list[int], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["channel_warehouse"].choices = [(pk, pk) for pk in places]  # type: ignore[attr-defined]

    def choice(self) -> Choice:
        """What was chosen, for `proposals.chosen`."""
        data = self.cleaned_data
        return Choice(
            until=data["until"],
            marketplace=data["marketplace"] or None,
            scheme=data["scheme"] or None,
            zone=data["zone"] or None,
            kind=OrderKind(data["kind"]) if data["kind"] else None,
            channel_warehouse_ids=frozenset(data["channel_warehouse"]) or None,
        )

    def wave_mode(self) -> WaveMode | None:
        return WaveMode(self.cleaned_data["mode"]) if self.cleaned_data["mode"] else None


class ColleagueForm(forms.Form):
    """To whom work goes on; nobody: to anybody."""

    person = forms.IntegerField(min_value=1, max_value=2**62)
    to = forms.IntegerField(min_value=1, max_value=2**62, required=False)


class PhotoForm(forms.Form):
    """A photo of the open box, as a camera makes it."""

    photo = forms.ImageField(
        validators=[FileExtensionValidator(["jpg", "jpeg", "png", "webp"])],
        error_messages={"required": _("No photo came. Take it again.")},
    )

    def clean_photo(self) -> object:
        photo = self.cleaned_data["photo"]
        if photo.size > _LARGEST_PHOTO:
            raise forms.ValidationError(_("The photo is larger than 8 MB. Lower the camera's resolution."))
        return photo


class BadgeForm(forms.Form):
    """A badge, and then its PIN."""

    code = forms.RegexField(r"^\s*\d{8,32}\s*$", error_messages={"invalid": _("This is not a badge.")})
    pin = forms.CharField(max_length=12, required=False)
    next = forms.CharField(max_length=300, required=False)
