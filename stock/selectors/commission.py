"""Our goods at commissioners."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Sum

from stock.models import Balance
from stock.types import LocationKind

_CODE = "COMMISSIONER-"


@dataclass(frozen=True, slots=True, kw_only=True)
class AtCommissioner:
    """Pieces of a SKU handed over and not reported; below nothing: more was reported than handed over."""

    sku_id: int
    article: str
    name: str
    pieces: int


def pieces_by_channel() -> Mapping[int, int]:
    """Channel id → pieces that its commissioner has of ours."""
    rows = Balance.objects.filter(location__kind=LocationKind.COMMISSIONER).order_by().values_list("location__code")
    return {int(code.removeprefix(_CODE)): pieces for code, pieces in rows.annotate(Sum("pieces"))}


def at_commissioner(channel_id: int, *, limit: int = 200) -> Sequence[AtCommissioner]:
    """What the commissioner of a channel has of ours, what is reported too often first, then the most."""
    rows = (
        Balance.objects.filter(location__kind=LocationKind.COMMISSIONER, location__code=f"{_CODE}{channel_id}")
        .exclude(pieces=0)
        .select_related("sku__product")
    )
    found = sorted(rows[: limit * 5], key=lambda row: (row.pieces > 0, -abs(row.pieces), row.sku.code_key))
    return [
        AtCommissioner(sku_id=row.sku_id, article=row.sku.code, name=row.sku.product.name, pieces=row.pieces)
        for row in found[:limit]
    ]
