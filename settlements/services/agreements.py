"""Agreements with commissioners: what may be written of one, whoever writes it."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from backoffice.kernel.errors import Refusal
from backoffice.kernel.locks import Subject, take
from settlements.errors import InUse, Overlap, WrongTerms
from settlements.models import Agreement
from settlements.selectors import papers
from settlements.types import Reward

# What accepted reports were judged by.
FIXED = ("legal_entity", "channel", "currency", "amount_vat", "fee_withheld")
_BY_PERCENT = (Reward.PERCENT_OF_SALE, Reward.PERCENT_OF_DIFFERENCE)


def faults(
    *,
    reward: str | None,
    fee_percent: Decimal | None,
    first: date | None,
    last: date | None,
    reported: tuple[date, date] | None,
) -> dict[str, str]:
    """What is wrong with terms, by field; reported: the first and the last day of the reports that stand on them."""
    found = {}
    if reward in _BY_PERCENT and fee_percent is None:
        found["fee_percent"] = _("How many percent?")
    if first and last and last < first:
        found["valid_to"] = _("The agreement would end before it begins.")
    elif first and reported and (first > reported[0] or (last and last < reported[1])):
        found["valid_from"] = _("Reports of other days stand on this agreement.")
    return found


@transaction.atomic
def write(*, merchant_id: int, agreement_id: int | None, fields: Mapping[str, Any]) -> tuple[Agreement, bool]:
    """
    Make an agreement, or change what `fields` name of one; returns it, and whether anything changed.

    :raises InUse: reports were judged by what would change
    :raises WrongTerms: the terms contradict each other or cannot be; `extra` has each field's reason
    :raises Overlap: another agreement is in force on some of these days
    """
    take(Subject.SETTLEMENTS, merchant_id)
    if agreement_id is None:
        agreement, changed = Agreement(merchant_id=merchant_id), set(fields)
    else:
        agreement = Agreement.objects.select_for_update().get(merchant_id=merchant_id, pk=agreement_id)
        changed = {name for name, value in fields.items() if getattr(agreement, name) != value}
    reported = papers.periods(agreement) if agreement_id is not None else None
    fixed = sorted(name for name in FIXED if {name, f"{name}_id"} & changed)
    if fixed and reported:
        text = _("Reports stand on this agreement: this of it cannot be changed any more. Nothing was written.")
        raise InUse(text, extra=dict.fromkeys(fixed, text))
    if not changed:
        return agreement, False
    for name in changed:
        setattr(agreement, name, fields[name])
    found = faults(
        reward=agreement.reward,
        fee_percent=agreement.fee_percent,
        first=agreement.valid_from,
        last=agreement.valid_to,
        reported=reported,
    )
    if found:
        raise WrongTerms(next(iter(found.values())), extra=found)
    try:
        agreement.full_clean()
    except ValidationError as wrong:
        raise _refusal(wrong) from wrong
    agreement.save()
    return agreement, True


def _refusal(wrong: ValidationError) -> Refusal:
    told = {name: " ".join(texts) for name, texts in wrong.message_dict.items()}
    text = told.pop(NON_FIELD_ERRORS, "")
    if told:
        return WrongTerms(next(iter(told.values())), extra=told)
    return Overlap(text, extra={"valid_from": text})


@transaction.atomic
def remove(*, merchant_id: int, agreement_id: int) -> None:
    """Take an agreement away that nothing stands on; :raises InUse: reports do"""
    take(Subject.SETTLEMENTS, merchant_id)
    agreement = Agreement.objects.select_for_update().get(merchant_id=merchant_id, pk=agreement_id)
    if papers.has_reports(agreement):
        raise InUse(_("Reports stand on this agreement. It stays; give it a last day instead."))
    agreement.delete()
