"""No parcel leaves without the sticker that its marketplace gives, unless a person says so."""

import pytest
from django.utils import translation

from labels.models import LabelFile
from labels.services.order_label import store_label
from orders.models import Order
from orders.services import commit
from orders.types import CommitState, State
from shipping.errors import CannotClose
from shipping.models import HandoverOrder
from shipping.services import handover
from tests.labels.make import png
from tests.trade import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def members(trade):
    """Two packed orders that the marketplace has accepted, in one handover; the sticker of the first is here."""
    trade.sku("mug", pieces=9)
    orders = [trade.order(("mug", 1)) for _parcel in range(2)]
    commit.commit_orders(merchant_id=trade.merchant.pk, order_ids=[one.pk for one in orders], now=NOON, person_id=None)
    for one in orders:
        commit.answered(merchant_id=trade.merchant.pk, order_id=one.pk, state=CommitState.DONE, text="", now=NOON)
    Order.objects.update(state=State.PACKED)
    sticker(orders[0])
    return orders


def sticker(order):
    store_label(merchant_id=order.merchant_id, order_id=order.pk, content=png(), content_type="image/png", now=NOON)


def close(trade, **how):
    found = HandoverOrder.objects.order_by("pk").first().handover
    return handover.close(merchant_id=trade.merchant.pk, handover_id=found.pk, now=NOON, person_id=None, **how)


def in_it(closed):
    return set(HandoverOrder.objects.filter(handover=closed).values_list("order_id", flat=True))


def gives_stickers(trade):
    trade.ozon.channel.gives_stickers = True
    trade.ozon.channel.save()


def test_a_parcel_whose_sticker_has_not_come_holds_the_handover(trade, members):
    gives_stickers(trade)
    with pytest.raises(CannotClose, match=members[1].external_number) as held:
        close(trade)
    assert members[0].external_number not in str(held.value)
    assert held.value.extra == {"without_sticker": 1}
    assert HandoverOrder.objects.first().handover.state == "open"
    sticker(members[1])
    assert in_it(close(trade)) == {one.pk for one in members}


def test_it_may_be_left_for_the_next_handover(trade, members):
    gives_stickers(trade)
    closed = close(trade, leave_behind=True)
    assert in_it(closed) == {members[0].pk}
    assert HandoverOrder.objects.get(order=members[1]).handover.state == "open"


def test_where_no_sticker_has_come_nothing_is_left_to_leave(trade, members):
    gives_stickers(trade)
    LabelFile.objects.all().delete()
    with pytest.raises(CannotClose, match=members[0].external_number) as held:
        close(trade)
    assert held.value.extra == {"without_sticker": 2}
    with translation.override("en"), pytest.raises(CannotClose, match="has its sticker yet"):
        close(trade, leave_behind=True)
    assert HandoverOrder.objects.first().handover.state == "open"


def test_a_person_may_say_that_the_sticker_is_on_the_parcel(trade, members):
    gives_stickers(trade)
    assert in_it(close(trade, without_stickers=True)) == {one.pk for one in members}


def test_where_no_stickers_are_given_none_is_missed(trade, members):
    assert in_it(close(trade)) == {one.pk for one in members}
