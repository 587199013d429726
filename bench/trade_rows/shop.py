"""Merchants with their people, premises, goods and channels."""

from bench.loader import Loader
from bench.trade_rows.ids import (
    EVERYBODY,
    FIRST_CELL,
    FIRST_PICKER,
    PICKERS,
    TINY,
    TINY_OWNER,
    WAREHOUSE,
)


def people(load: Loader) -> None:
    load.insert(
        "merchants_merchant",
        {"id": "n", "name": "'Продавец ' || n", "zone": "'Europe/Moscow'", "locale": "'ru'", "currency": "'RUB'"},
        f"generate_series(1, {TINY}) n",
    )
    load.insert(
        "merchants_legalentity",
        {"id": "n", "merchant_id": "n", "name": "'ООО «Пример ' || n || '»'", "inn": "'0000000018'"},
        f"generate_series(1, {TINY}) n",
    )
    person = {
        "id": "n",
        "login": "'bench' || n",
        "full_name": "'Человек ' || n",
        "password": "'none'",
        "is_active": "true",
    }
    person |= {"language": "'ru'"}
    load.insert("merchants_person", {**person, "is_administrator": "n = 1"}, "generate_series(1, 2) n")
    load.insert("merchants_person", person, f"generate_series({FIRST_PICKER}, {FIRST_PICKER + PICKERS - 1}) n")
    load.insert(
        "merchants_membership",
        {"person_id": str(EVERYBODY), "merchant_id": "n", "role": "'owner'"},
        f"generate_series(1, {TINY - 1}) n",
    )
    load.insert("merchants_membership", {"person_id": str(TINY_OWNER), "merchant_id": str(TINY), "role": "'owner'"})
    load.insert(
        "merchants_membership",
        {"person_id": "p", "merchant_id": "n", "role": "'picker'"},
        f"generate_series({FIRST_PICKER}, {FIRST_PICKER + PICKERS - 1}) p, generate_series(1, {TINY - 1}) n",
    )


def premises(load: Loader, cells: int) -> None:
    load.insert(
        "stock_warehouse",
        {"id": str(WAREHOUSE), "name": "'Главный склад'", "kind": "'own'", "zone": "'Europe/Moscow'"},
    )
    load.insert(
        "stock_warehousemerchant",
        {"merchant_id": "n", "warehouse_id": str(WAREHOUSE)},
        f"generate_series(1, {TINY}) n",
    )
    load.insert(
        "stock_location",
        {"id": "n", "warehouse_id": str(WAREHOUSE), "kind": "lower(code)", "code": "code", "active": "true"},
        "unnest(ARRAY['SUPPLIER','CUSTOMER','LOSS','DOCK','TABLE','QUARANTINE']) WITH ORDINALITY AS end_of(code, n)",
    )
    load.insert(
        "stock_location",
        {
            "id": f"{FIRST_CELL} + n",
            "warehouse_id": str(WAREHOUSE),
            "kind": "'cell'",
            "code": "chr((65 + n / 120 % 26)::int) || n / 3120 || '-' || lpad((n / 24 % 5 + 1)::text, 2, '0')"
            " || '-' || lpad((n / 4 % 6 + 1)::text, 2, '0') || '-' || n % 4 + 1",
            "x": "2 + n / 120 * 3.0",
            "y": "2 + n / 24 % 5 * 6.5 + n / 4 % 6",
            "level": "n % 4",
            "active": "true",
        },
        f"generate_series(0, {cells - 1}) n",
    )


def catalog(load: Loader) -> None:
    one_to_six = f"generate_series(1, {TINY}) n"
    load.insert("catalog_category", {"id": "n", "merchant_id": "n", "name": "'Одежда'"}, one_to_six)
    load.insert(
        "catalog_product",
        {
            "id": "product",
            "merchant_id": "min(merchant)",
            "name": "'Футболка хлопковая с рисунком № ' || product",
            "category_id": "min(merchant)",
            "brand": "'Ромашка'",
        },
        "goods GROUP BY product",
    )
    load.insert(
        "catalog_sku",
        {
            "id": "sku",
            "merchant_id": "merchant",
            "product_id": "product",
            "code": "'AB-' || lpad(sku::text, 7, '0')",
            "variant": "'размер ' || 44 + 2 * size",
            "weight_g": "200",
            "cost": "150 + sku % 900",
        },
        "goods",
    )
    load.insert(
        "catalog_barcode",
        {"merchant_id": "merchant", "sku_id": "sku", "value": "'INT-' || sku", "kind": "'internal'"},
        "goods",
    )
    load.insert(
        "catalog_pricetype", {"id": "n", "merchant_id": "n", "name": "'Розничная'", "currency": "'RUB'"}, one_to_six
    )
    load.insert(
        "catalog_price",
        {"merchant_id": "merchant", "price_type_id": "merchant", "sku_id": "sku", "amount": "300 + sku % 1500"},
        "goods",
    )
    _channels(load)


def _channels(load: Loader) -> None:
    """Channel 2m − 1 is the Ozon cabinet of merchant m, 2m the Wildberries one; each has a warehouse of its number."""
    both = f"generate_series(1, {2 * TINY}) n"
    marketplace = "CASE n % 2 WHEN 1 THEN 'ozon' ELSE 'wildberries' END"
    load.insert(
        "catalog_channel",
        {
            "id": "n",
            "merchant_id": "(n + 1) / 2",
            "legal_entity_id": "(n + 1) / 2",
            "marketplace": marketplace,
            "name": f"{marketplace} || ' ' || (n + 1) / 2",
            "state": "'active'",
            "external_id": "'A-' || n",
            "price_type_id": "(n + 1) / 2",
            "price_step": "1",
            "price_max_drop_percent": "30",
        },
        both,
    )
    load.insert(
        "catalog_channelwarehouse",
        {
            "id": "n",
            "merchant_id": "(n + 1) / 2",
            "channel_id": "n",
            "external_id": "'W-' || n",
            "name": "'Склад ' || n",
            "scheme": "'fbs'",
            "zone": "'Europe/Moscow'",
            "cut_off": "'15:00'",
            "working_days": "'{1,2,3,4,5}'",
            "commit_at": "'wave'",
            "active": "true",
            "push_stock": "true",
        },
        both,
    )
    load.insert(
        "stock_feed",
        {"merchant_id": "(n + 1) / 2", "channel_warehouse_id": "n", "warehouse_id": str(WAREHOUSE), "rank": "1"},
        both,
    )
    load.insert(
        "stock_sharerule",
        {"merchant_id": "(n + 1) / 2", "channel_warehouse_id": "n", "share_percent": "100", "buffer": "1"},
        both,
    )
    load.insert("marketplaces_credential", {"merchant_id": "(n + 1) / 2", "channel_id": "n"}, both)
    load.insert(
        "catalog_listing",
        {
            "id": "2 * sku - side",
            "merchant_id": "merchant",
            "channel_id": "2 * merchant - side",
            "sku_id": "sku",
            "offer_id": "'AB-' || lpad(sku::text, 7, '0')",
            "product_external_id": "(500000000 + sku)::text",
            "stock_external_id": "(700000000 + sku)::text",
            "title": "'Футболка хлопковая с рисунком'",
            "pieces_per_pack": "1",
            "sellable": "true",
            "published_price": "300 + sku % 1500",
            "price_currency": "'RUB'",
            "matched_by": "'article'",
            "seen_at": "now()",
        },
        "goods, generate_series(0, 1) AS side",
    )
