"""Api-Key tokens: which cabinet they open, and what they may do."""

from dataclasses import dataclass

from sandbox.sellers import Seller

EVERYTHING = ("ALL_METHODS",)


@dataclass(frozen=True)
class Key:
    token: str
    name: str
    seller: str
    scopes: tuple[str, ...] = EVERYTHING
    revoked: bool = False


def keys_of(seller: Seller) -> list[Key]:
    """This function will give a seller's tokens, the good one first."""

    def key(name: str, scopes: tuple[str, ...] = EVERYTHING, *, revoked: bool = False) -> Key:
        return Key(f"ACMA:sandbox-{seller.code}:{name}", name, seller.code, scopes, revoked)

    return [
        key("everything"),
        key("orders", ("INVENTORY_AND_ORDER_PROCESSING",)),
        key("read_only", ("ALL_METHODS_READ_ONLY",)),
        key("without_prices", ("INVENTORY_AND_ORDER_PROCESSING", "OFFERS_AND_CARDS_MANAGEMENT")),
        key("revoked", revoked=True),
    ]
