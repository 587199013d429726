"""The tokens of the simulated shops on AliExpress."""

from typing import Any

from sandbox.sellers import Seller


def token_of(seller: Seller) -> str:
    return f"sandbox.aliexpress.{seller.ozon_id}"


def owner_of(seller: Seller) -> str:
    return str(700_000_000 + seller.ozon_id)


def aliexpress_keys(seller: Seller) -> dict[str, Any]:
    """This function will list what one needs to connect to a shop."""
    keys = {"scheme": "fbs", "prefix": "", "transfer": "on", "token": token_of(seller)}
    return {**keys, "other_tokens": {"unknown": "sandbox.aliexpress.nobody"}}
