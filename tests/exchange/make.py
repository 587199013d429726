"""Rows of the exchange for the access tests."""

from typing import Any

from django.utils import timezone

from exchange.models import Connection, Hook, Item, Message, Session
from exchange.services import credentials, hooks
from exchange.services import session as sessions
from exchange.types import Kind
from merchants.models import Merchant
from tests.make import _number, foreign, within


def connection(merchant: Merchant) -> Connection:
    return credentials.connect(merchant_id=merchant.pk, name=f"1C {next(_number)}", now=timezone.now())[0]


@foreign("exchange:connection", "exchange:renew")
def _connection(merchant: Merchant) -> dict[str, Any]:
    with within(merchant):
        return {"pk": connection(merchant).pk}


@foreign("exchange:program", "exchange:new-token")
def _program(merchant: Merchant) -> dict[str, Any]:
    with within(merchant):
        name = f"Program {next(_number)}"
        return {"pk": credentials.connect(merchant_id=merchant.pk, name=name, kind=Kind.API, now=timezone.now())[0].pk}


@foreign("exchange:message", "exchange:message-live", "exchange:raw", "exchange:problems", "exchange:decide")
def _message(merchant: Merchant) -> dict[str, Any]:
    with within(merchant):
        made = Message.objects.create(
            merchant=merchant, connection=connection(merchant), name="import.xml", created_at=timezone.now()
        )
        return {"pk": made.pk}


@foreign("exchange:session")
def _session(merchant: Merchant) -> dict[str, Any]:
    with within(merchant):
        begun = sessions.begin(source=connection(merchant), subject="catalog", address="", agent="", now=timezone.now())
        assert isinstance(begun.session, Session)
        return {"pk": begun.session.pk}


@foreign("exchange:match")
def _item(merchant: Merchant) -> dict[str, Any]:
    with within(merchant):
        made = Item.objects.create(
            merchant=merchant, connection=connection(merchant), good="1", state="waiting", told_at=timezone.now()
        )
        return {"pk": made.pk}


def _made_hook(merchant: Merchant) -> Hook:
    made, _secret = hooks.add(
        source=connection(merchant), url="https://hooks.example.com/", everything=False, now=timezone.now()
    )
    return made


@foreign("exchange:hook", "exchange:hook-secret", "exchange:switch-hook", "exchange:try-hook", "exchange:remove-hook")
def _hook(merchant: Merchant) -> dict[str, Any]:
    with within(merchant):
        return {"pk": _made_hook(merchant).pk}


@foreign("exchange:repeat-delivery")
def _delivery(merchant: Merchant) -> dict[str, Any]:
    with within(merchant):
        return {"pk": hooks.try_out(hook_id=_made_hook(merchant).pk, now=timezone.now()).pk}
