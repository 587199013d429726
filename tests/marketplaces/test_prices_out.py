"""Prices that are judged later."""

from collections.abc import Sequence
from decimal import Decimal

import pytest

from catalog.models import Channel, Price, PriceType
from marketplaces import dto
from marketplaces.models import Debt
from marketplaces.sync import debts, push_price
from tests.marketplaces.conftest import Desk


def test_a_price_whose_verdict_never_comes_is_sent_once_more(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    merchant = desk.trade.merchant
    mug = desk.trade.sku("mug", pieces=0)
    kind = PriceType.objects.create(merchant=merchant, name="Розница")
    Channel.objects.filter(pk=desk.channel.pk).update(price_type=kind)
    Price.objects.create(merchant=merchant, price_type=kind, sku=mug, amount=Decimal(500))
    debts.owe_price(merchant_id=merchant.pk, now=desk.now, sku_ids=[mug.pk])
    asked: list[str] = []

    def pending(levels: Sequence[dto.PriceLevel], token: str = "") -> dto.Receipt:
        asked.append(token or "sent")
        return dto.Receipt(pending=[level.key for level in levels], token="t1")

    monkeypatch.setattr(desk.fake, "push_prices", pending)
    monkeypatch.setattr(desk.fake, "price_verdict", lambda token, levels: pending(levels, token), raising=False)
    desk.drain("price")
    desk.later(6)
    desk.drain("price")
    assert asked == ["sent", "t1"]

    Debt.objects.filter(channel=desk.channel, op="price").update(attempts=push_price.MOST_LOOKS - 1)
    for _ in range(2):
        desk.later(600)
        desk.drain("price")
    assert asked == ["sent", "t1", "t1", "sent"]
