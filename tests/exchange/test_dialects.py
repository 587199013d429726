"""Packages of versions 2.03 to 3.1 in all their spellings: what was written is what is read, and what is stored."""

import random
import zipfile
from decimal import Decimal
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.models import Price, PriceType, Product, Sku
from exchange.errors import CannotRead
from exchange.formats.read import Reader
from exchange.models import Pending, Problem
from exchange.types import Good, Offer, Trouble
from stock.models import StockRow, Warehouse
from stock.selectors import proof
from tests.exchange.dialects import ONE_STORE, SHAPES, VERSIONS, Article, Dialect, articles, dialects, files
from tests.exchange.onec import document, guid, offer, package, price

QUICK = settings(max_examples=25, derandomize=True, deadline=None, database=None)
D = Decimal


def read(content: bytes) -> tuple[list[Good], list[Offer]]:
    goods, offers = [], []
    for entry in Reader(BytesIO(content)):
        assert not isinstance(entry, Trouble), entry
        goods += [entry] if isinstance(entry, Good) else []
        offers += [entry] if isinstance(entry, Offer) else []
    return goods, offers


def rests_of(one: Article, dialect: Dialect) -> dict[str, int]:
    """What a reader should see; a total of nothing is told of all warehouses at once."""
    if dialect.shape in ONE_STORE:
        return {"": sum(one.pieces)} if sum(one.pieces) else {}
    return {guid(n, "b"): pieces for n, pieces in enumerate(one.pieces, 1)}


@pytest.mark.parametrize("version", VERSIONS)
def test_what_was_written_is_read(version):
    @QUICK
    @given(told=articles(), dialect=dialects(version))
    def agrees(told, dialect):
        goods, names, prices, rests = [], [], {}, {}
        for _name, content in files(told, dialect):
            more, offers = read(content)
            goods += more
            names += [(one.good, one.char) for one in offers if one.name]
            prices |= {(one.good, one.char): one.prices for one in offers if one.prices}
            rests |= {(one.good, one.char): dict(one.rests) for one in offers if one.rests}
        assert [one.weight_g for one in goods] == [350] * len(goods)
        assert {one.name for one in goods} == {" ".join(one.name.split("\n")) for one in told}
        assert {one.good for one in goods} == {guid(one.good) for one in told}
        assert sorted(names) == sorted(one.key for one in told)
        assert prices == {
            one.key: [(guid(n, "a"), amount, "RUB") for n, amount in enumerate(one.amounts, 1)] for one in told
        }
        assert rests == {one.key: rests_of(one, dialect) for one in told if rests_of(one, dialect)}

    agrees()


@pytest.mark.parametrize("version", VERSIONS)
def test_a_document_cut_anywhere_is_refused_whole(version):
    @QUICK
    @given(told=articles(), dialect=dialects(version), share=st.floats(0, 0.999))
    def refused(told, dialect, share):
        for _name, content in files(told, dialect):
            cut = content.rstrip()[: int(len(content.rstrip()) * share)]
            with pytest.raises(CannotRead):
                list(Reader(BytesIO(cut)))

    refused()


TOLD = [
    Article(1, 0, "Кружка «Утро»", (D("100.50"), D("90.00")), (3, 2)),
    Article(2, 21, "Ботинки", (D("5000.00"), D("4500.00")), (1, 0)),
    Article(2, 22, "Ботинки", (D("5100.00"), D("4600.00")), (0, 4)),
    Article(3, 0, "Блюдце & ложка <2>", (D("0.01"), D("1234567.89")), (0, 0)),
]


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("archived", [False, True], ids=["plain", "zip"])
def test_a_whole_exchange_ends_the_same_whatever_the_order(onec, inside, version, archived):
    chance = random.Random(f"{version} {archived}")
    dialect = Dialect(
        version,
        shape=chance.choice(SHAPES[version]),
        changes=chance.choice(["true", "false"]),
        encoding=chance.choice(["cp1251", "utf-8-sig"]),
    )
    told = files(TOLD, dialect)
    chance.shuffle(told)
    for name, content in told:
        onec.begin(version="" if version < "2.08" else "2.09")
        if archived:
            packing = BytesIO()
            with zipfile.ZipFile(packing, "w", zipfile.ZIP_DEFLATED) as archive:
                archive.writestr(f"webdata/{name}", content)
            assert onec.say("catalog", "file", packing.getvalue(), filename=f"v8_{name[:4]}.zip") == "success"
            assert onec.have_imported(name) == "success"
        else:
            assert onec.send(name, content, part=900) == "success"
    with inside():
        assert_told(dialect)


