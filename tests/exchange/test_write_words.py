"""Categories, price types, warehouses, products and barcodes written by programs."""

import uuid

import pytest

from catalog.models import Barcode, Category, Price, PriceType, Product, ProductVat, Sku
from exchange.models import Connection
from exchange.types import Owner
from stock.models import Warehouse, WarehouseMerchant
from tests.exchange.program import READ, WRITE, let_in
from tests.trade import open_trade


def guid(number: int) -> str:
    return str(uuid.UUID(int=number))


@pytest.fixture
def trade(db):
    return open_trade()


@pytest.fixture
def program(trade):
    return let_in(trade.merchant, scopes=[*READ, *WRITE])


def tree(trade):
    with trade.scope():
        return {row.name: row.parent.name if row.parent else None for row in Category.objects.select_related("parent")}


def test_children_may_stand_before_their_parents(trade, program):
    told = [
        {"guid": guid(3), "name": "Кружки", "parent_guid": guid(2)},
        {"guid": guid(2), "name": "Посуда", "parent_guid": guid(1)},
        {"guid": guid(1), "name": "Дом"},
    ]
    assert program.bulk("categories/bulk", *told) == ["created"] * 3
    assert program.bulk("categories/bulk", *told) == ["unchanged"] * 3
    assert tree(trade) == {"Дом": None, "Посуда": "Дом", "Кружки": "Посуда"}
    assert program.bulk("categories/bulk", {"guid": guid(3), "parent_guid": None}) == ["updated"]
    assert tree(trade)["Кружки"] is None


def test_a_ring_a_namesake_and_a_stranger_are_rejected_and_the_rest_goes_on(trade, program):
    with trade.scope():
        Category.objects.create(merchant=trade.merchant, name="Дом")
    assert program.bulk(
        "categories/bulk",
        {"guid": guid(1), "name": "А", "parent_guid": guid(2)},
        {"guid": guid(2), "name": "Б", "parent_guid": guid(1)},
        {"guid": guid(3), "name": "Дом"},
        {"guid": guid(4), "name": "Дом"},
        {"guid": guid(5), "name": "В", "parent_guid": guid(99)},
        {"guid": guid(6)},
        {"name": "Г"},
        {"id": 2**40, "name": "Д"},
        {"guid": guid(3), "name": "Ещё раз"},
    ) == [
        ("rejected", "unknown", "parent_guid"),
        ("rejected", "unknown", "parent_guid"),
        "updated",
        ("rejected", "refused", "name"),
        ("rejected", "unknown", "parent_guid"),
        ("rejected", "required", "name"),
        ("rejected", "required", "guid"),
        ("rejected", "unknown", "id"),
        ("rejected", "twice", "guid"),
    ]
    assert tree(trade) == {"Дом": None}


def test_price_types_are_made_renamed_and_removed_when_nothing_uses_them(trade, program):
    with trade.scope():
        PriceType.objects.create(merchant=trade.merchant, name="Опт")
    told = [{"guid": guid(1), "name": "Розница"}, {"guid": guid(2), "name": "Опт", "currency": "RUB"}]
    assert program.bulk("price-types/bulk", *told) == ["created", "updated"]
    assert program.bulk("price-types/bulk", *told) == ["unchanged", "unchanged"]
    assert program.bulk("price-types/bulk", {"guid": guid(1), "name": "Опт"}) == [("rejected", "refused", "name")]
    with trade.scope():
        retail = PriceType.objects.get(guid=guid(1))
        Price.objects.create(merchant=trade.merchant, price_type=retail, sku=trade.sku("mug"), amount=1)
    changed = program.send("PATCH", f"price-types/{retail.pk}", {"currency": "KZT"})
    assert (changed.status_code, changed.json()["errors"][0]["field"]) == (409, "currency")
    kept = program.send("DELETE", f"price-types/{retail.pk}")
    assert (kept.status_code, kept.json()["code"]) == (400, "refused")
    with trade.scope():
        Price.objects.all().delete()
    assert program.post(f"price-types/{retail.pk}/delete", None).status_code == 204
    with trade.scope():
        assert list(PriceType.objects.values_list("name", flat=True)) == ["Опт"]


