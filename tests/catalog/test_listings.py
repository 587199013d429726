"""Cards of marketplaces: the list, the queue, matching by people, products made of cards."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from catalog.models import Barcode, Listing, Product, Sku
from catalog.services import listing as listing_service
from catalog.services import product
from tests.trade import NOON, Trade


def card(trade: Trade, stock_id: str, **fields: Any) -> Listing:
    return trade.listing(trade.ozon, stock_id, None, **fields)


@pytest.mark.parametrize(
    ("state", "found"),
    [
        ("", ["archived", "complained", "free", "hidden", "mug", "mug"]),
        ("active", ["mug", "mug"]),
        ("unmatched", ["free"]),
        ("error", ["complained"]),
        ("hidden", ["hidden"]),
        ("archived", ["archived"]),
        ("nonsense", ["archived", "complained", "free", "hidden", "mug", "mug"]),
    ],
)
def test_the_list_filters_by_state(trade: Trade, owner: Client, state: str, found: list[str]) -> None:
    mug = trade.sku("mug")
    card(trade, "free")
    trade.listing(trade.ozon, "complained", mug, complaints=["нет фото"])
    trade.listing(trade.ozon, "hidden", mug, sellable=False)
    trade.listing(trade.ozon, "archived", mug, archived=True)
    answer = owner.get(reverse("catalog:listings"), {"state": state})
    assert [line.listing.offer_id for line in answer.context["page"]] == found
    assert ("нет фото" in answer.content.decode()) == ("complained" in found)


def test_a_card_is_found_by_article_there_by_its_number_and_by_our_name(trade: Trade, owner: Client) -> None:
    mug = trade.sku("mug")
    one = trade.listing(trade.ozon, "OFFER-9", mug, stock_external_id="777")
    for query in ("offer", "777"):
        page = owner.get(reverse("catalog:listings"), {"q": query}).context["page"]
        assert [line.listing for line in page] == [one], query
    page = owner.get(reverse("catalog:listings"), {"q": "товар", "channel": str(trade.ozon.channel_id)}).context["page"]
    assert [line.listing.offer_id for line in page] == ["mug", "OFFER-9"]


def test_candidates_share_article_or_barcode_and_never_only_the_name(trade: Trade, owner: Client) -> None:
    mug, fork, knife = trade.sku("Mug-1"), trade.sku("fork"), trade.sku("knife")
    product.set_barcodes(sku=fork, values=["4006381333931"])
    product.archive(merchant_id=trade.merchant.pk, sku_ids=[knife.pk], archived=True, now=NOON)
    card(trade, "MUG-1", barcodes=["4006381333931"])
    card(trade, "knife", stock_external_id="k2")
    card(trade, "other", title="Товар fork")
    page = owner.get(reverse("catalog:unmatched")).context["page"]
    found = {line.listing.offer_id: [(one.sku.code, one.why) for one in line.candidates] for line in page}
    assert found == {
        "knife": [],
        "MUG-1": [("fork", "4006381333931"), ("Mug-1", "article")],
        "other": [],
    }
    assert mug.listings.count() == 2


def test_a_person_matches_by_article_or_barcode_with_the_pack(trade: Trade, owner: Client) -> None:
    trade.sku("mug")
    one, two = card(trade, "one"), card(trade, "two")
    for listing, article, pieces in ((one, "MUG", "6"), (two, "INT-mug", "1")):
        answer = owner.post(reverse("catalog:listing-match", args=[listing.pk]), {"article": article, "pieces": pieces})
        assert answer["Location"] == reverse("catalog:unmatched")
    assert list(
        Listing.objects.filter(offer_id__in=["one", "two"])
        .order_by("pk")
        .values_list("sku__code", "pieces_per_pack", "matched_by")
    ) == [("mug", 6, "person"), ("mug", 1, "person")]
    assert owner.post(reverse("catalog:listing-unmatch", args=[one.pk])).status_code == 302
    one.refresh_from_db()
    assert (one.sku, one.matched_by) == (None, "")


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"article": "ghost", "pieces": "1"}, "article"),
        ({"article": "", "pieces": "1"}, "article"),
        ({"article": "mug", "pieces": "0"}, "pieces"),
        ({"article": "mug", "pieces": "1e9"}, "pieces"),
        ({"article": "a\x00", "pieces": "1"}, "article"),
        ({"article": "old", "pieces": "1"}, "article"),
    ],
)
def test_a_wrong_match_is_refused_beside_its_field(
    trade: Trade, owner: Client, data: dict[str, str], field: str
) -> None:
    trade.sku("mug")
    old = trade.sku("old")
    product.archive(merchant_id=trade.merchant.pk, sku_ids=[old.pk], archived=True, now=NOON)
    one = card(trade, "one")
    answer = owner.post(reverse("catalog:listing-match", args=[one.pk]), {**data, "next": "https://evil.example"})
    assert (answer.status_code, set(answer.context["form"].errors)) == (422, {field})
    one.refresh_from_db()
    assert one.sku is None


def test_products_are_made_of_cards_with_sizes_as_variants(trade: Trade, owner: Client) -> None:
    taken = trade.sku("taken")
    product.set_barcodes(sku=taken, values=["73513537"])
    sizes = [
        card(
            trade,
            "shirt",
            stock_external_id=f"s{size}",
            product_external_id="9",
            size=size,
            title="Рубашка",
            barcodes=[code],
        )
        for size, code in (("M", "4006381333931"), ("L", "73513537"))
    ]
    lone = card(trade, "cap", title="", barcodes=["4006381333932"], marks=["honest"])
    same = card(trade, "TAKEN", stock_external_id="t2")
    ids = [listing.pk for listing in (*sizes, lone, same)]
    answer = owner.post(reverse("catalog:listings-create"), {"ids": ids}, follow=True)
    assert "TAKEN" in " ".join(str(message) for message in answer.context["messages"])
    made = Sku.objects.exclude(pk=taken.pk).order_by("code").select_related("product")
    assert [(sku.code, sku.variant, sku.product.name, sku.is_marked) for sku in made] == [
        ("cap", "", "cap", True),
        ("shirt-L", "L", "Рубашка", False),
        ("shirt-M", "M", "Рубашка", False),
    ]
    assert Product.objects.count() == 3
    assert list(Barcode.objects.exclude(sku=taken).values_list("sku__code", "value")) == [("shirt-M", "4006381333931")]
    assert list(Listing.objects.filter(sku=None)) == [same]
    owner.post(reverse("catalog:listings-create"), {"ids": ids})
    assert Sku.objects.count() == 4


def test_an_archived_article_is_matched_by_nothing(trade: Trade) -> None:
    old, mug = trade.sku("old"), trade.sku("new")
    product.set_barcodes(sku=old, values=["4006381333931"])
    product.archive(merchant_id=trade.merchant.pk, sku_ids=[old.pk], archived=True, now=NOON)
    by_barcode = card(trade, "k1", offer_id="NEW", barcodes=["4006381333931"])
    Listing.objects.filter(channel=trade.ozon.channel, sku__isnull=False).delete()
    by_code = card(trade, "k2", offer_id="OLD")
    assert listing_service.match(merchant_id=trade.merchant.pk, channel_id=by_code.channel_id, now=NOON) == {
        by_barcode.pk
    }
    assert Listing.objects.get(pk=by_barcode.pk).sku_id == mug.pk


def test_what_is_clear_is_matched_at_once(trade: Trade, owner: Client) -> None:
    one = card(trade, "later")
    trade.sku("later2")
    Sku.objects.update(code="LATER")
    owner.post(reverse("catalog:match-all"))
    one.refresh_from_db()
    assert (one.sku.code if one.sku else "", one.matched_by) == ("LATER", "article")


def test_a_long_list_asks_no_more_than_a_short_one(
    trade: Trade, owner: Client, django_assert_max_num_queries: Any
) -> None:
    for name in ("catalog:listings", "catalog:unmatched"):
        counts = []
        for upto in (2, 20):
            for number in range(upto):
                if not Listing.objects.filter(offer_id=f"{name}{number}").exists():
                    card(trade, f"{name}{number}", barcodes=["73513537"])
            with django_assert_max_num_queries(40) as seen:
                owner.get(reverse(name))
            counts.append(len(seen.captured_queries))
        assert counts[0] == counts[1]
