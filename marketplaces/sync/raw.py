"""Payloads that carry facts, kept as received so that they can be parsed again."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings

from backoffice.kernel import seal
from marketplaces.models import RawPayload


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """digest: of everything that was said, so that the same again can be told from news."""

    key: str
    payload: Mapping[str, object]
    digest: str


def digest(value: object) -> str:
    """This function will give a short sign of a value; equal for equal values."""
    return hashlib.blake2b(repr(value).encode("utf-8", "replace"), digest_size=16).hexdigest()


def news(*, channel_id: int, stream: str, received: Iterable[Received]) -> set[str]:
    """This function will give the keys whose payload differs from the one kept."""
    offered = {item.key[:100]: item.digest for item in received}
    kept = RawPayload.objects.filter(channel_id=channel_id, stream=stream, key__in=list(offered))
    same = {key for key, known in kept.values_list("key", "digest") if known and offered[key] == known}
    return set(offered) - same


def keep(*, merchant_id: int, channel_id: int, stream: str, received: Iterable[Received], now: datetime) -> None:
    """This function will keep the newest payload of each object, encrypted, until its time is over."""
    rows = {
        item.key[:100]: RawPayload(
            merchant_id=merchant_id,
            channel_id=channel_id,
            stream=stream,
            key=item.key[:100],
            digest=item.digest,
            sealed=seal.seal(dict(item.payload)),
            received_at=now,
            expires_at=now + timedelta(days=settings.RAW_PAYLOAD_DAYS),
        )
        for item in received
    }
    RawPayload.objects.bulk_create(
        rows.values(),
        batch_size=500,
        update_conflicts=True,
        unique_fields=["channel", "stream", "key"],
        update_fields=["digest", "sealed", "received_at", "expires_at"],
    )


def forget_old(*, now: datetime) -> int:
    """This function will remove payloads past their time, in the open scope."""
    gone, _ = RawPayload.objects.filter(expires_at__lt=now).delete()
    return gone
