from collections.abc import Set
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.apps import apps
from django.db.models import Model, Q
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from merchants.models import AuditRecord, Merchant, Person
from merchants.selectors.audit_words import event_word, word

PAGE = 50


@dataclass(frozen=True)
class ChangedField:
    name: str
    before: str
    after: str


@dataclass(frozen=True)
class AuditRow:
    record_id: int
    at: datetime
    who: str
    merchant: str
    change: str
    subject: str
    object_id: int | None
    fields: list[ChangedField]


@dataclass(frozen=True)
class AuditPage:
    """next_key: what `?after=` of the next page says; empty on the last."""

    rows: list[AuditRow]
    next_key: str
    previous_key: str


@dataclass(frozen=True)
class AuditQuery:
    """
    What the audit log is searched for; nothing given is everything.

    search: the number of an object, or a word in what was written.  after: id of the last record of the page before.
    """

    search: str = ""
    subject: str = ""
    person_id: int | None = None
    since: date | None = None
    until: date | None = None
    after: int | None = None


def audit_query(query: QueryDict) -> AuditQuery:
    """Read the filters from an address; a value that is not understood is left out."""
    return AuditQuery(
        search=_words(query.get("q", ""), 100),
        subject=_words(query.get("subject", ""), 63),
        person_id=_number(query.get("person", "")),
        since=_day(query.get("since", "")),
        until=_day(query.get("until", "")),
        after=_number(query.get("after", "")),
    )


def audit_page(*, merchant_ids: Set[int], installation: bool, wanted: AuditQuery, size: int = PAGE) -> AuditPage:
    """
    Read one page of the audit log, newest first.

    installation: also what belongs to no merchant; the scope must have been opened so.
    """
    mine = Q(merchant_id__in=merchant_ids)
    if installation:
        mine |= Q(merchant_id=None)
    found = AuditRecord.objects.filter(mine)
    if wanted.subject:
        found = found.filter(subject=wanted.subject)
    if wanted.person_id is not None:
        found = found.filter(person_id=wanted.person_id)
    if wanted.since:
        found = found.filter(at__gte=_midnight(wanted.since))
    if wanted.until:
        found = found.filter(at__lt=_midnight(wanted.until) + timedelta(days=1))
    if wanted.search:
        found = found.filter(_mentions(wanted.search))
    if wanted.after is not None:
        found = found.filter(pk__lt=wanted.after)
    records = list(found.order_by("-pk")[: size + 1])
    following = str(records[size - 1].pk) if len(records) > size else ""
    return AuditPage(_rows(records[:size]), following, "")


def _mentions(search: str) -> Q:
    written = Q(after__icontains=search) | Q(before__icontains=search)
    return written | Q(object_id=int(search)) if search.isdecimal() else written


def _words(text: str, longest: int) -> str:
    return text.replace("\0", "").strip()[:longest]


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 19 else None


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 2000 <= day.year <= 2100 else None


def subjects() -> list[tuple[str, str]]:
    """Every audited table with its words, for the filter."""
    names = {model._meta.db_table: word(model._meta.verbose_name) for model in apps.get_models()}
    used = sorted(table for table in AuditRecord.objects.order_by().values_list("subject", flat=True).distinct())
    return sorted(((table, names.get(table) or event_word(table)) for table in used), key=lambda pair: pair[1])


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _rows(records: list[AuditRecord]) -> list[AuditRow]:
    people = Person.objects.in_bulk({record.person_id for record in records if record.person_id})
    merchants = Merchant.objects.in_bulk({record.merchant_id for record in records if record.merchant_id})
    words = {model._meta.db_table: model for model in apps.get_models()}
    rows = []
    for record in records:
        model = words.get(record.subject)
        person = people.get(record.person_id or 0)
        merchant = merchants.get(record.merchant_id or 0)
        rows.append(
            AuditRow(
                record.pk,
                record.at,
                str(person) if person else _("the system"),
                merchant.name if merchant else "",
                record.get_change_display(),
                word(model._meta.verbose_name) if model else event_word(record.subject),
                record.object_id,
                _fields(record, _column_words(model)),
            )
        )
    return rows


def _column_words(model: type[Model] | None) -> dict[str, str]:
    return {str(one.column): word(one.verbose_name) for one in model._meta.concrete_fields} if model else {}


def _fields(record: AuditRecord, words: dict[str, str]) -> list[ChangedField]:
    names = [name for name in {**record.before, **record.after} if name != "id"]
    return [
        ChangedField(words.get(name, name), _text(record.before.get(name)), _text(record.after.get(name)))
        for name in sorted(names)
    ]


def _text(value: object) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(value)[:200]
