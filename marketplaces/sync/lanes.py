"""Which step drains which lane, and which handler fulfils which command."""

from marketplaces.sync import (
    fetch_labels,
    push_cancel,
    push_commands,
    push_commit,
    push_confirm,
    push_fewer,
    push_handovers,
    push_marks,
    push_own_delivery,
    push_price,
    push_stock,
)
from marketplaces.sync.drain import Drain, Step

HANDLERS: dict[str, push_commands.Handler] = {
    "open_handover": push_handovers.open_handover,
    "cancel": push_cancel.cancel,
    "confirm": push_confirm.confirm,
    "cancel_lines": push_fewer.cancel_lines,
    "marks": push_marks.send_marks,
    "commit": push_commit.commit,
    "move": push_commit.move,
    "label": fetch_labels.fetch,
    "close_handover": push_handovers.close_handover,
    "documents": push_handovers.fetch_documents,
    "verdicts": push_marks.verdicts,
    "answer_cancel": push_own_delivery.answer_cancel,
    "progress": push_own_delivery.report,
}


def command_step(drain: Drain) -> int:
    """This function will fulfil one group of commands; gives how many it dealt with."""
    return push_commands.step(drain, HANDLERS)


STEPS: dict[str, Step] = {"stock": push_stock.step, "price": push_price.step, "commands": command_step}