def test_warehouses_are_tied_by_guid_and_a_new_one_serves_this_merchant_alone(trade, program):
    stranger = open_trade()
    assert program.bulk(
        "warehouses/bulk",
        {"guid": guid(1), "name": trade.warehouse.name},
        {"guid": guid(2), "name": "Склад 1С"},
        {"guid": guid(3), "id": stranger.warehouse.pk, "name": "Чужой"},
        {"guid": guid(4)},
    ) == ["updated", "created", ("rejected", "unknown", "id"), ("rejected", "required", "name")]
    assert program.bulk("warehouses/bulk", {"guid": guid(2), "name": "Склад 1С"}) == ["unchanged"]
    with trade.scope():
        made = Warehouse.objects.get(name="Склад 1С")
        served = WarehouseMerchant.objects.filter(warehouse=made).values_list("merchant_id", flat=True)
        assert list(served) == [trade.merchant.pk]


def test_products_are_made_and_changed_and_a_deletion_mark_archives_their_skus(trade, program):
    group = {"guid": guid(9), "name": "Посуда"}
    program.bulk("categories/bulk", group)
    told = {
        "guid": guid(1),
        "name": "Кружка",
        "category_guid": guid(9),
        "brand": "Завод",
        "attributes": [{"name": "Цвет", "value": "синий"}],
        "vat": "22",
    }
    assert program.bulk("products/bulk", told) == ["created"]
    assert program.bulk("products/bulk", told) == ["unchanged"]
    more = {"guid": guid(1), "attributes": [{"name": "Объём", "value": "0,3"}]}
    assert program.bulk("products/bulk", more) == ["updated"]
    program.bulk("skus/bulk", {"product_guid": guid(1), "guid": None, "article": "M-1", "name": "Кружка"})
    with trade.scope():
        product = Product.objects.get()
        assert (product.name, product.brand, product.category.name) == ("Кружка", "Завод", "Посуда")
        assert product.attributes == {"Цвет": "синий", "Объём": "0,3"}
        assert ProductVat.objects.get().vat_code == "22"
    assert program.bulk("products/bulk", {"guid": guid(1), "archived": True}) == ["updated"]
    with trade.scope():
        assert (Product.objects.get().archived, Sku.objects.get().archived) == (True, True)


def test_a_product_made_here_is_given_its_guid_and_what_the_office_owns_stays(trade, program):
    with trade.scope():
        mug = trade.sku("mug")
        source = Connection.objects.get(login=program.login)
        source.owners["name"] = Owner.OFFICE.value
        source.save()
    told = {"id": mug.product_id, "guid": guid(1), "name": "Чашка"}
    assert program.bulk("products/bulk", told, {"guid": guid(2), "brand": "Без имени"}) == [
        "updated",
        ("rejected", "required", "name"),
    ]
    with trade.scope():
        product = Product.objects.get()
        assert (str(product.guid), product.name) == (guid(1), "Товар mug")


def test_barcodes_come_go_and_never_change_hands(trade, program):
    with trade.scope():
        mug, cup = trade.sku("mug"), trade.sku("cup")
    told = {"sku_id": mug.pk, "barcode": "4600000000017"}
    assert program.bulk("barcodes/bulk", told, {"sku_id": cup.pk, "barcode": "INT-mug"}) == [
        "created",
        ("rejected", "taken", "barcode"),
    ]
    assert program.bulk("barcodes/bulk", told, told, {"sku_id": 2**40, "barcode": "1"}) == [
        "unchanged",
        ("rejected", "twice", "barcode"),
        ("rejected", "unknown", "sku_id"),
    ]
    assert program.bulk("barcodes/bulk", {**told, "removed": True}) == ["updated"]
    assert program.bulk("barcodes/bulk", {**told, "removed": True}) == ["unchanged"]
    with trade.scope():
        assert set(Barcode.objects.values_list("value", flat=True)) == {"INT-mug", "INT-cup"}


def test_a_misspelt_field_is_refused_by_its_name_and_line(program):
    answer = program.post("categories/bulk", {"items": [{"guid": guid(1), "name": "А", "parentGuid": None}]})
    problem = answer.json()["errors"][0]
    assert answer.status_code == 400
    assert (problem["code"], problem["field"], problem["line"]) == ("unknown_field", "items.0.parentGuid", 1)
    assert "нет" in problem["message"]
    assert program.get("skus", limt=3).json()["errors"][0]["field"] == "limt"
