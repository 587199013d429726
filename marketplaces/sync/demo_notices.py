"""The demonstration's addresses, entered at the sandbox as a seller enters them in a cabinet."""

from datetime import datetime

from django.conf import settings
from django.core.cache import cache
from django.urls import reverse

from catalog.models import Channel
from marketplaces import registry
from marketplaces.http.client import Client, addresses
from marketplaces.http.throttle import NoThrottle
from marketplaces.models import Credential, InboxAddress
from marketplaces.ports import Can
from marketplaces.sync import doors
from marketplaces.sync.connection import refuse_inside_transaction
from marketplaces.sync.demo import SELLER
from merchants.models import Merchant
from merchants.scope import scope
from merchants.services.first_start import DEMO_NAME

DAY_S = 24 * 3600


def enter(*, now: datetime) -> int:
    """
    This function will tell the sandbox where to call; gives how many addresses it told.

    Called again and again, outside any transaction: whoever has called already, at the address by which we are known
    today, is left alone.
    :raises RemoteError: the sandbox does not answer
    """
    merchant = Merchant.objects.filter(name=DEMO_NAME).order_by("pk").first()
    if not settings.SANDBOX_URL or not settings.PUBLIC_URL or merchant is None:
        return 0
    with scope([merchant.pk]):
        rows = Credential.objects.select_related("channel").filter(
            channel__base_url__startswith=settings.SANDBOX_URL.rstrip("/") + "/"
        )
        unheard = [
            (row.channel.marketplace, row.channel_id, given)
            for row in rows
            if registry.can(row.channel.marketplace, Can.NOTICES) and (given := _unheard(row.channel, now))
        ]
    for marketplace, channel_id, given in unheard:
        _tell(marketplace, given)
        cache.set(_key(channel_id), 1, DAY_S)
    return len(unheard)


def _unheard(channel: Channel, now: datetime) -> doors.Secrets | None:
    address = InboxAddress.objects.filter(channel=channel).first()
    if address is None:
        return doors.give(merchant_id=channel.merchant_id, channel_id=channel.pk, now=now)
    told_today = address.heard_at is not None and cache.get(_key(channel.pk))
    return None if told_today else doors.secrets_of(address)


def _tell(marketplace: str, given: doors.Secrets) -> None:
    refuse_inside_transaction("the sandbox")
    send = Client(
        resolve=addresses(settings.SANDBOX_URL, "https://sandbox.invalid"), throttle=NoThrottle(), key="sandbox"
    )
    hook = registry.adapter_class(marketplace).hook
    entered = {"marketplace": marketplace, "seller": SELLER}
    entered["url"] = settings.PUBLIC_URL.rstrip("/") + reverse("marketplaces:webhook", args=[given.secret])
    if hook is not None and hook.basic:
        entered |= {"login": given.login, "password": given.password}
    send("POST", "/admin/notifications", limits=[], json=entered)


def _key(channel_id: int) -> str:
    return f"demo:told:{channel_id}:{settings.PUBLIC_URL}"
