"""Letters of the sandbox: who is told what, how often, and that a letter not taken comes again."""

import asyncio
import json
from typing import Any

import httpx
import pytest

from sandbox.app import create
from tests.contract import specs
from tests.loop import finished
from tests.sandbox.playing import Player

URL = "http://seller.example/sync/in/1-secret"


def subscribed(player: Player, **more: str) -> dict[str, Any]:
    told: dict[str, Any] = player.admin("POST", "/notifications", {"marketplace": "ozon", "url": URL, **more})
    return told


def letters(player: Player) -> list[dict[str, Any]]:
    player.skip(2)
    return [letter.body for letter in player.world.post.due()]


def carried(player: Player, answer: Any, *, seconds: float = 0) -> list[httpx.Request]:
    """The requests that leave now; `answer` says what the seller's program answers."""
    seen: list[httpx.Request] = []

    def respond(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        found: httpx.Response = answer(request)
        return found

    async def deliver() -> None:
        await player.world.post.deliver()
        await asyncio.gather(*player.world.post._under_way)

    player.skip(seconds)
    player.world.post.transport = httpx.MockTransport(respond)
    finished(deliver())
    return seen


def test_nobody_is_told_before_an_address_is_entered(player: Player):
    player.stocked(player.goods.on_ozon[0].article)
    player.admin("POST", "/arrivals", {"ozon": 1})

    assert letters(player) == []


def test_an_address_is_asked_who_is_there(player: Player):
    subscribed(player)

    (ping,) = letters(player)
    assert ping["message_type"] == "TYPE_PING"
    assert player.admin("GET", "/notifications")["subscriptions"] == {"ozon/demo": {"url": URL}}


def test_an_order_and_its_end_are_told_as_the_specification_shows(player: Player):
    subscribed(player)
    letters(player)
    good = player.goods.on_ozon[0]
    player.stocked(good.article)
    order = {"seller": "demo", "marketplaces": ["ozon"], "items": [{"article": good.article, "quantity": 1}]}
    number = player.admin("POST", "/orders", order)["ozon"][0]
    player.admin("POST", "/cancel", {"ozon": number})

    new, gone = letters(player)
    assert (new["message_type"], new["posting_number"]) == ("TYPE_NEW_POSTING", number)
    assert (gone["message_type"], gone["new_state"], gone["old_state"]) == (
        "TYPE_POSTING_CANCELLED",
        "posting_canceled",
        "posting_created",
    )
    described = next(tag for tag in specs.load_ozon().document["tags"] if tag["name"] == "push_types")["description"]
    for letter in (new, gone):
        for field in letter:
            assert f'"{field}"' in described
    assert f"`{gone['new_state']}`" in described


def test_a_letter_that_is_not_taken_comes_again_and_one_that_is_does_not(player: Player):
    subscribed(player)
    busy = carried(player, lambda request: httpx.Response(503))
    wrong = carried(player, lambda request: httpx.Response(200, json={"ok": 1}), seconds=4)
    hello = {"version": "1", "name": "x", "time": "2026-11-25T00:00:00Z"}
    taken = carried(player, lambda request: httpx.Response(200, json=hello), seconds=11)
    more = carried(player, lambda request: httpx.Response(200, json=hello), seconds=100_000)

    assert [len(busy), len(wrong), len(taken), len(more)] == [1, 1, 1, 0]
    assert [str(request.url) for request in busy] == [URL]
    assert player.admin("GET", "/notifications")["taken"] == 1


def test_basic_is_borne_where_it_was_entered(player: Player):
    subscribed(player, login="me", password="pass")
    (asked,) = carried(player, lambda request: httpx.Response(200, json={"result": True}))

    assert httpx.BasicAuth("me", "pass")._auth_header == asked.headers["Authorization"]
    assert json.loads(asked.content)["message_type"] == "TYPE_PING"


def test_letters_get_lost_and_come_twice_as_often_as_the_tester_wants(player: Player):
    subscribed(player)
    letters(player)
    player.admin("POST", "/tempo", {"notices_lost": 1})
    player.world.post.tell("ozon", "demo", "", {"n": 1})
    assert letters(player) == []
    player.admin("POST", "/tempo", {"notices_lost": 0, "notices_doubled": 1})
    player.world.post.tell("ozon", "demo", "", {"n": 2})
    assert letters(player) == [{"n": 2}, {"n": 2}]
    assert player.admin("GET", "/notifications")["lost"] == 1


def test_addresses_outlive_a_new_beginning_and_a_restart(player: Player, tmp_path: Any):
    kept = Player(path=str(tmp_path / "state"))
    subscribed(kept)
    kept.admin("POST", "/reset")
    assert list(kept.world.post.subscriptions) == ["ozon/demo"]

    again = Player(path=str(tmp_path / "state"))
    assert list(again.world.post.subscriptions) == ["ozon/demo"]
    again.admin("DELETE", "/notifications", {"marketplace": "ozon"})
    assert not again.world.post.subscriptions


def test_only_who_tells_can_be_listened_to(player: Player):
    with pytest.raises(AssertionError, match="tells nobody"):
        player.admin("POST", "/notifications", {"marketplace": "wildberries", "url": URL})
    assert create(player.world)
