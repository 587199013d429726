"""
Factories: each builds the smallest valid thing and returns it.

Rows of a merchant are written inside that merchant's scope, which the factory opens itself, so that a test may call it
from anywhere.  Other apps append their own below or keep them in tests/<app>/make.py; `foreign` tells the access test
how to name a row of a merchant.
"""

from collections.abc import Callable
from functools import cache
from importlib import import_module
from itertools import count
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.test import Client
from django.utils import timezone

from merchants.models import LegalEntity, Membership, Merchant, Person
from merchants.roles import Role
from merchants.scope import current_scope, scope
from workspace.models import Job, Notice, SavedView
from workspace.services.notices import raise_notice

PASSWORD = "kolbasa-i-syr-7"

_number = count(1)

# URL name → what its pattern needs, made for a given merchant: {"pk": 5}.  Every URL with a parameter stands here.
FOREIGN: dict[str, Callable[[Merchant], dict[str, Any]]] = {}


def foreign(*names: str) -> Callable[[Callable[[Merchant], dict[str, Any]]], Callable[[Merchant], dict[str, Any]]]:
    """This decorator will register what the URLs `names` take, so that the access test can try them."""

    def register(make: Callable[[Merchant], dict[str, Any]]) -> Callable[[Merchant], dict[str, Any]]:
        FOREIGN.update(dict.fromkeys(names, make))
        return make

    return register


def gather() -> None:
    """Import the factories that apps keep beside their own tests (tests/<app>/make.py), so that they register."""
    for path in sorted(Path(__file__).parent.glob("*/make.py")):
        import_module(f"tests.{path.parent.name}.make")


def within(merchant: Merchant) -> Any:
    """The open scope when it contains the merchant, else a scope of this merchant alone."""
    found = current_scope()
    return scope(found.merchants if found and merchant.pk in found.merchants else [merchant.pk])


def merchant(**fields: Any) -> Merchant:
    return Merchant.objects.create(**{"name": f"Merchant {next(_number)}", **fields})


@cache
def _hashed() -> str:
    return make_password(PASSWORD)  # slow on purpose: once for all tests


def person(*, role: Role | None = None, merchant: Merchant | None = None, **fields: Any) -> Person:
    """A person whose password is PASSWORD, with `role` in `merchant` when given."""
    number = next(_number)
    made = Person.objects.create(
        **{"login": f"person{number}", "full_name": f"Person {number}", "password": _hashed(), **fields}
    )
    if role is not None and merchant is not None:
        Membership.objects.create(person=made, merchant=merchant, role=role)
    return made


def client(person: Person | None = None, *, role: Role = Role.OWNER, merchant: Merchant | None = None) -> Client:
    """A browser in which the person (or a new one with `role` in `merchant`) is signed in."""
    browser = Client()
    browser.force_login(person or globals()["person"](role=role, merchant=merchant))
    return browser


def same_session(browser: Client) -> Client:
    """Another browser in the session of a signed-in one, whatever that one has been sent since."""
    another = Client()
    another.handler = browser.handler  # whose middlewares are made once
    name = settings.SESSION_COOKIE_NAME
    another.cookies[name] = browser.cookies[name].value
    return another


def legal_entity(merchant: Merchant, **fields: Any) -> LegalEntity:
    with within(merchant):
        return LegalEntity.objects.create(
            merchant=merchant, **{"name": "ООО «Пример»", "inn": "7707083893", "kpp": "770701001", **fields}
        )


@foreign("merchants:change-role", "merchants:remove-from-merchant")
def _membership(merchant: Merchant) -> dict[str, Any]:
    return {"pk": person(role=Role.MANAGER, merchant=merchant).memberships.get().pk}


@foreign("merchants:reset-password", "merchants:set-active", "merchants:staff", "floor:give-badge")
def _person(merchant: Merchant) -> dict[str, Any]:
    return {"pk": person(role=Role.MANAGER, merchant=merchant).pk}


@foreign("merchants:merchant", "merchants:legal-entity-new")
def _merchant(merchant: Merchant) -> dict[str, Any]:
    return {"pk": merchant.pk}


@foreign("merchants:legal-entity")
def _legal_entity(merchant: Merchant) -> dict[str, Any]:
    return {"pk": legal_entity(merchant, name="ООО «Второе»", inn="0000000018", kpp="000001001").pk}


def job(merchant: Merchant, **fields: Any) -> Job:
    with within(merchant):
        return Job.objects.create(
            **{
                "merchant": merchant,
                "merchant_ids": [merchant.pk],
                "kind": "test",
                "title": "Job",
                "task": "workspace.tasks.run_export",
                "created_at": timezone.now(),
                **fields,
            }
        )


@foreign("workspace:job", "workspace:job-panel", "workspace:job-cancel", "workspace:job-result")
def _job(merchant: Merchant) -> dict[str, Any]:
    return {"pk": job(merchant).pk}


@foreign("workspace:job-errors")
def _job_errors(merchant: Merchant) -> dict[str, Any]:
    return {"pk": job(merchant).pk, "shape": "csv"}


@foreign("workspace:notice-mute")
def _notice(merchant: Merchant) -> dict[str, Any]:
    with within(merchant):
        raise_notice(merchant_id=merchant.pk, kind="test", what="Something", now=timezone.now())
        return {"pk": Notice.objects.get(merchant=merchant).pk}


