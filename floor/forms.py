"""What the floor's pages take in."""

import json
from datetime import UTC, datetime, timedelta

from django import forms
from django.http import HttpRequest
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from floor.types import ScanIn

_CLOCK_SKEW = timedelta(days=1)


class ScanForm(forms.Form):
    """A scan as the page sends it: {code, nonce, at, cell}."""

    code = forms.CharField(max_length=500, strip=False, error_messages={"required": _("Nothing was read.")})
    nonce = forms.UUIDField()
    at = forms.CharField(max_length=40, required=False)
    cell = forms.IntegerField(required=False, min_value=1, max_value=2**62)

    @classmethod
    def read(cls, request: HttpRequest) -> "ScanForm":
        """From a JSON body; a body of another kind is an empty form with its errors."""
        try:
            sent = json.loads(request.body or b"{}")
        except (ValueError, UnicodeDecodeError):
            sent = {}
        return cls(sent if isinstance(sent, dict) else {})

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"].strip(" \t\r\n")
        if not code or "\x00" in code:
            raise forms.ValidationError(_("Nothing was read."))
        return code

    def scan(self, *, person_id: int, now: datetime) -> ScanIn:
        """The scan; a time of the page that cannot be is replaced by the server's."""
        return ScanIn(
            code=self.cleaned_data["code"],
            nonce=self.cleaned_data["nonce"],
            scanned_at=_moment(self.cleaned_data["at"], now),
            person_id=person_id,
        )


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
    """Which proposals, or which orders, become a wave."""

    warehouse = forms.IntegerField(min_value=1, max_value=2**62)
    channel_warehouse = forms.TypedMultipleChoiceField(coerce=int, required=False)
    limit = forms.IntegerField(
        label=_("Orders at most"), min_value=1, max_value=2000, initial=50, error_messages={"required": _("How many?")}
    )

    def __init__(self, *args: object, places: list[int], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["channel_warehouse"].choices = [(pk, pk) for pk in places]  # type: ignore[attr-defined]
