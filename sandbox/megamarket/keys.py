"""The tokens of every simulated cabinet on Megamarket, good and bad ones."""

from typing import Any

from sandbox.sellers import Seller

FBS, DBS, CNC = "fbs", "dbs", "cnc"


def schemes_of(seller: Seller) -> dict[str, int]:
    """This function will give a seller's cabinets: scheme → merchant id; the first company has one for each scheme."""
    base = 1000 + seller.ozon_id % 1000 * 10
    schemes = (FBS, DBS, CNC) if seller.code == "demo" else (FBS,)
    return {scheme: base + place for place, scheme in enumerate(schemes, start=1)}


def token_of(merchant_id: int) -> str:
    return f"5A0DB0A1-0000-4A00-8000-{merchant_id:012d}"


def shipping_point(merchant_id: int) -> str:
    return str(merchant_id * 10 + 1)


def megamarket_keys(seller: Seller) -> dict[str, Any]:
    """This function will list what one needs to connect to each cabinet of a seller."""
    cabinets = schemes_of(seller)
    return {
        **_keys(FBS, cabinets[FBS]),
        "other_tokens": {"unknown": token_of(0)},
        "other_cabinets": {scheme: _keys(scheme, number) for scheme, number in cabinets.items() if scheme != FBS},
    }


def _keys(scheme: str, merchant_id: int) -> dict[str, str]:
    return {
        "merchant_id": str(merchant_id),
        "scheme": scheme,
        "warehouse_ids": shipping_point(merchant_id),
        "token": token_of(merchant_id),
    }
