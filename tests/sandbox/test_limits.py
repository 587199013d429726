"""The published limits are enforced and counted."""

import pytest

from sandbox.clock import Clock
from sandbox.limits import Bucket, Rate, Window
from tests.sandbox.playing import Player

MARKET = "marketplace-api"


class Hand:
    """A clock moved by hand."""

    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def limited():
    return Player(judged=False, limited=True)


@pytest.fixture
def hand():
    return Hand()


def test_bucket_gives_the_burst_and_then_one_per_interval(hand):
    bucket = Bucket(Rate(60, 300, 0.2, 20), hand, lambda: 1.0)
    assert [bucket.take() for _ in range(21)] == [True] * 20 + [False]
    assert bucket.retry_after() == pytest.approx(0.2)
    hand.at += 0.2
    assert [bucket.take(), bucket.take()] == [True, False]


def test_bucket_at_full_load_gives_no_more_than_is_published(hand):
    bucket, given = Bucket(Rate(60, 300, 0.2, 20), hand, lambda: 1.0), 0
    for _ in range(60_000):
        given += bucket.take()
        hand.at += 0.01
    assert 3_000 <= given <= 3_020


def test_dear_error_takes_ten_and_never_more_than_a_period(hand):
    bucket = Bucket(Rate(60, 300, 0.2, 20), hand, lambda: 1.0)
    bucket.take()
    bucket.charge(9)
    assert bucket.remaining() == 10
    bucket.charge(10_000)
    hand.at += 61
    assert bucket.take() is True


def test_window_forgets_what_is_older_than_its_period(hand):
    window = Window(60.0, 80, hand, lambda: 1.0)
    assert [window.take() for _ in range(81)] == [True] * 80 + [False]
    hand.at += 59
    assert window.take() is False
    assert window.retry_after() == pytest.approx(1.0)
    hand.at += 1
    assert window.take() is True


def test_faster_clock_shortens_the_wait_and_keeps_its_moment():
    clock = Clock()
    before = clock.seconds()
    clock.set_speed(1_000)
    assert 0 <= clock.seconds() - before < 60
    with pytest.raises(ValueError, match="speed"):
        clock.set_speed(0)


def test_ozon_refuses_the_51st_request_of_a_second(limited):
    answers = [limited.ozon("/v1/roles") for _ in range(60)]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert len(refused) >= 1
    assert answers[49].status_code == 200
    assert refused[0].headers["retry-after"] == "1"
    assert refused[0].headers["ratelimit-remaining"] == "0"
    assert refused[0].json()["message"] == "You have reached request rate limit per second"
    counted = limited.admin("GET", "/counters")
    assert counted["violations"] == {"ozon 100001 all": len(refused)}
    assert counted["calls"] == {"ozon POST /v1/roles": 60}
    limited.skip(1)
    assert limited.ozon("/v1/roles").status_code == 200


def test_ozon_counts_stock_requests_by_the_minute(limited):
    body = {"stocks": [{"offer_id": "KM-RUKI-75", "stock": 1, "warehouse_id": 1}]}
    for _ in range(8):
        assert [limited.ozon("/v2/products/stocks", body).status_code for _ in range(10)] == [200] * 10
        limited.skip(1)
    assert limited.ozon("/v2/products/stocks", body).status_code == 429
    assert limited.ozon("/v1/roles").status_code == 200
    limited.skip(53)
    assert limited.ozon("/v2/products/stocks", body).status_code == 200


def test_other_accounts_have_limits_of_their_own(limited):
    for _ in range(60):
        limited.ozon("/v1/roles")
    headers = {"Client-Id": "100002", "Api-Key": "sandbox-ozon-key-2"}
    assert limited.client.post("/ozon/v1/roles", headers=headers, json={}).status_code == 200


def test_wildberries_4xx_counts_ten_on_the_marketplace_host_only(limited):
    first = limited.wb("GET", MARKET, "/api/v3/supplies/WB-GI-1")
    assert (first.status_code, first.headers["x-ratelimit-remaining"]) == (404, "10")
    assert limited.wb("GET", MARKET, "/api/v3/supplies/WB-GI-1").headers["x-ratelimit-remaining"] == "0"
    refused = limited.wb("GET", MARKET, "/api/v3/supplies/WB-GI-1")
    assert (refused.status_code, refused.json()["title"]) == (429, "too many requests")
    assert refused.headers["x-ratelimit-retry"] == "1"
    assert refused.headers["x-ratelimit-limit"] == "20"
    limited.skip(0.2)
    assert limited.wb("GET", MARKET, "/api/v3/orders/new").status_code == 200
    assert limited.wb("GET", MARKET, "/api/v3/warehouses").headers["x-ratelimit-remaining"] == "19"
    path = "/api/v2/quarantine/goods"
    assert limited.wb("GET", "discounts-prices-api", path).status_code == 400
    assert limited.wb("GET", "discounts-prices-api", path).headers["x-ratelimit-remaining"] == "3"


def test_speed_makes_the_limits_run_as_fast(limited):
    limited.admin("POST", "/speed", {"speed": 100_000})
    assert {limited.ozon("/v1/roles").status_code for _ in range(120)} == {200}
