"""
Stickers: asked for after the commit, again while they are being made, stored when they come.

What cannot be had as a file is drawn here from the marketplace's data, where it gives them.
"""

from collections.abc import Sequence

from labels.errors import UnknownFile
from labels.services import from_html
from labels.services.order_label import store_label
from labels.types import LabelSource
from marketplaces import dto
from marketplaces.sync import draw_labels, outbox
from marketplaces.sync.drain import Drain
from marketplaces.sync.outbox import Told
from marketplaces.sync.push_commands import Result
from orders.services import attention
from orders.types import Attention

ASK_AGAIN_S = 3.0
TOO_LONG_S = 1800


def fetch(drain: Drain, told: Sequence[Told]) -> Result:
    """This function will fetch the stickers of committed orders and store those that are ready."""
    result = Result()
    by_number = {command.number: command for command in told}
    found = drain.adapter.labels(list(by_number), token=told[0].token)
    for label in found.ready:
        if command := by_number.pop(label.number, None):
            _store(drain, command, label, result)
    for refusal in found.refused:
        if command := by_number.pop(refusal.key, None):
            _refused(drain, command, refusal, result)
    for command in by_number.values():
        _wait(drain, command, found.token, result)
    return result


def _store(drain: Drain, command: Told, label: dto.RemoteLabel, result: Result) -> None:
    try:
        content, content_type = _printable(label)
    except UnknownFile as refusal:
        _give_up(drain, command, "label_unreadable", str(refusal), result)
        return
    _keep(drain, command, label, content, content_type, LabelSource.MARKETPLACE, result)


def _keep(
    drain: Drain,
    command: Told,
    label: dto.RemoteLabel,
    content: bytes,
    content_type: str,
    source: LabelSource,
    result: Result,
) -> None:
    result.then(
        command,
        store_label,
        merchant_id=drain.channel.merchant_id,
        order_id=command.order_id,
        content=content,
        content_type=content_type,
        barcode=label.barcode,
        part_a=label.part_a,
        part_b=label.part_b,
        boxes=label.boxes,
        source=source,
        now=drain.clock(),
    )
    result.done(command)


def _printable(label: dto.RemoteLabel) -> tuple[bytes, str]:
    """A page of HTML is drawn here, in the channel's worker: by nobody who waits, and without a network."""
    if label.content_type != "text/html":
        return label.content, label.content_type
    return from_html.drawn(label.content), "application/pdf"


def _refused(drain: Drain, command: Told, refusal: dto.Refused, result: Result) -> None:
    if refusal.code == dto.Code.NOT_READY:
        _wait(drain, command, "", result)
    elif refusal.code == dto.Code.CANCELLED:
        result.done(command)
    else:
        _give_up(drain, command, refusal.code, refusal.text, result)


def _wait(drain: Drain, command: Told, token: str, result: Result) -> None:
    waited_s = (drain.clock() - command.owed_since).total_seconds()
    if waited_s > TOO_LONG_S:
        _give_up(drain, command, "label_too_long", "still being made there", result)
        return
    result.again(command, drain, after_s=min(ASK_AGAIN_S + waited_s / 20, outbox.LONGEST_PAUSE_S), token=token)


def _give_up(drain: Drain, command: Told, reason: str, text: str, result: Result) -> None:
    """No file comes: it is drawn from their data, or a person is asked."""
    if label := draw_labels.drawn(drain, command):
        _keep(drain, command, label, label.content, label.content_type, LabelSource.OWN, result)
        return
    _flag(drain, command, text, result)
    result.park(command, reason=reason, text=text)


def _flag(drain: Drain, command: Told, text: str, result: Result) -> None:
    result.then(
        command,
        attention.raise_flags,
        merchant_id=drain.channel.merchant_id,
        order_ids=[command.order_id],
        reason=Attention.LABEL_FAILED,
        now=drain.clock(),
        text=text,
    )
