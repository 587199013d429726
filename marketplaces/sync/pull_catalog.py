"""Reference data of a channel: its account, warehouses, cards, prices in force."""

from collections.abc import Sequence

from django.conf import settings

from catalog.services.channel import apply_warehouses
from catalog.services.listing import apply_listings, prices_published
from catalog.types import ListingDraft, WarehouseDraft
from marketplaces import dto
from marketplaces.models import Credential
from marketplaces.selectors import levels
from marketplaces.sync import decide, pause
from marketplaces.sync.pull import Pull


def read_warehouses(pull: Pull) -> None:
    """
    This function will bring the channel's warehouses up to date.

    One that is not told is gone only where all that was told was understood: to one taken for gone no stock is sent,
    so it would go on selling what it was told last.
    """
    page = pull.adapter.warehouses()
    drafts = decide.warehouse_drafts(page.items)

    def apply(part: Sequence[WarehouseDraft]) -> None:
        apply_warehouses(
            merchant_id=pull.channel.merchant_id,
            channel_id=pull.channel.id,
            warehouses=part,
            now=pull.clock(),
            complete=not page.broken and len(part) == len(drafts),
        )

    with pull.scope():
        pull.apply(page, drafts, apply, called=lambda draft: (draft.external_id,), told=lambda draft: draft.name)


def read_listings(pull: Pull) -> None:
    """This function will bring all cards up to date and match those that are new."""
    for page in pull.adapter.listings():
        pull.still_ours()
        with pull.scope():
            pull.apply(
                page,
                decide.listing_drafts(page.items),
                lambda part: _apply_listings(pull, part),
                called=lambda draft: (draft.stock_external_id, draft.product_external_id),
                told=lambda draft: draft.title,
            )


def read_prices(pull: Pull) -> None:
    """This function will read the prices in force, so that what we publish is compared with the truth."""
    with pull.scope():
        names = levels.priced_listings(pull.channel.id)
    size = pull.adapter.price_batch
    for start in range(0, len(names), size):
        asked = {name.listing_id: _price_key(name) for name in names[start : start + size]}
        page = pull.adapter.read_prices(list(asked.values()))
        pull.still_ours()
        _note_prices(pull, page, asked)


def _note_prices(pull: Pull, page: dto.Page[dto.PriceLevel], asked: dict[int, dto.PriceLevel]) -> None:
    found = {level.key: level.price for level in page.items}
    now = pull.clock()
    with pull.scope():
        pull.apply(
            page,
            [(listing, found[level.key]) for listing, level in asked.items() if level.key in found],
            lambda part: prices_published(merchant_id=pull.channel.merchant_id, prices=dict(part), now=now),
            called=lambda row: (asked[row[0]].product_id, asked[row[0]].offer_id),
            told=lambda row: str(row[1]),
        )


def read_account(pull: Pull) -> None:
    """This function will check the key: until when it lives and what it may not do."""
    account = pull.adapter.account()
    with pull.scope():
        note_account(pull, account)
    pull.items += 1


def note_account(pull: Pull, account: dto.Account) -> None:
    """This function will store what the account check said and warn when the key ends soon, in the open scope."""
    now = pull.clock()
    Credential.objects.filter(channel_id=pull.channel.id).update(
        expires_at=account.key_expires_at, checked_at=now, missing=missing(account)
    )
    if account.key_expires_at is not None:
        days = (account.key_expires_at - now).days
        if days < settings.KEY_EXPIRY_WARNING_DAYS:
            pause.expires(pull.channel, at=account.key_expires_at, days=max(days, 0), now=now)
        else:
            pause.cured(merchant_id=pull.channel.merchant_id, channel_id=pull.channel.id, now=now)


def missing(account: dto.Account) -> list[str]:
    """Permissions that are needed and not granted, as the marketplace names them."""
    return [permission.name[:100] for permission in account.permissions if permission.needed and not permission.granted]


def _apply_listings(pull: Pull, drafts: Sequence[ListingDraft]) -> None:
    apply_listings(merchant_id=pull.channel.merchant_id, channel_id=pull.channel.id, listings=drafts, now=pull.clock())


def _price_key(name: levels.ListingName) -> dto.PriceLevel:
    return dto.PriceLevel(offer_id=name.offer_id, product_id=name.product_id, price=decide.ZERO, currency=name.currency)
