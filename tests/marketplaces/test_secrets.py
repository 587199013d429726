"""Keys are encrypted at rest, rotated without loss, and stand in no log, page or attempt."""

import logging
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from backoffice.kernel import seal
from marketplaces import dto
from marketplaces.errors import CredentialsRejected
from marketplaces.models import Credential, RawPayload
from marketplaces.selectors import channels
from marketplaces.sync import connect
from marketplaces.sync.connection import InsideTransaction, open_channel, open_with, refuse_inside_transaction
from tests.fakes.marketplace import remote_order
from tests.marketplaces.conftest import Desk

SECRET = "hush-hush"


def test_a_key_at_rest_cannot_be_read(desk: Desk) -> None:
    sealed = bytes(Credential.objects.get(channel=desk.channel).sealed)

    assert SECRET.encode() not in sealed
    assert seal.unseal(sealed) == {"key": SECRET}


def test_rotation_keeps_every_secret_readable_and_the_old_key_goes(desk: Desk, settings: Any) -> None:
    desk.trade.sku("mug", pieces=1)
    desk.fake.pages = [dto.Page(items=[remote_order("1-1", ("mug", 1))])]
    desk.read("orders")
    fresh = Fernet.generate_key().decode()
    settings.ENCRYPTION_KEYS = [fresh, *settings.ENCRYPTION_KEYS]

    assert connect.reseal_all() == 2

    settings.ENCRYPTION_KEYS = [fresh]
    assert seal.unseal(Credential.objects.get(channel=desk.channel).sealed) == {"key": SECRET}
    assert seal.unseal(RawPayload.objects.get(channel=desk.channel).sealed)["posting_number"] == "1-1"


def test_the_command_rotates_every_merchant(desk: Desk, settings: Any, capsys: pytest.CaptureFixture[str]) -> None:
    before = bytes(Credential.objects.get(channel=desk.channel).sealed)

    call_command("rotate_keys")

    assert bytes(Credential.objects.get(channel=desk.channel).sealed) != before
    assert "Sealed anew:" in capsys.readouterr().out


def test_a_lost_encryption_key_is_said_in_words(desk: Desk, settings: Any) -> None:
    facts = channels.channel(desk.channel.pk)
    settings.ENCRYPTION_KEYS = [Fernet.generate_key().decode()]

    assert facts is not None
    with pytest.raises(CredentialsRejected, match="cannot be decrypted"):
        open_channel(facts)


def test_a_key_stands_in_no_log_line_and_no_attempt(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    facts = channels.channel(desk.channel.pk)
    assert facts is not None
    link = open_with(
        marketplace="ozon",
        credentials={"client_id": "1", "api_key": "very-secret-key"},
        base_url="http://127.0.0.1:9",
        account="test",
    )
    connection.transactions_of_tests += 1  # type: ignore[attr-defined]
    with pytest.raises(Exception):  # noqa: B017, nobody answers there: any of the six words will do
        link.adapter.account()

    assert "very-secret-key" not in caplog.text
    assert "very-secret-key" not in repr(link.taken())
    assert "very-secret-key" not in repr(facts)


def test_nothing_leaves_from_inside_a_transaction(desk: Desk) -> None:
    with transaction.atomic(), pytest.raises(InsideTransaction):
        refuse_inside_transaction("/v1/roles")
    with transaction.atomic(), pytest.raises(InsideTransaction):
        desk.fake.account()


def test_settings_hold_no_key_of_a_marketplace() -> None:
    names = [name for name in dir(settings) if name.isupper()]
    assert not [name for name in names if "API_KEY" in name or "OZON" in name or "WILDBERRIES" in name]


def test_a_checked_key_is_kept_with_what_it_may_not_do(desk: Desk) -> None:
    account = dto.Account(
        external_id="new",
        name="Seller",
        permissions=[
            dto.Permission(name="Orders", granted=True),
            dto.Permission(name="Prices", granted=False),
            dto.Permission(name="Chats", granted=False, needed=False),
        ],
    )
    checked = connect.Checked(marketplace="ozon", base_url="", credentials={"key": "new-key"}, account=account)

    connect.replace_key(
        merchant_id=desk.trade.merchant.pk, channel_id=desk.channel.pk, checked=checked, now=timezone.now()
    )

    kept = Credential.objects.get(channel=desk.channel)
    assert kept.missing == ["Prices"]
    assert seal.unseal(kept.sealed) == {"key": "new-key"}
