from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse

from merchants.models import Merchant
from merchants.roles import Role
from merchants.scope import scope
from tests import make
from workspace.models import Notice
from workspace.selectors.notices import history, standing, unread_count
from workspace.services import notices
from workspace.types import Level

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def tell(merchant: Merchant, **changed: Any) -> None:
    with scope([merchant.pk]):
        notices.raise_notice(
            **{"merchant_id": merchant.pk, "kind": "key", "what": "Ozon refuses the key", "now": NOW, **changed}
        )


def test_the_same_again_counts_up_instead_of_making_a_copy() -> None:
    mine = make.merchant()
    for hour in range(3):
        tell(mine, now=NOW + timedelta(hours=hour), level=Level.DANGER)
    tell(mine, key="another channel")
    with scope([mine.pk]):
        found = list(Notice.objects.order_by("key").values_list("key", "count", "since", "last_at"))
    assert found == [("", 3, NOW, NOW + timedelta(hours=2)), ("another channel", 1, NOW, NOW)]


def test_after_it_is_over_the_same_begins_anew() -> None:
    mine = make.merchant()
    tell(mine)
    with scope([mine.pk]):
        notices.clear_notice(merchant_id=mine.pk, kind="key", now=NOW)
        notices.clear_notice(merchant_id=mine.pk, kind="never raised", now=NOW)
    tell(mine, now=NOW + timedelta(days=1))
    with scope([mine.pk]):
        assert list(Notice.objects.order_by("pk").values_list("count", "cleared_at")) == [(1, NOW), (1, None)]
        assert [row.over for row in history(person_id=1)] == [False, True]


def test_reading_and_muting_are_each_person_s_own_and_news_are_unread_again() -> None:
    mine = make.merchant()
    first, second = make.person(role=Role.OWNER, merchant=mine), make.person(role=Role.OWNER, merchant=mine)
    tell(mine)
    make.client(first).post(reverse("workspace:notices-read"))
    with scope([mine.pk]):
        assert (unread_count(person_id=first.pk), unread_count(person_id=second.pk)) == (0, 1)
    tell(mine)
    with scope([mine.pk]):
        assert unread_count(person_id=first.pk) == 1
        pk = Notice.objects.get().pk
    make.client(first).post(reverse("workspace:notice-mute", kwargs={"pk": pk}))
    tell(mine)
    with scope([mine.pk]):
        assert standing(person_id=first.pk) == []
        assert len(standing(person_id=second.pk)) == 1
        assert Notice.objects.get().muted_by == [first.pk]


def test_a_notice_for_one_person_is_nobody_else_s() -> None:
    mine = make.merchant()
    first, second = make.person(role=Role.OWNER, merchant=mine), make.person(role=Role.OWNER, merchant=mine)
    tell(mine, person_id=first.pk)
    with scope([mine.pk]):
        assert len(standing(person_id=first.pk)) == 1
        assert standing(person_id=second.pk) == []


def test_the_bell_and_the_page_say_what_happened_and_what_to_do() -> None:
    mine = make.merchant()
    owner = make.person(role=Role.OWNER, merchant=mine)
    tell(mine, you_do="Enter a new key", we_did="We stopped asking", url="/channels/1/")
    browser = make.client(owner)
    bell = browser.get(reverse("workspace:bell")).content.decode()
    assert "Ozon refuses the key" in bell
    assert '<a href="/channels/1/">Enter a new key</a>' in bell
    assert "We stopped asking" in browser.get(reverse("workspace:notices")).content.decode()


def test_nobody_hears_of_a_foreign_merchant() -> None:
    tell(make.merchant())
    browser = make.client(role=Role.OWNER, merchant=make.merchant())
    assert "Ozon refuses" not in browser.get(reverse("workspace:bell")).content.decode()
    assert "Ozon refuses" not in browser.get(reverse("workspace:notices")).content.decode()


def test_too_long_words_are_cut_not_refused() -> None:
    mine = make.merchant()
    tell(mine, what="x" * 5000, you_do="x" * 5000, we_did="x" * 5000, key="x" * 5000)
    with scope([mine.pk]):
        assert len(Notice.objects.get().what) == 500
