"""Stock written by programs: levels, receipts and write-offs.  The ledger adds up whatever comes."""

import uuid

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.models import Product
from exchange.models import Connection, StockDocument
from exchange.types import Owner, RestsMean
from stock.models import Balance, Move, StockRow, Warehouse, WarehouseMerchant
from stock.selectors import proof
from tests.exchange.program import READ, WRITE, let_in
from tests.trade import open_trade

GUID, OTHER, PRODUCT = (str(uuid.UUID(int=number)) for number in (1, 2, 3))


@pytest.fixture
def trade(db):
    return open_trade()


@pytest.fixture
def program(trade):
    return let_in(trade.merchant, scopes=[*READ, *WRITE])


@pytest.fixture
def mug(trade):
    with trade.scope():
        return trade.sku("mug", pieces=5)


def add_warehouse(merchant, name):
    warehouse = Warehouse.objects.create(name=name)
    WarehouseMerchant.objects.create(merchant=merchant, warehouse=warehouse)
    return warehouse


def level(trade, sku, pieces, **fields):
    return {"warehouse_id": trade.warehouse.pk, "sku_id": sku.pk, "pieces": pieces, **fields}


def document(trade, guid, *lines, **fields):
    told = [{"sku_id": sku.pk, "pieces": pieces} for sku, pieces in lines]
    return {"guid": guid, "warehouse_id": trade.warehouse.pk, "lines": told, **fields}


def test_a_level_is_set_by_a_move_with_its_reason_once(trade, program, mug):
    assert program.bulk("stocks/bulk", level(trade, mug, 8, reason="Инвентаризация 7")) == ["updated"]
    assert program.bulk("stocks/bulk", level(trade, mug, 8, reason="Инвентаризация 7")) == ["unchanged"]
    assert program.bulk("stocks/bulk", level(trade, mug, 2, reason="Пересорт")) == ["updated"]
    with trade.scope():
        assert trade.row("mug") == (2, 0)
        moves = Move.objects.filter(reason="adjustment").order_by("pk").values_list("pieces", "note")
        assert list(moves) == [(3, "Инвентаризация 7"), (3, "Пересорт"), (3, "Пересорт")]


def test_what_1c_counts_without_reserves_lies_beside_them(trade, program, mug):
    with trade.scope():
        trade.order(("mug", 2))
        Connection.objects.update(rests_mean=RestsMean.FREE)
    assert program.bulk("stocks/bulk", level(trade, mug, 10)) == ["updated"]
    with trade.scope():
        assert trade.row("mug") == (12, 2)


def test_a_warehouse_and_a_sku_are_named_by_guid_too(trade, program, mug):
    with trade.scope():
        Product.objects.filter(pk=mug.product_id).update(guid=PRODUCT)
    program.bulk("warehouses/bulk", {"guid": GUID, "id": trade.warehouse.pk})
    told = {"warehouse_guid": GUID, "product_guid": PRODUCT, "guid": None, "pieces": 1}
    assert program.bulk("stocks/bulk", told, {**told, "warehouse_guid": OTHER}, {**told, "product_guid": OTHER}) == [
        "updated",
        ("rejected", "unknown", "warehouse_guid"),
        ("rejected", "unknown", "product_guid"),
    ]
    with trade.scope():
        assert trade.row("mug") == (1, 0)


def test_kits_twins_strangers_and_stock_of_the_office_are_rejected(trade, program, mug):
    stranger = open_trade()
    with stranger.scope():
        foreign = stranger.sku("mug")
    with trade.scope():
        kit = trade.kit("set", mug=2)
    items = [level(trade, kit, 1), level(trade, mug, 1), level(trade, mug, 2), level(trade, foreign, 1)]
    assert program.bulk("stocks/bulk", *items, level(stranger, mug, 3)) == [
        ("rejected", "kit", "sku_id"),
        "updated",
        ("rejected", "twice", "pieces"),
        ("rejected", "unknown", "sku_id"),
        ("rejected", "unknown", "warehouse_id"),
    ]
    with trade.scope():
        source = Connection.objects.get(login=program.login)
        source.owners["stock"] = Owner.OFFICE.value
        source.save()
    assert program.bulk("stocks/bulk", level(trade, mug, 9)) == [("rejected", "not_owned", "pieces")]
    assert program.bulk("receipts/bulk", document(trade, GUID, (mug, 9))) == [("rejected", "not_owned", "pieces")]
    with trade.scope():
        assert trade.row("mug") == (1, 0)


def test_a_receipt_is_received_once_changed_by_its_difference_and_undone(trade, program, mug):
    told = document(trade, GUID, (mug, 4), number="ПТ-1", date="2026-11-20T10:00:00")
    assert program.bulk("receipts/bulk", told) == ["created"]
    assert program.bulk("receipts/bulk", told) == ["unchanged"]
    with trade.scope():
        assert trade.row("mug") == (9, 0)
        assert StockDocument.objects.get().dated_at.isoformat() == "2026-11-20T07:00:00+00:00"
    assert program.bulk("receipts/bulk", {**told, "lines": [{"sku_id": mug.pk, "pieces": 1}]}) == ["updated"]
    with trade.scope():
        assert trade.row("mug") == (6, 0)
    assert program.bulk("receipts/bulk", {**told, "deleted": True}) == ["updated"]
    with trade.scope():
        assert trade.row("mug") == (5, 0)
        moves = Move.objects.filter(reason="receipt", reference__startswith="document:").order_by("pk")
        assert [(move.pieces, move.from_location.kind, move.note) for move in moves] == [
            (4, "supplier", "ПТ-1"),
            (3, "dock", "ПТ-1"),
            (1, "dock", "ПТ-1"),
        ]