def assert_told(dialect: Dialect) -> None:
    names = dict(Warehouse.objects.values_list("pk", "name"))
    skus = {(str(row.product.guid), str(row.guid or "")): row.pk for row in Sku.objects.select_related("product")}
    assert set(skus) == {one.key for one in TOLD}
    assert set(Product.objects.values_list("name", flat=True)) == {one.name for one in TOLD}
    kinds = dict(PriceType.objects.values_list("pk", "name"))
    assert {(kinds[row.price_type_id], row.sku_id): row.amount for row in Price.objects.all()} == {
        (f"Вид {n}", skus[one.key]): amount for one in TOLD for n, amount in enumerate(one.amounts, 1)
    }
    stock = {(names[row.warehouse_id], row.sku_id): row.on_hand for row in StockRow.objects.all() if row.on_hand}
    if dialect.shape in ONE_STORE:
        assert {key[1]: pieces for key, pieces in stock.items()} == {
            skus[one.key]: sum(one.pieces) for one in TOLD if sum(one.pieces)
        }
    else:
        assert stock == {
            (f"Склад {n}", skus[one.key]): pieces for one in TOLD for n, pieces in enumerate(one.pieces, 1) if pieces
        }
    assert not Pending.objects.exists()
    assert not Problem.objects.exists()
    assert not proof.differences()


GOODS_AND_OFFERS = files(TOLD, Dialect("2.05", shape="total"))


def test_a_price_type_that_no_dictionary_tells_goes_by_its_id_until_its_name_comes(onec, inside):
    onec.begin()
    (goods, _offers) = GOODS_AND_OFFERS
    onec.send(*goods)
    bare = [offer(1, "Кружка", price("5", kind="BASE")), offer(3, "Блюдце", price("6", kind=guid(7, "a")))]
    assert onec.send("offers.xml", document(package(*bare, head=""))) == "success"
    with inside():
        assert dict(Price.objects.values_list("price_type__name", "amount")) == {"BASE": 5, "Вид цен 1С a0000007": 6}
        ours = PriceType.objects.create(merchant=Product.objects.first().merchant, name="Занято")
    named = (
        f"<ТипыЦен><ТипЦены><Ид>{guid(7, 'a')}</Ид><Наименование>Оптовая</Наименование></ТипЦены>"
        "<ТипЦены><Ид>BASE</Ид><Наименование>Занято</Наименование></ТипЦены></ТипыЦен>"
    )
    assert onec.send("priceLists.xml", document(package(head=named))) == "success"
    with inside():
        assert dict(Price.objects.values_list("price_type__name", "amount")) == {"BASE": 5, "Оптовая": 6}
        assert not ours.prices.exists()


def test_what_lies_in_a_warehouse_without_a_name_waits_for_it_with_its_price(onec, inside):
    onec.begin()
    (goods, _offers) = GOODS_AND_OFFERS
    onec.send(*goods)
    rests = f'<Склад ИдСклада="{guid(8, "b")}" КоличествоНаСкладе="7"/>'
    assert onec.send("offers.xml", document(package(offer(1, "Кружка", price("5"), rests)))) == "success"
    with inside():
        assert (Price.objects.count(), StockRow.objects.count()) == (0, 0)
        assert not Problem.objects.exists()
    # What comes meanwhile is newer than what waits.
    assert onec.send("prices.xml", document(package(offer(1, "", price("9")), changes=True))) == "success"
    named = f"<Склады><Склад><Ид>{guid(8, 'b')}</Ид><Наименование>Дальний</Наименование></Склад></Склады>"
    assert onec.send("storages.xml", document(package(head=named))) == "success"
    with inside():
        assert [(row.on_hand, row.warehouse.name) for row in StockRow.objects.all()] == [(7, "Дальний")]
        assert [row.amount for row in Price.objects.all()] == [9]
        assert not Pending.objects.exists()


def test_a_warehouse_without_a_quantity_is_not_an_empty_one(onec, inside):
    onec.begin()
    for name, content in files(TOLD, Dialect("2.07", shape="attributes")):
        onec.send(name, content)
    silent = f"<Склад><ИдСклада>{guid(1, 'b')}</ИдСклада></Склад>"
    assert onec.send("rests.xml", document(package(offer(1, "", silent), changes=True))) == "success"
    with inside():
        mug = StockRow.objects.get(sku__product__guid=guid(1), warehouse__name="Склад 1")
        assert mug.on_hand == 3
