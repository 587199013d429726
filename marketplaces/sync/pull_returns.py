"""Returns: read by the time of their change, the latest word stands."""

from collections.abc import Sequence
from datetime import timedelta

from marketplaces import dto
from marketplaces.models import ReturnRow
from marketplaces.sync import decide
from marketplaces.sync.pull import Pull
from orders.services import returned

FIRST_LOOK_BACK = timedelta(days=30)
# Some marketplaces ask by days, and changes come in late.
LAG = timedelta(days=1)
TOLD = (
    "number",
    "kind",
    "stage",
    "status",
    "substatus",
    "lines",
    "amount",
    "currency",
    "place",
    "keep_until",
    "needs_decision",
    "created_at",
    "changed_at",
    "read_at",
)


def read_returns(pull: Pull) -> None:
    """This function will store what comes back, changed since the cursor; what cannot be read is set apart."""
    since = (pull.at or pull.started_at - FIRST_LOOK_BACK) - LAG
    upper = [pull.at]
    for page in pull.adapter.returns(since=since, now=pull.started_at):
        pull.still_ours()
        latest = {item.external_id: item for item in page.items}
        with pull.scope():
            pull.apply(
                page,
                list(latest.values()),
                lambda part: _store(pull, part),
                called=lambda item: (item.external_id,),
                told=lambda item: dict(item.raw),
            )
        upper.append(page.upto)
        pull.at = decide.next_cursor(upper, before=pull.at)


def _store(pull: Pull, items: Sequence[dto.RemoteReturn]) -> None:
    ReturnRow.objects.bulk_create(
        [_row(pull, item) for item in items],
        batch_size=1000,
        update_conflicts=True,
        unique_fields=["channel", "external_id"],
        update_fields=TOLD,
    )
    why = {item.number: item.why for item in items if item.why}
    returned.tell_reasons(channel_id=pull.channel.id, reasons=why, now=pull.clock())


def _row(pull: Pull, item: dto.RemoteReturn) -> ReturnRow:
    return ReturnRow(
        merchant_id=pull.channel.merchant_id,
        channel_id=pull.channel.id,
        external_id=item.external_id[:60],
        number=item.number[:60],
        kind=item.kind.value,
        stage=item.stage.value if item.stage else "",
        status=item.status[:60],
        substatus=item.substatus[:60],
        lines=[
            {
                "offer_id": line.offer_id[:255],
                "pieces": line.pieces,
                "decision": line.decision[:60],
                "reason": line.reason[:500],
            }
            for line in item.lines
        ],
        amount=item.amount,
        currency=item.currency,
        place=item.place[:500],
        keep_until=item.keep_until,
        needs_decision=item.needs_decision,
        created_at=item.created_at,
        changed_at=item.changed_at,
        read_at=pull.clock(),
    )
