"""Reports by e-mail: asked for on a page, sent in the morning, stopped by one click."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from email.mime.image import MIMEImage
from typing import Any

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import Q
from django.http import QueryDict
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from analytics.models import MailedReport
from analytics.render import curve
from analytics.selectors import sales
from analytics.selectors.period import asked_of
from analytics.types import Asked, Every
from backoffice.kernel.errors import Refusal
from merchants.models import Merchant
from merchants.roles import Action
from merchants.selectors.access import Access

_SALT = "analytics.mailed"
_CID = "days"


class NoAddress(Refusal):
    """The person has no e-mail."""


@transaction.atomic
def ask_for(*, merchant_id: int, person_id: int, address: str, every: Every, query: str, now: datetime) -> MailedReport:
    """
    Send the person this overview from the next morning on that it is about; asked twice, it comes once.

    :raises NoAddress: there is nowhere to send it
    """
    if not address:
        raise NoAddress(_("You have no e-mail here, so nothing was set up. Fill it in in your profile and ask again."))
    asked = QueryDict(query).copy()
    for name in ("period", "since", "until", "page", "by", "after"):
        asked.pop(name, None)
    report, _made = MailedReport.objects.get_or_create(
        merchant_id=merchant_id,
        person_id=person_id,
        every=every,
        query=asked.urlencode()[:500],
        stopped_at=None,
        defaults={"made_at": now},
    )
    return report


def stop(*, report_id: int, now: datetime, person_id: int | None = None) -> bool:
    """Send it no more; False: it is not there, was stopped before, or is not this person's."""
    found = MailedReport.objects.filter(pk=report_id, stopped_at=None)
    if person_id is not None:
        found = found.filter(person_id=person_id)
    return bool(found.update(stopped_at=now))


def token_of(report: MailedReport) -> str:
    """What the letter's link carries: it opens this one report and nothing else."""
    return signing.dumps([report.merchant_id, report.pk], salt=_SALT)


def named_by(token: str) -> tuple[int, int] | None:
    """(merchant id, report id) of a letter's link; None when it was made up."""
    try:
        merchant_id, report_id = signing.loads(token, salt=_SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return int(merchant_id), int(report_id)


Day = tuple[date, Decimal, Decimal]  # money, and money of the day in its place before


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """
    A report taken, with every number that its letter tells.

    before: what it was last sent for.  told: what the templates say.  days: what the picture shows.
    """

    report_id: int
    before: date | None
    to: str
    language: str
    leave: str
    told: dict[str, Any]
    days: Sequence[Day]


@transaction.atomic
def claim(*, merchant_id: int, today: date) -> list[Letter]:
    """
    Take the reports that are due this morning, and read their numbers.

    A report is taken before it is sent: a process killed in between costs one letter, and never sends two.  Who may not
    see dashboards of the merchant any more gets nothing.
    """
    letters = []
    waiting = MailedReport.objects.filter(merchant_id=merchant_id, stopped_at=None, person__is_active=True)
    for report in waiting.select_related("person"):
        days = Every(report.every).period(today)
        if days is None or not report.person.email:
            continue
        mine = Access.of(report.person).allowed.get(merchant_id, frozenset())
        due = Q(last_day=None) | Q(last_day__lt=days[1])
        if Action.ANALYTICS_VIEW not in mine:
            continue
        if MailedReport.objects.filter(due, pk=report.pk).update(last_day=days[1]):
            letters.append(_letter(report, days, today))
    return letters


def give_back(letter: Letter) -> None:
    """The letter could not be sent: it is due again."""
    MailedReport.objects.filter(pk=letter.report_id).update(last_day=letter.before)


def write(letter: Letter) -> EmailMultiAlternatives:
    """Write and draw the letter, in its reader's language; asks the database nothing."""
    with translation.override(letter.language):
        told = {
            **letter.told,
            "rows": [(word, *numbers) for word, numbers in zip(_words(), letter.told["rows"], strict=True)],
        }
        asked = letter.told["asked"]
        message = EmailMultiAlternatives(
            subject=_("%(merchant)s: sales of %(since)s – %(until)s")
            % {
                "merchant": " ".join(letter.told["merchant"].name.split()),
                "since": f"{asked.since:%d.%m.%Y}",
                "until": f"{asked.until:%d.%m.%Y}",
            },
            body=render_to_string("analytics/letter.txt", told),
            to=[letter.to],
            headers={"List-Unsubscribe": f"<{letter.leave}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"},
        )
        message.mixed_subtype = "related"  # type: ignore[attr-defined]  # the picture belongs to the text
        message.attach_alternative(render_to_string("analytics/letter.html", told), "text/html")
    image = MIMEImage(curve.draw(letter.days), "png")
    image.add_header("Content-ID", f"<{_CID}>")
    image.add_header("Content-Disposition", "inline", filename="days.png")
    message.attach(image)
    return message


def _letter(report: MailedReport, days: tuple[date, date], today: date) -> Letter:
    asked = asked_of(QueryDict(report.query), today=today, merchants=frozenset({report.merchant_id}))
    asked = replace(asked, since=days[0], until=days[1])
    charted = asked if asked.days > 1 else replace(asked, since=asked.until - timedelta(29))
    base = settings.PUBLIC_URL.rstrip("/")
    leave = base + reverse("analytics:unsubscribe", args=[token_of(report)])
    told = {
        "asked": asked,
        "merchant": Merchant.objects.get(pk=report.merchant_id),
        "charted": charted,
        "rows": _numbers(asked),
        "cid": _CID,
        "page": f"{base}{reverse('analytics:overview')}?{report.query}",
        "leave": leave,
    }
    return Letter(
        report_id=report.pk,
        before=report.last_day,
        to=report.person.email or "",
        language=report.person.language,
        leave=leave,
        told=told,
        days=[
            (day, sums.ordered_amount, then.ordered_amount)
            for (day, sums), (_day, then) in zip(sales.by_day(charted), sales.by_day(charted.before()), strict=True)
        ],
    )


_NUMBERS = (
    ("ordered_orders", False),
    ("ordered_amount", True),
    ("cancelled_amount", True),
    ("shipped_amount", True),
    ("delivered_amount", True),
    ("returned_amount", True),
)


def _words() -> Sequence[str]:
    """What the numbers are called, in the language of the moment."""
    return (
        _("Orders"),
        _("Ordered, amount"),
        _("Cancelled, amount"),
        _("Handed over, amount"),
        _("Delivered, amount"),
        _("Returned, amount"),
    )


def _numbers(asked: Asked) -> list[tuple[object, object, bool]]:
    """(number, number of the days before, whether it is money)."""
    now, before = sales.totals(asked), sales.totals(asked.before())
    return [(getattr(now, name), getattr(before, name), is_money) for name, is_money in _NUMBERS]
