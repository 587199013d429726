"""Ours → theirs."""

from collections.abc import Sequence
from urllib.parse import quote

from marketplaces import dto


def stock(levels: Sequence[dto.StockLevel]) -> dict[str, object]:
    """{"warehouse": "1", "stock": [{"sku": "A-1", "pieces": 5}]}"""
    return {
        "warehouse": levels[0].warehouse_id,
        "stock": [{"sku": level.stock_id, "pieces": level.pieces} for level in levels],
    }


def names(levels: Sequence[dto.StockLevel]) -> dict[str, object]:
    """{"warehouse": "1", "skus": ["A-1"]}"""
    return {"warehouse": levels[0].warehouse_id, "skus": [level.stock_id for level in levels]}


def pack(parcel: dto.Parcel) -> dict[str, object]:
    """{"boxes": [[{"line": "1", "pieces": 2}]]}"""
    return {
        "boxes": [[{"line": line.external_id, "pieces": line.pieces} for line in box] for box in parcel.boxes],
    }


def quoted(number: str) -> str:
    """A number inside a path."""
    return quote(number, safe="")
