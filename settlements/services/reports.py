"""
Commissioner reports: accepted wholly or not at all, once, and taken back only by a reversal.

A report makes entries by what it is about; the entries of an accepted report add up to what it says is payable (and,
where the agreement has the fee paid by itself, that minus the fee).
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import fields
from datetime import date, datetime
from decimal import Decimal
from itertools import chain, islice

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from backoffice.kernel import events as bus
from backoffice.kernel import live
from backoffice.kernel.locks import Subject, take
from catalog.models import VatRate
from settlements.errors import WrongState
from settlements.events import ReportAccepted, ReportReversed
from settlements.models import Agreement, Entry, Report, ReportLine
from settlements.services import checks, goods, matching
from settlements.services.matching import Meaning
from settlements.types import (
    WITHHELD,
    EntryItem,
    EntryKind,
    Fault,
    LineIn,
    LineKind,
    Outcome,
    OutcomeStatus,
    ReportIn,
    Totals,
)

_MOST_FAULTS = 1000
_OWED_ITEM = {
    LineKind.SALE: EntryItem.SALE,
    LineKind.RETURN: EntryItem.RETURN,
    LineKind.COMPENSATION: EntryItem.COMPENSATION,
}
_COPIED = tuple(
    name
    for name in (field.name for field in fields(LineIn))
    if name not in {"sku_id", "product_guid", "sku_guid", "article", "barcode", "external_sku"}
)


@transaction.atomic
def accept(*, merchant_id: int, data: ReportIn, at: datetime, person_id: int | None = None) -> Outcome:
    """
    Accept a report, or say by line and field what is wrong with it and write nothing.

    The same report again changes nothing.  Another one with the GUID or number of an accepted report is refused, unless
    it says that it `corrects` that one: then the earlier is reversed and this one counts.
    """
    take(Subject.SETTLEMENTS, merchant_id)
    faults = _first(chain(checks.head(data), *(checks.shape(line, n) for n, line in enumerate(data.lines, 1))))
    agreement, missing = _agreement(merchant_id, data)
    if agreement is None or faults:
        return _rejected([*missing, *faults])
    digest = _digest(data, agreement)
    earlier, clash = _earlier(merchant_id, data, agreement, digest)
    if earlier is not None and earlier.digest == digest:
        return Outcome(status=OutcomeStatus.UNCHANGED, report_id=earlier.pk)
    faults = _first(chain(clash, _arithmetic(data, agreement)))
    meanings, unknown = matching.match(merchant_id=merchant_id, channel_id=agreement.channel_id, lines=data.lines)
    if faults or unknown:
        return _rejected([*faults, *unknown])
    if earlier is not None:
        _reverse(earlier, at, _("Corrected by report %(number)s.") % {"number": data.number})
    report = _write(merchant_id, data, agreement, digest, meanings, earlier, at, person_id)
    order_ids = frozenset(meaning.order_id for meaning in meanings if meaning.order_id)
    bus.publish(ReportAccepted(merchant_id=merchant_id, report_id=report.pk, order_ids=order_ids, at=at))
    live.touch("settlements", merchant_id)
    return Outcome(
        status=OutcomeStatus.CORRECTED if earlier else OutcomeStatus.ACCEPTED,
        report_id=report.pk,
        reversed_id=earlier.pk if earlier else None,
    )


@transaction.atomic
def reverse(*, report_id: int, at: datetime, because: str) -> Report:
    """
    Take a report back: its entries are answered by their opposites, and its lines count no more.

    :raises WrongState: it is reversed already
    """
    found = Report.objects.get(pk=report_id)
    take(Subject.SETTLEMENTS, found.merchant_id)
    report = Report.objects.select_for_update().get(pk=report_id)
    if report.reversed_at is not None:
        raise WrongState(_("This report is reversed already. Nothing was changed."))
    _reverse(report, at, because)
    live.touch("settlements", report.merchant_id)
    return report


def _rejected(faults: Sequence[Fault]) -> Outcome:
    return Outcome(status=OutcomeStatus.REJECTED, faults=tuple(faults[:_MOST_FAULTS]))


def _first(faults: Iterator[Fault]) -> list[Fault]:
    return list(islice(faults, _MOST_FAULTS))


def _agreement(merchant_id: int, data: ReportIn) -> tuple[Agreement | None, list[Fault]]:
    """The agreement that the report is under, and what is wrong with it."""
    mine = Agreement.objects.filter(merchant_id=merchant_id)
    if data.agreement_id is not None:
        name, found = "agreement_id", mine.filter(pk=data.agreement_id)
    elif data.agreement_guid is not None:
        name, found = "agreement_guid", mine.filter(guid=data.agreement_guid)
    else:
        name = "channel_id"
        found = mine.filter(
            Q(valid_to=None) | Q(valid_to__gte=data.period_to),
            channel_id=data.channel_id or 0,
            valid_from__lte=data.period_to,
        )
    rows = list(found[:2])
    if len(rows) != 1:
        told = (
            _("Several agreements of this channel are in force then. Name one.")
            if rows
            else _("There is no such agreement here. Enter it first, then send the report again.")
        )
        return None, [Fault(code="agreement", field=name, message=told)]
    (agreement,) = rows
    faults = []
    if agreement.currency != data.currency:
        faults.append(
            Fault(
                code="currency",
                field="currency",
                message=_("The agreement is in %(currency)s.") % {"currency": agreement.currency},
            )
        )
    if data.period_to < agreement.valid_from or (agreement.valid_to and data.period_from > agreement.valid_to):
        faults.append(
            Fault(
                code="period",
                field="period_from",
                message=_("The agreement %(number)s is not in force in this period.") % {"number": agreement.number},
            )
        )
    return (None if faults else agreement), faults


def _earlier(merchant_id: int, data: ReportIn, agreement: Agreement, digest: str) -> tuple[Report | None, list[Fault]]:
    """The accepted report whose place this one has or takes, and why it may not."""
    same = Q(agreement=agreement, number=data.number)
    if data.guid is not None:
        same |= Q(guid=data.guid)
    if data.corrects is not None:
        same |= Q(pk=data.corrects)
    counted = list(Report.objects.filter(same, merchant_id=merchant_id, reversed_at=None).order_by("pk"))
    if repeated := next((report for report in counted if report.digest == digest), None):
        return repeated, []
    if data.corrects is not None and not any(report.pk == data.corrects for report in counted):
        told = _("There is no accepted report %(id)d to correct.") % {"id": data.corrects}
        return None, [Fault(code="corrects", field="corrects", message=told)]
    others = [report for report in counted if report.pk != data.corrects]
    if others:
        told = _(
            "Report %(number)s was accepted with other contents (id %(id)d)."
            " To put this one in its place send that id in “corrects”."
        ) % {"number": others[0].number, "id": others[0].pk}
        name = "guid" if data.guid is not None and others[0].guid == data.guid else "number"
        return None, [Fault(code="changed", field=name, message=told)]
    return (counted[0] if counted else None), []


def _arithmetic(data: ReportIn, agreement: Agreement) -> Iterator[Fault]:
    percents = _percents(data.period_to)
    for number, line in enumerate(data.lines, 1):
        yield from checks.sums(
            line, number, amount_vat=agreement.amount_vat, fee_withheld=agreement.fee_withheld, percents=percents
        )
    yield from checks.totals(data)


def _percents(day: date) -> checks.Percents:
    rates = VatRate.objects.filter(Q(valid_to=None) | Q(valid_to__gt=day), valid_from__lte=day)
    return dict(rates.values_list("code", "percent"))


def _digest(data: ReportIn, agreement: Agreement) -> str:
    """Of what the report says; not of how it came, nor of what it corrects."""
    said = [agreement.pk, *_said(data, skip={"agreement_id", "agreement_guid", "channel_id", "corrects", "raw"})]
    said += [_said(line) for line in data.lines]
    said.append(_said(data.totals))
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()


def _said(part: ReportIn | LineIn | Totals, skip: frozenset[str] | set[str] = frozenset()) -> list[str]:
    values = ((field.name, getattr(part, field.name)) for field in fields(part) if field.name not in skip)
    return [
        f"{name}={value:.2f}" if isinstance(value, Decimal) else f"{name}={value}"
        for name, value in values
        if name not in {"lines", "totals"}
    ]


def _write(
    merchant_id: int,
    data: ReportIn,
    agreement: Agreement,
    digest: str,
    meanings: Sequence[Meaning],
    earlier: Report | None,
    at: datetime,
    person_id: int | None,
) -> Report:
    report = Report.objects.create(
        merchant_id=merchant_id,
        guid=data.guid,
        agreement=agreement,
        number=data.number,
        dated_on=data.dated_on,
        period_from=data.period_from,
        period_to=data.period_to,
        currency=data.currency,
        digest=digest,
        raw=data.raw,
        takes_place_of=earlier,
        accepted_at=at,
        accepted_by_id=person_id,
        **{field.name: getattr(data.totals, field.name) for field in fields(Totals)},
    )
    ReportLine.objects.bulk_create(
        (
            ReportLine(
                merchant_id=merchant_id,
                report=report,
                position=position,
                sku_id=meaning.sku_id,
                order_id=meaning.order_id,
                order_line_id=meaning.order_line_id,
                **{name: getattr(line, name) for name in _COPIED if name != "note"},
                note=line.note[:300],
            )
            for position, (line, meaning) in enumerate(zip(data.lines, meanings, strict=True), 1)
        ),
        batch_size=2000,
    )
    Entry.objects.bulk_create(_entries(report, data, agreement, at))
    goods.report(report=report, channel_id=agreement.channel_id, at=at)
    return report


def _entries(report: Report, data: ReportIn, agreement: Agreement, at: datetime) -> list[Entry]:
    owed = dict.fromkeys(_OWED_ITEM.values(), Decimal(0))
    for line in data.lines:
        if line.kind in _OWED_ITEM:
            owed[_OWED_ITEM[LineKind(line.kind)]] += checks.gross(line, agreement.amount_vat)
    kept = {EntryItem(name): -getattr(data.totals, name) for name in WITHHELD}
    return [
        Entry(
            merchant_id=report.merchant_id,
            legal_entity_id=agreement.legal_entity_id,
            channel_id=agreement.channel_id,
            currency=report.currency,
            kind=kind,
            item=item,
            amount=amount,
            dated_on=data.period_to,
            report=report,
            at=at,
        )
        for kind, part in ((EntryKind.OWED, owed), (EntryKind.WITHHELD, kept))
        for item, amount in part.items()
        if amount
    ]


def _reverse(report: Report, at: datetime, because: str) -> None:
    Report.objects.filter(pk=report.pk).update(reversed_at=at, reversed_because=because[:300])
    report.reversed_at, report.reversed_because = at, because[:300]
    entries = list(Entry.objects.filter(report=report, reversal=False).order_by("pk"))
    for entry in entries:
        entry.pk, entry.amount, entry.reversal, entry.at = None, -entry.amount, True, at
    Entry.objects.bulk_create(entries)
    goods.report(report=report, channel_id=report.agreement.channel_id, at=at, undo=True)
    order_ids = ReportLine.objects.filter(report=report, order__isnull=False).values_list("order_id", flat=True)
    bus.publish(
        ReportReversed(
            merchant_id=report.merchant_id, report_id=report.pk, order_ids=frozenset(order_ids.distinct()), at=at
        )
    )
