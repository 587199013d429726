"""A site that fetches a seller's file: when it comes, what it asks, what it reads and what it finds wrong."""

import asyncio
from typing import Any
from xml.etree.ElementTree import ParseError

import httpx
import pytest

from sandbox.board.reading import Reader
from sandbox.board.visits import AGENT
from tests.loop import finished
from tests.sandbox.playing import Player

URL = "https://seller.example/sync/feed/1-secret/feed.xml"
HEAD = (
    '<yml_catalog date="2026-11-25T12:00:00+03:00"><shop><name>Пример</name>'
    '<currencies><currency id="RUB" rate="1"/></currencies>'
    '<categories><category id="1">Посуда</category><category id="2" parentId="1">Кружки</category></categories><offers>'
)
TAIL = "</offers></shop></yml_catalog>"
MUG = (
    '<offer id="mug" available="true"><name>Кружка</name><url>https://shop.example/mug</url><price>150.50</price>'
    "<currencyId>RUB</currencyId><categoryId>2</categoryId></offer>"
)


class Shop:
    """The seller's server: one file, known by its tag."""

    def __init__(self, text: str) -> None:
        self.text, self.tag, self.status = text, '"1"', 200
        self.asked: list[httpx.Request] = []

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        if self.status != 200:
            return httpx.Response(self.status)
        headers = {"ETag": self.tag, "Last-Modified": "Wed, 25 Nov 2026 09:00:00 GMT"}
        if request.headers.get("If-None-Match") == self.tag:
            return httpx.Response(304, headers=headers)
        return httpx.Response(200, headers=headers, text=self.text)


def visited(player: Player, shop: Shop, *, after_s: float = 0) -> list[dict[str, Any]]:
    """What the site knows when everything that is due has been seen."""
    board = player.world.board
    board.transport = httpx.MockTransport(shop.answer)

    async def see() -> None:
        await board.visit()
        await asyncio.gather(*board._under_way.values())

    player.skip(after_s)
    finished(see())
    told: list[dict[str, Any]] = player.admin("GET", "/feeds")["feeds"]
    return told


def read(text: str) -> Any:
    reader = Reader()
    for start in range(0, len(raw := text.encode()), 7):
        reader.take(raw[start : start + 7])
    return reader.end()


def test_a_file_is_fetched_on_a_schedule_and_read_when_it_has_changed(player: Player) -> None:
    player.admin("POST", "/feeds", {"url": URL, "every": 60})
    shop = Shop(HEAD + MUG + TAIL)

    (first,) = visited(player, shop)
    assert (first["visits"], first["offers"], first["for_sale"], first["wrong"], first["trouble"]) == (1, 1, 1, {}, "")
    assert first["date"] == "2026-11-25T12:00:00+03:00"
    assert shop.asked[0].headers["User-Agent"] == AGENT

    visited(player, shop, after_s=30)
    assert len(shop.asked) == 1, "not its time yet"
    (second,) = visited(player, shop, after_s=31)
    assert (second["visits"], second["unchanged"], second["offers"]) == (2, 1, 1)
    assert shop.asked[1].headers["If-None-Match"] == '"1"'
    assert shop.asked[1].headers["If-Modified-Since"] == "Wed, 25 Nov 2026 09:00:00 GMT"

    shop.text, shop.tag = HEAD + MUG + MUG.replace('"mug" available="true"', '"cup" available="false"') + TAIL, '"2"'
    (third,) = visited(player, shop, after_s=61)
    assert (third["offers"], third["for_sale"], third["unchanged"]) == (2, 1, 1)


def test_what_was_read_stands_when_the_seller_does_not_answer(player: Player) -> None:
    player.admin("POST", "/feeds", {"url": URL})
    shop = Shop(HEAD + MUG + TAIL)
    visited(player, shop)

    for status, text, said in (
        (404, "", "ответ 404"),
        (200, "<yml_catalog", "не XML: unclosed token"),
        (200, "<html>", "не XML: no element found"),
    ):
        shop.status, shop.text, shop.tag = status, text, '"other"'
        (told,) = visited(player, shop, after_s=61)
        assert told["trouble"].startswith(said)
        assert (told["offers"], told["etag"]) == (1, '"1"')
    assert told["failed"] == 3

    shop.text = HEAD + MUG + TAIL
    assert visited(player, shop, after_s=61)[0]["trouble"] == ""


