"""Reports by e-mail: the right numbers with their picture, nobody else's, once, and out by one click."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from smtplib import SMTPException
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from PIL import Image

from analytics.models import MailedReport
from analytics.render import curve
from analytics.services import facts, mailed
from analytics.tasks import mail_reports
from analytics.types import Every
from merchants.models import Membership, Person
from merchants.roles import Role
from orders.models import Order
from tests import make
from tests.trade import Trade, open_trade


def sell(trade: Trade, pieces: int) -> None:
    """Ordered yesterday at noon."""
    trade.sku("mug", pieces=50)
    noon = timezone.localtime().replace(hour=12) - timedelta(days=1)
    trade.order(("mug", pieces), ordered_at=noon)
    Order.objects.update(changed_at=timezone.now())
    facts.refresh(merchant_id=trade.merchant.pk, now=timezone.now())


def reader(trade: Trade, role: Role = Role.MANAGER) -> Person:
    return make.person(role=role, merchant=trade.merchant, email=f"m{trade.merchant.pk}@example.com")


def asked(trade: Trade, person: Person, every: Every = Every.DAY, query: str = "") -> MailedReport:
    return mailed.ask_for(
        merchant_id=trade.merchant.pk,
        person_id=person.pk,
        address=person.email or "",
        every=every,
        query=query,
        now=timezone.now(),
    )


@pytest.fixture(autouse=True)
def public_address(settings: Any) -> None:
    settings.PUBLIC_URL = "https://office.example"


def test_the_letter_has_the_numbers_of_its_merchant_alone_and_the_picture_in_it(
    trade: Trade, django_assert_num_queries: Any
) -> None:
    other = make.merchant(name="Чужой")
    person = reader(trade)
    Membership.objects.create(person=person, merchant=other, role=Role.OWNER)
    sell(trade, 3)
    asked(trade, person)
    (letter,) = mailed.claim(merchant_id=trade.merchant.pk, today=timezone.localdate())
    with django_assert_num_queries(0):
        message = mailed.write(letter)
    assert message.to == [person.email]
    html = str(message.alternatives[0][0])
    assert "300,00" in html
    assert "300,00" in message.body
    assert other.name not in html + message.body + message.subject
    (image,) = message.attachments
    assert image["Content-ID"] == "<days>"
    assert 'src="cid:days"' in html
    picture = Image.open(BytesIO(image.get_payload(decode=True)))
    assert (picture.format, picture.size) == ("PNG", (1200, 480))
    assert b"multipart/related" in message.message().as_bytes()


def test_it_comes_once_a_morning_and_again_when_it_could_not_be_sent(trade: Trade) -> None:
    asked(trade, reader(trade))
    assert asked(trade, Person.objects.get(email=f"m{trade.merchant.pk}@example.com")).pk
    assert MailedReport.objects.count() == 1
    (letter,) = mailed.claim(merchant_id=trade.merchant.pk, today=timezone.localdate())
    assert mailed.claim(merchant_id=trade.merchant.pk, today=timezone.localdate()) == []
    mailed.give_back(letter)
    assert len(mailed.claim(merchant_id=trade.merchant.pk, today=timezone.localdate())) == 1
    assert len(mailed.claim(merchant_id=trade.merchant.pk, today=timezone.localdate() + timedelta(1))) == 1


def test_who_may_no_longer_look_gets_nothing(trade: Trade) -> None:
    person = reader(trade, Role.PICKER)
    asked(trade, person)
    gone = make.person(role=Role.OWNER, merchant=trade.merchant, email="gone@example.com", is_active=False)
    asked(trade, gone)
    assert mailed.claim(merchant_id=trade.merchant.pk, today=timezone.localdate()) == []
    with pytest.raises(mailed.NoAddress):
        asked(trade, make.person(role=Role.OWNER, merchant=trade.merchant))


@pytest.mark.parametrize(
    ("every", "today", "days"),
    [
        (Every.DAY, date(2026, 3, 1), (date(2026, 2, 28), date(2026, 2, 28))),
        (Every.WEEK, date(2026, 11, 23), (date(2026, 11, 16), date(2026, 11, 22))),
        (Every.WEEK, date(2026, 11, 24), None),
        (Every.MONTH, date(2026, 3, 1), (date(2026, 2, 1), date(2026, 2, 28))),
        (Every.MONTH, date(2026, 3, 2), None),
    ],
)
def test_a_report_is_about_the_days_before_it(every: Every, today: date, days: tuple[date, date] | None) -> None:
    assert every.period(today) == days


def test_a_picture_of_one_day_and_of_nothing_sold_is_drawn() -> None:
    for days in (
        [(timezone.localdate(), Decimal(0), Decimal(0))],
        [(timezone.localdate(), Decimal(5), Decimal(7)), (timezone.localdate(), Decimal(9), Decimal(0))],
    ):
        assert curve.draw(days).startswith(b"\x89PNG")


@pytest.mark.django_db(transaction=True)
def test_the_morning_task_sends_each_merchants_own_and_survives_a_mail_server(monkeypatch: Any, settings: Any) -> None:
    mine, other = open_trade(), open_trade()
    for trade, pieces in ((mine, 1), (other, 7)):
        with trade.scope():
            sell(trade, pieces)
            asked(trade, reader(trade))
    uncounted = open_trade()
    with uncounted.scope():
        asked(uncounted, reader(uncounted))
    mail_reports(now=f"{datetime.now().astimezone():%Y-%m-%dT12:00:00%z}")
    found = {message.to[0]: message.body for message in mail.outbox}
    assert set(found) == {f"m{mine.merchant.pk}@example.com", f"m{other.merchant.pk}@example.com"}
    assert "700,00" in found[f"m{other.merchant.pk}@example.com"]
    assert "700,00" not in found[f"m{mine.merchant.pk}@example.com"]
    with mine.scope():
        MailedReport.objects.update(last_day=None)

    def refuses(*_message: object) -> None:
        raise SMTPException("no")

    monkeypatch.setattr("django.core.mail.EmailMessage.send", refuses)
    mail_reports(now=f"{datetime.now().astimezone():%Y-%m-%dT12:00:00%z}")
    with mine.scope():
        assert MailedReport.objects.get().last_day is None


@pytest.mark.django_db
def test_one_click_stops_it_opening_the_link_alone_does_not_and_a_made_up_one_is_nothing() -> None:
    trade = open_trade()
    person = reader(trade)
    browser = make.client(person)
    page = {"every": "week", "query": "period=7&scheme=fbs&page=3"}
    assert browser.post("/analytics/mailed/ask/", page)["Location"] == "/analytics/mailed/"
    with trade.scope():
        report = MailedReport.objects.get()
        assert (report.every, report.query, report.person) == ("week", "scheme=fbs", person)
    link = f"/analytics/unsubscribe/{mailed.token_of(report)}/"
    anybody = Client()
    assert anybody.get(link).status_code == 200
    with trade.scope():
        assert MailedReport.objects.get().stopped_at is None
    assert anybody.post(link, {"List-Unsubscribe": "One-Click"}).status_code == 200
    with trade.scope():
        assert MailedReport.objects.get().stopped_at is not None
    assert anybody.post(f"/analytics/unsubscribe/{mailed.token_of(report)[:-2]}/").status_code == 404
    assert browser.get("/analytics/mailed/").status_code == 200
    stranger = make.client(role=Role.OWNER, merchant=trade.merchant)
    assert stranger.post(f"/analytics/mailed/{report.pk}/stop/").status_code == 404
