"""What a marketplace tells in an order beside the order: the fee it expects, and why it was cancelled."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from marketplaces import dto
from marketplaces.adapters.aliexpress import parse as aliexpress
from marketplaces.adapters.aliexpress import wire
from marketplaces.sync import decide
from orders.models import Order, OrderLine
from orders.selectors import cancel_reasons
from orders.services import ingest, remote
from orders.types import CancelReason, OrderDraft, ReturnReason, State, StatusDraft
from tests.trade import NOON, Trade

LATER = NOON + timedelta(hours=1)


def fees(trade: Trade, *drafts: OrderDraft) -> list[Decimal | None]:
    ingest.take_in(merchant_id=trade.merchant.pk, channel_id=trade.ozon.channel_id, drafts=drafts, now=LATER)
    return list(OrderLine.objects.order_by("order_id", "position").values_list("estimated_fee", flat=True))


def with_fee(draft: OrderDraft, fee: str | None) -> OrderDraft:
    return replace(
        draft, lines=[replace(draft.lines[0], estimated_fee=None if fee is None else Decimal(fee)), *draft.lines[1:]]
    )


def test_a_fee_is_kept_put_right_when_told_anew_and_not_lost_by_silence(trade: Trade) -> None:
    trade.sku("mug", pieces=9)
    trade.sku("fork", pieces=9)
    first, second = trade.draft(("mug", 1), ("fork", 1)), trade.draft(("mug", 1))
    trade.take_in(with_fee(first, "12.50"), second)
    assert fees(trade) == [Decimal("12.50"), None, None]
    Order.objects.update(changed_at=NOON)
    assert fees(trade, with_fee(first, None), second) == [Decimal("12.50"), None, None]
    assert set(Order.objects.values_list("changed_at", flat=True)) == {NOON}
    assert fees(trade, with_fee(first, "13.00"), with_fee(second, "0")) == [Decimal(13), None, Decimal(0)]
    assert set(Order.objects.values_list("changed_at", flat=True)) == {LATER}


def test_the_reason_of_a_cancellation_is_kept_as_it_was_said(trade: Trade) -> None:
    trade.sku("mug", pieces=9)
    order = trade.order(("mug", 1))
    gone = trade.order(
        ("mug", 1),
        status=StatusDraft(
            status="CANCELLED", state=State.CANCELLED, cancelled_by="buyer", cancel_reason="USER_CHANGED_MIND"
        ),
    )
    told = StatusDraft(status="cancelled", state=State.CANCELLED, cancelled_by="buyer", cancel_reason="Нет размера")
    remote.apply_statuses(
        merchant_id=trade.merchant.pk,
        channel_id=trade.ozon.channel_id,
        statuses={order.external_number: told},
        now=LATER,
    )
    assert dict(Order.objects.values_list("pk", "cancel_reason")) == {
        order.pk: "Нет размера",
        gone.pk: "USER_CHANGED_MIND",
    }


def test_a_reason_is_shown_in_our_words_or_as_it_was_told() -> None:
    assert [str(cancel_reasons.words(reason)) for reason in ("changed_mind", "Нет размера", "", "NEW_CODE")] == [
        "покупатель передумал",
        "Нет размера",
        "причина не указана",
        "NEW_CODE",
    ]


def test_adapters_speak_the_words_of_orders() -> None:
    assert {why.value for why in dto.CancelReason} == set(CancelReason.values)
    assert {why.value for why in dto.ReturnReason} == set(ReturnReason.values)


@pytest.mark.parametrize(
    ("stage", "why", "reason", "substatus", "kept"),
    [
        (dto.Stage.CANCELLED, dto.CancelReason.LOST, "Потеряли", "LOST", "lost"),
        (dto.Stage.CANCELLED, dto.CancelReason.UNTOLD, "", "posting_canceled", ""),
        (dto.Stage.CANCELLED, None, "", "A_NEW_CODE", "A_NEW_CODE"),
        (dto.Stage.CANCELLED, None, "Нет размера", "posting_canceled", "Нет размера"),
        (dto.Stage.DELIVERED, None, "", "DELIVERY_SERVICE_DELIVERED", ""),
        (dto.Stage.DELIVERED, dto.CancelReason.LOST, "", "", ""),
        (dto.Stage.CANCELLED, None, "я" * 500, "", "я" * 200),
    ],
)
def test_a_reason_is_our_word_else_the_marketplaces(
    stage: dto.Stage, why: dto.CancelReason | None, reason: str, substatus: str, kept: str
) -> None:
    status = dto.RemoteStatus(number="1", status="x", substatus=substatus, stage=stage, why=why, reason=reason)
    assert decide.status_draft(status).cancel_reason == kept


def test_one_fee_of_an_order_goes_to_its_lines_by_their_money_to_the_kopeck() -> None:
    def line(price: str, pieces: int) -> dto.RemoteLine:
        return dto.RemoteLine(
            external_id=price, offer_id="a", stock_id="a", title="a", pieces=pieces, price=Decimal(price)
        )

    lines = [line("100.00", 1), line("50.00", 2), line("100.00", 1)]
    told = aliexpress._with_fees(lines, wire.Commission(platform_fee=1000))
    assert [each.fee for each in told] == [Decimal("3.33"), Decimal("3.34"), Decimal("3.33")]
    assert [each.fee for each in aliexpress._with_fees(lines, None)] == [None, None, None]
    assert aliexpress._with_fees([line("0.00", 1)], wire.Commission(platform_fee=5))[0].fee is None