@pytest.mark.parametrize(
    ("old", "new", "wrong"),
    [
        ('id="mug"', 'id=" "', "нет id"),
        ("<name>Кружка</name>", "", "нет названия"),
        ("150.50", "0", "цена не число больше нуля"),
        ("150.50", "150,50", "цена не число больше нуля"),
        ("150.50", "150.505", "цена не число больше нуля"),
        ("150.50", "NaN", "цена не число больше нуля"),
        ("<price>", "<oldprice>150.50</oldprice><price>", "старая цена не выше новой"),
        ("<currencyId>RUB", "<currencyId>USD", "валюта не объявлена"),
        ("<categoryId>2", "<categoryId>3", "категория не объявлена"),
        ("https://shop.example/mug", "/mug", "адрес товара не полный"),
        ("<price>", "<picture>mug.jpg</picture><price>", "адрес фотографии не полный"),
        ("<price>", "<barcode>123</barcode><price>", "штрихкод не EAN"),
    ],
)
def test_a_fault_of_an_offer_is_named_and_it_is_not_for_sale(old: str, new: str, wrong: str) -> None:
    assert old in MUG

    found = read(HEAD + MUG.replace(old, new) + TAIL)

    assert (dict(found.wrong), found.offers, found.for_sale) == ({wrong: 1}, 1, 0)


def test_faults_of_the_whole_are_named() -> None:
    assert read(HEAD + MUG + MUG + TAIL).wrong == {"id повторяется": 1}
    assert read(HEAD.replace(' date="2026-11-25T12:00:00+03:00"', "") + MUG + TAIL).wrong == {"у каталога нет даты": 1}
    assert read(HEAD.replace('parentId="1"', 'parentId="9"') + MUG + TAIL).wrong == {"категории-родителя нет": 1}
    assert read(HEAD.replace('id="2"', 'id="1"') + MUG.replace("Id>2<", "Id>1<") + TAIL).wrong == {
        "категория названа дважды": 1
    }
    assert read(HEAD + TAIL).wrong == {"нет ни одного предложения": 1}
    assert read("<Ads/>").wrong == {"корень Ads, а не yml_catalog": 1, "нет ни одного предложения": 1}


def test_an_advertisement_has_a_phone_a_picture_and_whole_roubles() -> None:
    good = (
        '<offer id="mug"><youlaCategoryId>12</youlaCategoryId><address>Москва</address><price>150</price>'
        "<phone>+70000000000</phone><name>Кружка</name><picture>https://shop.example/1.jpg</picture></offer>"
    )
    frame = '<yml_catalog date="2026-11-25 12:00"><shop><offers>{}</offers></shop></yml_catalog>'

    assert (read(frame.format(good)).wrong, read(frame.format(good)).for_sale) == ({}, 1)
    bad = good.replace("150<", "150.50<").replace("<phone>+70000000000</phone>", "").replace("picture>", "image>")
    assert read(frame.format(bad)).wrong == {"нет phone": 1, "цена не в целых рублях": 1, "нет фотографии": 1}


def test_an_entity_from_outside_is_not_looked_at() -> None:
    text = '<!DOCTYPE yml_catalog [<!ENTITY x SYSTEM "file:///etc/passwd">]><yml_catalog date="1">&x;</yml_catalog>'
    with pytest.raises(ParseError, match="undefined entity"):
        read(text)


@pytest.mark.parametrize("given", [{"url": "file:///etc/passwd"}, {"url": URL, "every": 0}, {"url": "x"}, {}])
def test_only_an_address_that_can_be_visited_is_taken(player: Player, given: dict[str, object]) -> None:
    with pytest.raises(httpx.HTTPStatusError):
        player.client.post("/admin/feeds", json=given).raise_for_status()
    assert player.admin("GET", "/feeds") == {"feeds": []}


def test_the_page_shows_what_was_read_and_not_the_secret(player: Player) -> None:
    player.admin("POST", "/feeds", {"url": URL})
    visited(player, Shop(HEAD + MUG.replace("150.50", "0") + TAIL))

    page = player.client.get("/admin/").text

    assert "предложений 1, в продаже 0; цена не число больше нуля: 1" in page
    assert "1-secret" not in page


def test_files_are_forgotten_and_kept_over_a_new_beginning(player: Player) -> None:
    player.admin("POST", "/feeds", {"url": URL, "every": 5})
    visited(player, Shop(HEAD + MUG + TAIL))
    player.admin("POST", "/reset")
    (kept,) = player.admin("GET", "/feeds")["feeds"]
    assert (kept["url"], kept["every"], kept["offers"], kept["etag"]) == (URL, 5, 0, "")

    player.client.request("DELETE", "/admin/feeds", json={"url": URL})
    assert player.admin("GET", "/feeds") == {"feeds": []}
