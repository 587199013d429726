"""Who owes whom, by legal entity and channel: sums of entries, and the entries beneath them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Q, Sum

from catalog.models import Channel
from merchants.models import LegalEntity
from settlements.models import Agreement, Entry, Report
from settlements.types import EntryKind

MOST_ENTRIES = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Debt:
    """
    An account with a commissioner.  balance = owed + withheld + paid, as the entries have their signs.

    overdue: of the balance, what should have been paid by the terms of the agreements.
    """

    entity: LegalEntity
    channel: Channel
    currency: str
    owed: Decimal
    withheld: Decimal
    paid: Decimal
    overdue: Decimal

    @property
    def balance(self) -> Decimal:
        return self.owed + self.withheld + self.paid


Account = tuple[int, int, str]  # legal entity, channel, currency


def debts(*, today: date, channel_id: int | None = None, entity_id: int | None = None) -> Sequence[Debt]:
    """Every account with entries, the largest debt first."""
    rows = Entry.objects.order_by()
    if channel_id is not None:
        rows = rows.filter(channel_id=channel_id)
    if entity_id is not None:
        rows = rows.filter(legal_entity_id=entity_id)
    sums = {kind: Sum("amount", filter=Q(kind=kind), default=Decimal(0)) for kind in EntryKind.values}
    found = list(rows.values_list("legal_entity_id", "channel_id", "currency").annotate(**sums))
    entities = LegalEntity.objects.in_bulk({row[0] for row in found})
    channels = Channel.objects.in_bulk({row[1] for row in found})
    later = _not_due(today)
    debts = []
    for entity, channel, currency, owed, withheld, paid in found:
        due = owed + withheld + paid - later.get((entity, channel, currency), Decimal(0))
        debts.append(
            Debt(
                entity=entities[entity],
                channel=channels[channel],
                currency=currency,
                owed=owed,
                withheld=withheld,
                paid=paid,
                overdue=max(due, Decimal(0)),
            )
        )
    return sorted(debts, key=lambda debt: (-debt.balance, debt.channel.name))


def _not_due(today: date) -> Mapping[Account, Decimal]:
    """What accepted reports say that need not be paid yet, by account."""
    recent = Report.objects.filter(reversed_at=None, dated_on__gte=today - timedelta(days=366), payable__gt=0)
    waiting: dict[Account, Decimal] = {}
    for report in recent.select_related("agreement").defer("raw"):
        terms = report.agreement
        if report.dated_on >= today - timedelta(days=terms.payment_days):
            account = (terms.legal_entity_id, terms.channel_id, report.currency)
            waiting[account] = waiting.get(account, Decimal(0)) + report.payable
    return waiting


def entries(*, entity_id: int, channel_id: int, currency: str) -> Sequence[Entry]:
    """The newest entries of an account, with their documents."""
    rows = Entry.objects.filter(legal_entity_id=entity_id, channel_id=channel_id, currency=currency)
    rows = rows.select_related("report", "payment").defer("report__raw")
    return list(rows.order_by("-dated_on", "-pk")[:MOST_ENTRIES])


def accounts() -> Sequence[tuple[LegalEntity, Channel]]:
    """Every pair that money may be entered for: channels with their legal entities, and those of agreements."""
    pairs = {(channel.legal_entity_id, channel.pk) for channel in Channel.objects.all()}
    pairs |= set(Agreement.objects.values_list("legal_entity_id", "channel_id"))
    entities, channels = LegalEntity.objects.in_bulk(), Channel.objects.in_bulk()
    found = [(entities[entity], channels[channel]) for entity, channel in pairs]
    return sorted(found, key=lambda pair: (pair[1].name, pair[0].name))