@foreign("workspace:view-delete")
def _view(merchant: Merchant) -> dict[str, Any]:
    other = person(role=Role.OWNER, merchant=merchant)
    return {"pk": SavedView.objects.create(person=other, listing="orders", name="Late").pk}


def channel(merchant: Merchant, **fields: Any) -> Any:
    """A connected channel with one warehouse and one parked command, on an address where nobody answers."""
    from backoffice.kernel import seal
    from catalog.models import Channel, ChannelWarehouse
    from marketplaces.models import Credential

    with within(merchant):
        entity = LegalEntity.objects.filter(merchant=merchant).first() or legal_entity(merchant)
        made = Channel.objects.create(
            **{
                "merchant": merchant,
                "legal_entity": entity,
                "marketplace": "ozon",
                "name": f"Channel {next(_number)}",
                "external_id": "1",
                "base_url": "http://127.0.0.1:9",
                **fields,
            }
        )
        ChannelWarehouse.objects.create(merchant=merchant, channel=made, external_id="1", name="W", scheme="fbs")
        sealed = seal.seal({"client_id": "1", "api_key": "hush"})
        Credential.objects.create(merchant=merchant, channel=made, sealed=sealed)
        return made


@foreign(
    *("marketplaces:channel", "marketplaces:replace-key", "marketplaces:requests", "marketplaces:push-now"),
    *("marketplaces:give-address",),
    *("marketplaces:pause", "marketplaces:resume"),
)
def _channel(merchant: Merchant) -> dict[str, Any]:
    return {"pk": channel(merchant).pk}


@foreign("marketplaces:feed", "marketplaces:write-feed", "marketplaces:new-feed-address")
def _feed(merchant: Merchant) -> dict[str, Any]:
    from marketplaces.feeds import connect

    with within(merchant):
        made = channel(merchant, marketplace="feed", base_url="")
        connect.give_address(merchant_id=merchant.pk, channel_id=made.pk)
        return {"pk": made.pk}


@foreign("marketplaces:pull-now")
def _channel_stream(merchant: Merchant) -> dict[str, Any]:
    return {"pk": channel(merchant).pk, "stream": "orders"}


@foreign("marketplaces:connect-to", "marketplaces:open-feed")
def _marketplace(merchant: Merchant) -> dict[str, Any]:
    return {"code": "no-such-marketplace"}  # a marketplace is nobody's row: an unknown one is refused


@foreign("marketplaces:warehouse")
def _channel_warehouse(merchant: Merchant) -> dict[str, Any]:
    with within(merchant):
        return {"pk": channel(merchant).warehouses.get().pk}


@foreign("marketplaces:shipping-points")
def _points_of_warehouse(merchant: Merchant) -> dict[str, Any]:
    with within(merchant):
        return {"channel_warehouse_id": channel(merchant).warehouses.get().pk}


@foreign("marketplaces:handover-panel")
def _handover_talk(merchant: Merchant) -> dict[str, Any]:
    from shipping.models import Handover

    with within(merchant):
        now = timezone.now()
        place = channel(merchant).warehouses.get()
        made = Handover.objects.create(
            merchant=merchant, channel_warehouse=place, departure_date=now.date(), opened_at=now
        )
        return {"handover_id": made.pk}


@foreign("marketplaces:let-price-fall")
def _parked_price(merchant: Merchant) -> dict[str, Any]:
    from catalog.models import Listing
    from marketplaces.models import Debt

    with within(merchant):
        made = channel(merchant)
        listing = Listing.objects.create(merchant=merchant, channel=made, offer_id="a", stock_external_id="1")
        now = timezone.now()
        debt = Debt.objects.create(
            merchant=merchant,
            channel=made,
            op="price",
            listing=listing,
            owed_since=now,
            not_before=now,
            parked="price_drop",
        )
        return {"pk": debt.pk}


@foreign("marketplaces:replay", "marketplaces:dismiss")
def _quarantined(merchant: Merchant) -> dict[str, Any]:
    from marketplaces.models import Quarantine

    with within(merchant):
        now = timezone.now()
        row = Quarantine.objects.create(
            merchant=merchant,
            channel=channel(merchant),
            stream="orders",
            key="1",
            reason="x",
            first_at=now,
            last_at=now,
        )
        return {"pk": row.pk}


@foreign("marketplaces:published", "marketplaces:push-sku")
def _sku_published(merchant: Merchant) -> dict[str, Any]:
    from catalog.models import Product, Sku

    with within(merchant):
        product = Product.objects.create(merchant=merchant, name="P")
        return {"pk": Sku.objects.create(merchant=merchant, product=product, code=f"S-{next(_number)}").pk}


@foreign(
    "marketplaces:order-sync-panel",
    "marketplaces:reload-order",
    "marketplaces:answer-cancel",
    "marketplaces:report-progress",
)
def _order_talk(merchant: Merchant) -> dict[str, Any]:
    from orders.models import Order

    with within(merchant):
        now = timezone.now()
        order = Order.objects.create(
            merchant=merchant,
            channel=channel(merchant),
            external_number=f"N-{next(_number)}",
            scheme="fbs",
            ordered_at=now,
            received_at=now,
            changed_at=now,
            total=1,
        )
        return {"order_id": order.pk}