def test_a_write_off_takes_from_the_shelves_and_one_that_is_too_large_moves_nothing(trade, program, mug):
    small, large = document(trade, GUID, (mug, 2), note="Бой"), document(trade, OTHER, (mug, 4))
    assert program.bulk("write-offs/bulk", small, large) == ["created", ("rejected", "refused", "lines")]
    with trade.scope():
        assert trade.row("mug") == (3, 0)
        assert StockDocument.objects.count() == 1
        assert Balance.objects.get(location=trade.cell).pieces == 3
    assert program.bulk("receipts/bulk", small) == [("rejected", "taken", "guid")]
    assert program.bulk("write-offs/bulk", {**small, "deleted": True, "date": "0001-01-01T00:00:00"}) == ["updated"]
    with trade.scope():
        assert trade.row("mug") == (5, 0)


def test_a_transfer_carries_to_the_other_dock_is_changed_by_its_difference_and_undone(trade, program, mug):
    with trade.scope():
        second = add_warehouse(trade.merchant, "Second")
    far = {"to_warehouse_id": second.pk}
    told = document(trade, GUID, (mug, 4), number="ПР-1", **far)

    def lie():
        with trade.scope():
            rows = StockRow.objects.filter(sku=mug, on_hand__gt=0).values_list("warehouse_id", "on_hand")
            assert proof.differences() == []
            return dict(rows)

    assert program.bulk("transfers/bulk", told) == ["created"]
    assert program.bulk("transfers/bulk", told) == ["unchanged"]
    assert lie() == {trade.warehouse.pk: 1, second.pk: 4}
    assert program.bulk("transfers/bulk", document(trade, OTHER, (mug, 2), **far)) == [("rejected", "refused", "lines")]
    assert lie() == {trade.warehouse.pk: 1, second.pk: 4}
    assert program.bulk("transfers/bulk", {**told, "lines": [{"sku_id": mug.pk, "pieces": 1}]}) == ["updated"]
    assert lie() == {trade.warehouse.pk: 4, second.pk: 1}
    assert program.get("transfers").json()["items"][0]["to_warehouse_id"] == second.pk
    assert program.bulk("transfers/bulk", {**told, "deleted": True}) == ["updated"]
    assert lie() == {trade.warehouse.pk: 5}
    with trade.scope():
        moves = Move.objects.filter(reason="transfer").order_by("pk")
        assert [
            (move.pieces, move.from_location.warehouse_id, move.to_location.warehouse_id, move.note) for move in moves
        ] == [
            (4, trade.warehouse.pk, second.pk, "ПР-1"),
            (3, second.pk, trade.warehouse.pk, "ПР-1"),
            (1, second.pk, trade.warehouse.pk, "ПР-1"),
        ]


def test_a_transfer_that_goes_nowhere_or_to_a_stranger_is_rejected(trade, program, mug):
    stranger = open_trade()
    with trade.scope():
        second = add_warehouse(trade.merchant, "Second")
    told = document(trade, GUID, (mug, 4), to_warehouse_id=second.pk)
    assert program.bulk(
        "transfers/bulk",
        document(trade, OTHER, (mug, 1)),
        document(trade, OTHER, (mug, 1), to_warehouse_id=trade.warehouse.pk),
        document(trade, OTHER, (mug, 1), to_warehouse_id=stranger.warehouse.pk),
        document(stranger, OTHER, (mug, 1), to_warehouse_id=trade.warehouse.pk),
        told,
        {**told, "to_warehouse_id": trade.warehouse.pk},
    ) == [
        ("rejected", "unknown", "to_warehouse_guid"),
        ("rejected", "same", "to_warehouse_id"),
        ("rejected", "unknown", "to_warehouse_id"),
        ("rejected", "unknown", "warehouse_id"),
        "created",
        ("rejected", "moved", "warehouse_id"),
    ]
    assert program.bulk("receipts/bulk", document(trade, GUID, (mug, 4))) == [("rejected", "taken", "guid")]
    with trade.scope():
        assert trade.row("mug") == (1, 0)


def test_a_line_that_names_nothing_is_named_by_its_number(trade, program, mug):
    told = document(trade, GUID, (mug, 1))
    told["lines"].append({"sku_id": 2**40, "pieces": 1})
    assert program.bulk("receipts/bulk", told) == [("rejected", "unknown", "lines.1.sku_id")]


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    steps=st.lists(
        st.tuples(
            st.sampled_from(["receipts", "write-offs"]),
            st.sampled_from([1, 2]),
            st.integers(1, 6),
            st.booleans(),
        ),
        min_size=1,
        max_size=8,
    )
)
def test_whatever_documents_say_the_shelf_holds_what_the_last_of_each_says(trade, program, mug, steps):
    """Documents are a sum: what each said last, when it was not refused."""
    program.bulk("stocks/bulk", level(trade, mug, 5))
    with trade.scope():
        StockDocument.objects.all().delete()
    said = {}
    for kind, number, pieces, deleted in steps:
        guid = str(uuid.UUID(int=number + (10 if kind == "receipts" else 20)))
        told = document(trade, guid, (mug, pieces), deleted=deleted)
        result = program.bulk(f"{kind}/bulk", told)[0]
        wanted = {**said, guid: 0 if deleted else pieces if kind == "receipts" else -pieces}
        if isinstance(result, str):
            said = wanted
        else:
            assert 5 + sum(wanted.values()) < 0
        with trade.scope():
            assert trade.row("mug")[0] == 5 + sum(said.values())
    with trade.scope():
        assert proof.differences() == []
