"""Who sells: companies with their keys on both marketplaces."""

from dataclasses import dataclass

from sandbox.goods import Catalogue


@dataclass(frozen=True)
class OzonKey:
    """`state`: good, expired, deactivated; `methods`: what the key may call, as prefixes of paths."""

    client_id: str
    api_key: str
    state: str = "good"
    role: str = "Admin"
    methods: tuple[str, ...] = ("/",)


@dataclass
class Seller:
    """`code` names the company in the admin interface; `sid` is its account on Wildberries."""

    code: str
    name: str
    legal_name: str
    inn: str
    ogrn: str
    trade_mark: str
    sid: str
    ozon_id: int
    keys: tuple[OzonKey, ...]
    catalogue: Catalogue


def demo_sellers() -> list[Seller]:
    """This function will give the two companies of the demonstration, without goods."""
    return [
        Seller(
            code="demo",
            name="Песочница",
            legal_name="ООО «Песочница»",
            inn="7700000016",
            ogrn="1027700000019",
            trade_mark="Северный Лён",
            sid="5f0c1d2e-0001-4a00-8000-000000100001",
            ozon_id=100001,
            keys=(
                OzonKey("100001", "sandbox-ozon-key"),
                OzonKey("100001", "sandbox-ozon-key-expired", state="expired"),
                OzonKey("100001", "sandbox-ozon-key-deactivated", state="deactivated"),
                OzonKey(
                    "100001",
                    "sandbox-ozon-key-products",
                    role="Product",
                    methods=(
                        "/v1/roles",
                        "/v1/seller/info",
                        "/v3/product",
                        "/v4/product",
                        "/v5/product",
                        "/v2/product/info",
                        "/v1/product",
                    ),
                ),
            ),
            catalogue=Catalogue(seller=0),
        ),
        Seller(
            code="second",
            name="Светлица",
            legal_name="ИП Светлицын С. С.",
            inn="770000000082",
            ogrn="304770000000019",
            trade_mark="Светлица",
            sid="5f0c1d2e-0002-4a00-8000-000000100002",
            ozon_id=100002,
            keys=(OzonKey("100002", "sandbox-ozon-key-2"),),
            catalogue=Catalogue(seller=1),
        ),
    ]
