"""The keys of every simulated seller, good and bad ones."""

from typing import Any

from sandbox.aliexpress.keys import aliexpress_keys
from sandbox.megamarket.keys import megamarket_keys
from sandbox.sellers import Seller
from sandbox.wildberries.tokens import EVERYTHING, issue, mask
from sandbox.yandex_market.keys import keys_of

EXPIRED = 1_700_000_000
SHOWN_ONLY = frozenset({"sid"})


def accounts(sellers: list[Seller]) -> list[dict[str, Any]]:
    """This function will list what one needs to connect to each seller on every marketplace."""
    return [_account(seller) for seller in sellers]


def good_keys(seller: Seller) -> dict[str, dict[str, Any]]:
    """This function will give the keys that work, by marketplace and name."""
    return {
        code: {name: value for name, value in keys.items() if isinstance(value, str) and name not in SHOWN_ONLY}
        for code, keys in _account(seller).items()
        if isinstance(keys, dict)
    }


def _account(seller: Seller) -> dict[str, Any]:
    def token(scopes: int = EVERYTHING, **more: int) -> str:
        return issue(sid=seller.sid, seller=seller.ozon_id, scopes=scopes, **more)

    return {
        "seller": seller.code,
        "name": seller.legal_name,
        "inn": seller.inn,
        "ozon": {
            "client_id": str(seller.ozon_id),
            "api_key": seller.keys[0].api_key,
            "other_keys": {key.api_key: f"{key.state}, {key.role}" for key in seller.keys[1:]},
        },
        "yandex_market": _yandex_market(seller),
        "megamarket": megamarket_keys(seller),
        "aliexpress": aliexpress_keys(seller),
        "wildberries": {
            "sid": seller.sid,
            "token": token(),
            "other_tokens": {
                "expired": token(expires=EXPIRED),
                "read_only": token(mask("content", "analytics", "prices", "marketplace", read_only=True)),
                "without_marketplace": token(mask("content", "prices", "analytics")),
                "without_prices": token(mask("content", "marketplace", "analytics")),
            },
        },
    }


def _yandex_market(seller: Seller) -> dict[str, Any]:
    good, *others = keys_of(seller)
    return {
        "api_key": good.token,
        "label_format": "A9_HORIZONTALLY",
        "other_keys": {key.token: "revoked" if key.revoked else key.name for key in others},
    }
