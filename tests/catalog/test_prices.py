"""Prices: the table, many at once, and what each channel makes of them."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from catalog.models import Channel, Price, PriceType
from catalog.selectors.price import price_stories
from catalog.services import assortment
from marketplaces.models import Debt
from merchants.roles import Role
from tests import make
from tests.trade import NOON, Trade


@pytest.fixture
def retail(trade: Trade) -> PriceType:
    return PriceType.objects.create(merchant=trade.merchant, name="Розница")


def put(trade: Trade, kind: PriceType, **amounts: str) -> None:
    prices = {trade.skus[code].pk: Decimal(amount) for code, amount in amounts.items()}
    assortment.set_prices(merchant_id=trade.merchant.pk, price_type_id=kind.pk, prices=prices, now=NOON)


def stored() -> dict[str, Decimal]:
    return dict(Price.objects.values_list("sku__code", "amount"))


def test_cells_are_saved_together(trade: Trade, owner: Client, retail: PriceType) -> None:
    mug, fork = trade.sku("mug"), trade.sku("fork")
    url = reverse("catalog:prices")
    cells = {f"p-{mug.pk}-{retail.pk}": "1 234,5", f"p-{fork.pk}-{retail.pk}": "много"}
    answer = owner.post(url, cells)
    assert answer.status_code == 422
    wrong = [cell["error"] for row in answer.context["rows"] for cell in row["cells"] if cell["error"]]
    assert wrong == ["Введите число."]
    assert stored() == {}
    cells[f"p-{fork.pk}-{retail.pk}"] = ""
    assert owner.post(url + "?q=mug", cells)["Location"] == url + "?q=mug"
    assert stored() == {"mug": Decimal("1234.50")}


@pytest.mark.parametrize("value", ["-1", "1e400", "NaN", "9" * 40, "1,234", "\x00", "<b>"])
def test_a_wrong_cell_saves_nothing(trade: Trade, owner: Client, retail: PriceType, value: str) -> None:
    mug = trade.sku("mug")
    assert owner.post(reverse("catalog:prices"), {f"p-{mug.pk}-{retail.pk}": value}).status_code == 422
    assert stored() == {}


def test_who_may_only_look_changes_nothing(trade: Trade, retail: PriceType) -> None:
    mug = trade.sku("mug")
    viewer = make.client(role=Role.VIEWER, merchant=trade.merchant)
    assert viewer.get(reverse("catalog:prices")).status_code == 200
    assert viewer.post(reverse("catalog:prices"), {f"p-{mug.pk}-{retail.pk}": "1"}).status_code == 403
    assert stored() == {}


def bulk(client: Client, retail: PriceType, **fields: Any) -> Any:
    data = {"target": retail.pk, "percent": "-10", "step": "1", "source": "", "q": "", "brand": "", **fields}
    return client.post(reverse("catalog:prices-bulk"), data)


def test_many_change_by_percent_as_previewed(trade: Trade, owner: Client, retail: PriceType) -> None:
    for code in ("mug", "fork", "none"):
        trade.sku(code)
    put(trade, retail, mug="105", fork="0.40")
    preview = bulk(owner, retail)
    assert [(line.code, line.old, line.new) for line in preview.context["lines"]] == [
        ("fork", Decimal("0.40"), Decimal(1)),
        ("mug", Decimal(105), Decimal(95)),
    ]
    seal = preview.context["seal"]
    assert stored()["mug"] == 105
    assert bulk(owner, retail, percent="−20", seal=seal).context["moved"] is False
    assert bulk(owner, retail, seal=seal, go="1").status_code == 302
    assert stored() == {"mug": Decimal(95), "fork": Decimal(1)}


def test_a_preview_that_no_longer_stands_is_not_written(trade: Trade, owner: Client, retail: PriceType) -> None:
    trade.sku("mug")
    put(trade, retail, mug="100")
    seal = bulk(owner, retail).context["seal"]
    put(trade, retail, mug="200")
    again = bulk(owner, retail, seal=seal, go="1")
    assert (again.status_code, again.context["moved"]) == (200, True)
    assert stored() == {"mug": Decimal(200)}


def test_prices_are_counted_from_cost_and_marked_below_the_minimum(
    trade: Trade, owner: Client, retail: PriceType
) -> None:
    trade.sku("mug", cost=Decimal("50.5"), min_price=Decimal(100))
    preview = bulk(owner, retail, source="cost", percent="50", step="10")
    (line,) = preview.context["lines"]
    assert (line.old, line.new, line.below_minimum, line.percent) == (None, Decimal(80), True, None)
    accountant = make.client(role=Role.MANAGER, merchant=trade.merchant)
    assert bulk(accountant, retail, source="cost", percent="50").status_code == 200


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"percent": ""}, "percent"),
        ({"percent": "-100"}, "percent"),
        ({"percent": "1e400"}, "percent"),
        ({"step": "0"}, "step"),
        ({"target": "999999"}, "target"),
        ({"source": "999999"}, "source"),
        ({"category": "x"}, "category"),
        ({"q": "a\x00"}, "q"),
    ],
)
def test_a_wrong_bulk_change_is_refused_beside_its_field(
    trade: Trade, owner: Client, retail: PriceType, fields: dict[str, str], wrong: str
) -> None:
    answer = bulk(owner, retail, **fields)
    assert (answer.status_code, set(answer.context["form"].errors)) == (422, {wrong})


def test_each_channel_explains_its_price(trade: Trade, retail: PriceType) -> None:
    mug = trade.sku("mug", min_price=Decimal(60))
    put(trade, retail, mug="99.50")
    Channel.objects.filter(pk=trade.ozon.channel_id).update(price_type=retail, price_step=10)
    mug.listings.filter(channel=trade.ozon.channel_id).update(pieces_per_pack=2, published_price=400)
    ozon, wildberries = price_stories(mug.pk)
    assert [amount for _text, amount in ozon.steps] == [Decimal("99.50"), Decimal("199.00"), Decimal(200), None]
    assert ozon.price is not None
    assert (ozon.price.price, ozon.price.drop_refused) == (Decimal(200), True)
    assert wildberries.price is None
    mug.min_price = Decimal(150)
    mug.save()
    assert [amount for _text, amount in price_stories(mug.pk)[0].steps][-1] == Decimal(300)


def test_a_refused_drop_is_seen_and_let_through(trade: Trade, owner: Client, retail: PriceType) -> None:
    listing = trade.sku("mug").listings.get(channel=trade.ozon.channel_id)
    debt = Debt.objects.create(
        merchant=trade.merchant, channel=trade.ozon.channel, op="price", listing=listing, owed_since=NOON,
        not_before=NOON, parked="price_drop", parked_text="400 → 200",
    )  # fmt: skip
    panel = owner.get(reverse("marketplaces:price-drops"))
    assert "400 → 200" in panel.content.decode()
    answer = owner.post(reverse("marketplaces:let-price-fall", args=[debt.pk]), {"from": "prices"})
    assert answer["Location"] == reverse("catalog:prices")
    debt.refresh_from_db()
    assert debt.parked == ""
    assert "400 → 200" not in owner.get(reverse("marketplaces:price-drops")).content.decode()


def test_a_kind_of_price_is_made_once(trade: Trade, owner: Client, retail: PriceType) -> None:
    url = reverse("catalog:price-type-new")
    assert owner.post(url, {"name": "Розница", "currency": "RUB"}).status_code == 422
    assert owner.post(url, {"name": "Опт", "currency": "EUR"}).status_code == 422
    assert owner.post(url, {"name": "Опт", "currency": "KZT"}).status_code == 302
    assert sorted(PriceType.objects.values_list("name", "currency")) == [("Опт", "KZT"), ("Розница", "RUB")]


def test_a_long_table_asks_no_more_than_a_short_one(
    trade: Trade, owner: Client, retail: PriceType, django_assert_max_num_queries: Any
) -> None:
    counts = []
    for upto in (2, 20):
        for number in range(len(trade.skus), upto):
            trade.sku(f"s{number}")
        with django_assert_max_num_queries(40) as seen:
            owner.get(reverse("catalog:prices"))
        counts.append(len(seen.captured_queries))
    assert counts[0] == counts[1]
