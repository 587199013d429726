"""Connecting a channel: the key is checked live, what it may not do is named, then it is kept sealed."""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from backoffice.kernel import seal
from catalog.models import Channel
from catalog.services import channel as channels
from catalog.types import Boxes, FewerPieces
from marketplaces import dto, registry
from marketplaces.errors import ContractBroken
from marketplaces.models import Credential, RawPayload
from marketplaces.ports import Can
from marketplaces.selectors import due
from marketplaces.sync import pause
from marketplaces.sync.connection import open_with
from marketplaces.sync.pull_catalog import missing
from merchants.scope import scope

# As `Channel.external_id` holds it.
LONGEST_ACCOUNT = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What a live check of keys found."""

    marketplace: str
    base_url: str
    credentials: Mapping[str, str]
    account: dto.Account

    @property
    def missing(self) -> list[dto.Permission]:
        """Permissions that are needed and not granted."""
        return [permission for permission in self.account.permissions if permission.needed and not permission.granted]


def check(*, marketplace: str, credentials: Mapping[str, str], base_url: str = "") -> Checked:
    """
    This function will ask the marketplace whose key this is; called outside any transaction.

    :raises RemoteError: one of the six words; CredentialsRejected when the key is refused
    """
    whose = "check:" + _name_of(credentials)
    adapter = open_with(marketplace=marketplace, credentials=credentials, base_url=base_url, account=whose).adapter
    account = adapter.account()
    if len(account.external_id) > LONGEST_ACCOUNT:
        raise ContractBroken("the id of the account is too long to be one")
    return Checked(marketplace=marketplace, base_url=base_url, credentials=dict(credentials), account=account)


def serves_another(checked: Checked, *, merchant_id: int) -> bool:
    """
    Whether another merchant of the installation has connected this account; called outside any scope.

    Two would take every order twice and overwrite each other's stock.
    """
    with scope(due.merchant_ids()):
        of_others = Channel.objects.exclude(merchant_id=merchant_id)
        return of_others.filter(
            marketplace=checked.marketplace, external_id=checked.account.external_id, base_url=checked.base_url
        ).exists()


def _name_of(credentials: Mapping[str, str]) -> str:
    """A name for the limits of an account not yet known, from which no secret can be read back."""
    joined = "\x00".join(f"{name}={value}" for name, value in sorted(credentials.items()))
    return hashlib.sha256(joined.encode()).hexdigest()[:16]


@transaction.atomic
def connect(
    *,
    merchant_id: int,
    checked: Checked,
    name: str,
    legal_entity_id: int,
    now: datetime,
    price_type_id: int | None = None,
) -> int:
    """
    This function will make the channel with its sealed key, in the open scope; the clock then reads its streams.

    :raises Refusal: the name is taken, or this account is connected already
    """
    channel = channels.create_channel(
        merchant_id=merchant_id,
        marketplace=checked.marketplace,
        name=name,
        legal_entity_id=legal_entity_id,
        base_url=checked.base_url,
        external_id=checked.account.external_id,
        price_type_id=price_type_id,
        now=now,
    )
    keep_key(merchant_id=merchant_id, channel_id=channel.pk, checked=checked, now=now)
    can = registry.adapter_class(checked.marketplace).can
    channels.change_channel(
        merchant_id=merchant_id,
        channel_id=channel.pk,
        now=now,
        marks_before_commit=Can.MARKS_BEFORE_COMMIT in can,
        gives_stickers=Can.LABELS in can,
        boxes=_boxes(can),
        fewer_pieces=_fewer_pieces(can),
    )
    return channel.pk


def _boxes(can: Collection[Can]) -> Boxes:
    if Can.SPLIT in can:
        return Boxes.SPLIT
    if Can.BOXES_ANEW in can:
        return Boxes.ANEW
    return Boxes.TOLD if Can.BOXES in can else Boxes.ONE


def _fewer_pieces(can: Collection[Can]) -> FewerPieces:
    if Can.CANCEL_LINE in can:
        return FewerPieces.ASKED
    return FewerPieces.TOLD if Can.FEWER_AT_COMMIT in can else FewerPieces.NEVER


@transaction.atomic
def replace_key(*, merchant_id: int, channel_id: int, checked: Checked, now: datetime) -> None:
    """This function will put a checked key in the place of the old one and take back what was said about that."""
    keep_key(merchant_id=merchant_id, channel_id=channel_id, checked=checked, now=now)
    channels.change_channel(
        merchant_id=merchant_id,
        channel_id=channel_id,
        now=now,
        external_id=checked.account.external_id,
        base_url=checked.base_url,
    )
    pause.cured(merchant_id=merchant_id, channel_id=channel_id, now=now)


def keep_key(*, merchant_id: int, channel_id: int, checked: Checked, now: datetime) -> None:
    """This function will seal the credentials of a channel, in the open scope."""
    Credential.objects.update_or_create(
        channel_id=channel_id,
        defaults={
            "merchant_id": merchant_id,
            "sealed": seal.seal(dict(checked.credentials)),
            "expires_at": checked.account.key_expires_at,
            "checked_at": now,
            "missing": missing(checked.account),
        },
    )


def reseal_all() -> int:
    """This function will seal every secret of the open scope anew with the first key; gives how many there were."""
    count = 0
    for model in (Credential, RawPayload):
        for row in model.objects.only("pk", "sealed").iterator(chunk_size=500):
            model.objects.filter(pk=row.pk).update(sealed=seal.reseal(row.sealed))
            count += 1
    return count
