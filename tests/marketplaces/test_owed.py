"""What waits, is parked and has no place in a warehouse, as the sync page and the monitoring count it."""

from datetime import timedelta
from uuid import uuid4

from marketplaces.models import Command, Debt
from marketplaces.selectors import health, monitoring
from tests.marketplaces.conftest import Desk

MINUTE = timedelta(minutes=1)


def owe(desk: Desk, *parked: str, op: str = "stock", minutes: int = 0, urgency: int = 0) -> None:
    """A debt for each reason to be parked, "" for none, owed since so many minutes."""
    for reason in parked:
        code = f"sku-{Debt.objects.count()}"
        desk.trade.sku(code, pieces=0)
        listing = desk.trade.skus[code].listings.filter(channel=desk.channel).get()
        Debt.objects.filter(listing=listing).delete()
        Debt.objects.create(
            merchant=desk.trade.merchant,
            channel=desk.channel,
            op=op,
            channel_warehouse=desk.place if op == "stock" else None,
            listing=listing,
            urgency=urgency,
            owed_since=desk.now - minutes * MINUTE,
            not_before=desk.now,
            parked=reason,
        )


def command(desk: Desk, parked: str, *, minutes: int) -> None:
    Command.objects.create(
        merchant=desk.trade.merchant,
        channel=desk.channel,
        op="confirm",
        subject=f"order:{minutes}",
        key=uuid4(),
        owed_since=desk.now - minutes * MINUTE,
        not_before=desk.now,
        parked=parked,
    )


def counted(desk: Desk) -> dict[str, tuple[int, int, int, float | None]]:
    (row,) = health.channels_health(channel_ids=[desk.channel.pk], streams_of={}, now=desk.now)
    return {owed.op: (owed.waiting, owed.parked, owed.unfit, owed.oldest_s) for owed in row.owed}


def test_debts_are_counted_by_lane_and_by_why_they_wait(desk: Desk) -> None:
    nothing = (0, 0, 0, None)
    assert counted(desk) == {"stock": nothing, "price": nothing, "commands": nothing}
    owe(desk, "", "", minutes=3)
    owe(desk, "", minutes=90, urgency=1)  # a repeat of everything: nobody's change waits
    owe(desk, "warehouse", "warehouse", "refused", minutes=500)
    owe(desk, "price_drop", op="price", minutes=7)
    owe(desk, "", op="price", minutes=2, urgency=1)
    command(desk, "", minutes=4)
    command(desk, "", minutes=5)
    command(desk, "refused", minutes=600)
    assert counted(desk) == {
        "stock": (3, 1, 2, 180.0),
        "price": (1, 1, 0, None),
        "commands": (2, 1, 0, 300.0),
    }
    told = monitoring.counts_by_marketplace(now=desk.now)
    mine = {
        name: told[name][desk.channel.marketplace] for name in ("debts", "oldest_debt_seconds", "commands", "parked")
    }
    assert mine == {"debts": 4.0, "oldest_debt_seconds": 180.0, "commands": 2.0, "parked": 3.0}
    assert told["debts"]["wildberries"] == 0.0
