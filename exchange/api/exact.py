"""What programs send, read exactly: numbers as written, no name twice or unknown, empty dates and links of 1C."""

import uuid
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import IO, Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ParseError
from rest_framework.parsers import JSONParser

from backoffice.kernel import days
from backoffice.kernel.json_body import read_json

# An empty date of 1C, and its empty reference.
_NO_DATE = "0001-01-01"
_NO_GUID = uuid.UUID(int=0)
_NAMED_AT_MOST = 20

# Refusals of the REST framework that its own Russian lacks; the catalog of the product is asked before its own.
_ELSEWHERE = (
    gettext_noop("Must be a valid UUID."),
    gettext_noop("Must be a valid boolean."),
    gettext_noop("Not a valid string."),
    gettext_noop("Invalid input."),
    gettext_noop("Datetime value out of range."),
    gettext_noop("Ensure this field has at least {min_length} elements."),
    gettext_noop("Ensure this field has no more than {max_length} elements."),
)


class ExactJson(JSONParser):
    """JSON whatever the header says; a number with a point is a Decimal, a byte order mark is let pass."""

    def parse(
        self, stream: IO[bytes], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        # Read no more than a request may hold, whoever sends it without a length.
        body = stream.read(settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
        if len(body) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise RequestDataTooBig
        try:
            told = read_json(body, parse_float=Decimal, parse_constant=_no_constant, object_pairs_hook=_named_once)
        except ValueError as reason:
            raise ParseError(_("The body is no JSON in UTF-8: %(why)s.") % {"why": str(reason)[:200]}) from reason
        if told is None:
            raise ParseError(_("The body is empty."))
        return told


def _no_constant(word: str) -> None:
    raise ValueError(f"{word} is no number")


def _named_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return found


class Told(serializers.Serializer):
    """A request's fields.  One that is misspelt is refused by name: it must never be dropped in silence."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping) and (strange := sorted({str(name) for name in data} - set(self.fields))):
            text = _("There is no field of this name.")
            raise serializers.ValidationError(
                {name[:100]: [ErrorDetail(text, "unknown_field")] for name in strange[:_NAMED_AT_MOST]}
            )
        return super().to_internal_value(data)


class Moment(serializers.DateTimeField):
    """A time with or without a zone; without, it is the merchant's.  1C's empty date is null."""

    def validate_empty_values(self, data: Any) -> tuple[bool, Any]:
        if isinstance(data, str) and data.startswith(_NO_DATE):
            data = None
        return super().validate_empty_values(data)

    def to_internal_value(self, value: Any) -> datetime:
        try:
            found: datetime = super().to_internal_value(value)
            # A wall clock time at the edge of the calendar has no UTC.
            if not days.is_ours(found.astimezone(UTC)):
                raise ValueError("no day of ours")
        except (OverflowError, ValueError) as reason:
            raise serializers.ValidationError(_("This is no date and time.")) from reason
        return found


class Day(serializers.DateField):
    """A day.  1C's empty date is null."""

    def validate_empty_values(self, data: Any) -> tuple[bool, Any]:
        return super().validate_empty_values(None if data == _NO_DATE else data)

    def to_internal_value(self, value: Any) -> date:
        found: date = super().to_internal_value(value)
        if not days.is_ours(found):
            raise serializers.ValidationError(_("This is no date."))
        return found


@extend_schema_field({"type": "string", "format": "uuid"})
class Guid(serializers.UUIDField):
    """A reference of 1C; its empty one is null."""

    def validate_empty_values(self, data: Any) -> tuple[bool, Any]:
        if data in ("", str(_NO_GUID)):
            data = None
        return super().validate_empty_values(data)

    def to_internal_value(self, data: Any) -> uuid.UUID:
        # A number is a UUID to the base class; to 1C it is a mistake.
        if not isinstance(data, str):
            self.fail("invalid", value=data)
        found: uuid.UUID = super().to_internal_value(data)
        return found
