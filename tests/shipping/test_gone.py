"""Orders that left before their handover was closed: a courier on call fetches them one by one."""

import pytest
from django.urls import reverse

from marketplaces.models import Command
from merchants.roles import Role
from orders.models import Order
from orders.services import commit, remote
from orders.types import CommitState, State, StatusDraft
from shipping.errors import CannotClose
from shipping.models import Handover, HandoverOrder
from shipping.services import handover
from tests import make
from tests.trade import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def orders(trade):
    """Three packed orders of one open handover."""
    trade.sku("mug", pieces=9)
    made = [trade.order(("mug", 1)) for _parcel in range(3)]
    commit.commit_orders(merchant_id=trade.merchant.pk, order_ids=[one.pk for one in made], now=NOON, person_id=None)
    for one in made:
        commit.answered(merchant_id=trade.merchant.pk, order_id=one.pk, state=CommitState.DONE, text="", now=NOON)
    Order.objects.update(state=State.PACKED)
    return made


def gone(trade, *orders):
    told = {one.external_number: StatusDraft(status="delivering", state=State.DELIVERING) for one in orders}
    remote.apply_statuses(merchant_id=trade.merchant.pk, channel_id=trade.ozon.channel_id, statuses=told, now=NOON)


def close(trade, **how):
    found = handover.close(
        merchant_id=trade.merchant.pk, handover_id=Handover.objects.get().pk, now=NOON, person_id=None, **how
    )
    return found.state, found.closed_at


def asked_to_close():
    return Command.objects.filter(op="close_handover").count()


def test_those_that_left_hinder_nothing_and_stay_in_their_handover(trade, orders):
    gone(trade, orders[0])
    Order.objects.filter(pk=orders[1].pk).update(state=State.PICKING)
    with pytest.raises(CannotClose, match=orders[1].external_number) as refusal:
        close(trade)
    assert refusal.value.extra == {"unpacked": 1}
    assert close(trade, leave_behind=True) == ("closing", None)
    assert asked_to_close() == 1
    first, second = Handover.objects.order_by("pk")
    assert set(HandoverOrder.objects.filter(handover=first).values_list("order", flat=True)) == {
        orders[0].pk,
        orders[2].pk,
    }
    assert HandoverOrder.objects.get(handover=second).order_id == orders[1].pk


def test_one_whose_orders_have_all_left_is_closed_without_a_word_to_the_marketplace(trade, orders):
    gone(trade, *orders)
    assert close(trade) == ("closed", NOON)
    assert asked_to_close() == 0
    assert HandoverOrder.objects.count() == 3


def test_no_papers_are_promised_of_a_handover_that_the_marketplace_does_not_keep(trade, orders):
    gone(trade, *orders)
    assert close(trade)[0] == "closed"
    made, lead = Handover.objects.get(), make.client(role=Role.LEAD, merchant=trade.merchant)
    promise = "Маркетплейс готови"
    assert promise not in lead.get(reverse("shipping:handover", args=[made.pk])).content.decode()
    Handover.objects.update(external_id="WB-1")
    assert promise in lead.get(reverse("shipping:handover", args=[made.pk])).content.decode()
