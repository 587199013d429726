import pytest
import redis
from celery.beat import ScheduleEntry
from django.conf import settings
from django.db import DatabaseError

from backoffice import health, heartbeat
from backoffice.beat import OneBeat
from backoffice.celery import app

ALL_QUEUES = [
    *("mp.ozon", "mp.wildberries", "mp.yandex_market", "mp.megamarket", "mp.aliexpress"),
    *("default", "pdf"),
]


@pytest.fixture
def everything_lives(cache_server):
    heartbeat.beat_is_alive(cache_server)
    heartbeat.queues_are_served(cache_server, ALL_QUEUES)


@pytest.mark.django_db
def test_everything_alive_is_200_with_each_part_by_name(client, everything_lives):
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json() == {
        "healthy": True,
        "parts": {
            "database": True,
            "broker": True,
            "beat": True,
            "worker:mp.ozon": True,
            "worker:mp.wildberries": True,
            "worker:mp.yandex_market": True,
            "worker:mp.megamarket": True,
            "worker:mp.aliexpress": True,
            "worker:default": True,
            "worker:pdf": True,
        },
    }


@pytest.mark.django_db
@pytest.mark.parametrize(("key", "part"), [("bo:alive:queue:mp.ozon", "worker:mp.ozon"), ("bo:alive:beat", "beat")])
def test_silent_part_is_503_and_named_and_the_others_are_not(client, everything_lives, cache_server, key, part):
    cache_server.delete(key)
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert [name for name, alive in answer.json()["parts"].items() if not alive] == [part]


@pytest.mark.django_db
def test_database_that_does_not_answer_is_503(client, everything_lives, monkeypatch):
    def refuse(*args, **kwargs):
        raise DatabaseError("gone")

    monkeypatch.setattr(health.connection, "cursor", refuse)
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert [name for name, alive in answer.json()["parts"].items() if not alive] == ["database"]


@pytest.mark.django_db
def test_broker_that_does_not_answer_takes_its_parts_with_it(client, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert [name for name, alive in answer.json()["parts"].items() if alive] == ["database"]


@pytest.mark.django_db
def test_metrics_are_for_the_machine_itself_and_for_nobody_from_outside(client):
    assert client.get("/metrics", REMOTE_ADDR="127.0.0.1").status_code == 200
    assert client.get("/metrics", REMOTE_ADDR="203.0.113.9").status_code == 403


@pytest.mark.django_db
def test_metrics_of_a_page_are_few_however_many_pages_there_are(client):
    client.get("/account/login/")
    told = client.get("/metrics", REMOTE_ADDR="127.0.0.1").content.decode().splitlines()
    page = [line for line in told if 'view="account_login"' in line and "latency_seconds_by_view" in line]
    assert len(page) == 10  # eight bounds, their sum and count
    assert [line for line in told if "_created" in line and "django_http" in line] == []


@pytest.mark.django_db
def test_metrics_are_not_given_to_a_proxied_visitor(client, settings):
    settings.TRUSTED_PROXIES = ["127.0.0.0/8"]
    answer = client.get("/metrics", REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR="203.0.113.9")
    assert answer.status_code == 403


class Counting(OneBeat):
    """A clock whose schedule is empty, so that only the lock decides what a tick does."""

    def setup_schedule(self) -> None:
        self.ticks = 0

    @property
    def schedule(self) -> dict[str, ScheduleEntry]:
        self.ticks += 1
        return {}


@pytest.mark.django_db
def test_second_clock_waits_until_the_first_lets_go(cache_server):
    first, second = Counting(app=app), Counting(app=app)
    first.tick()
    second.tick()
    assert (first.ticks > 0, second.ticks) == (True, 0)
    first.close()
    second.tick()
    assert second.ticks > 0


@pytest.mark.django_db
def test_clock_that_lost_its_lock_to_another_stops_ticking(cache_server):
    first, second = Counting(app=app), Counting(app=app)
    first.tick()
    cache_server.delete("bo:beat")
    second.tick()
    seen = first.ticks
    first.tick()
    assert first.ticks == seen


def test_beat_and_queues_fall_silent_by_themselves(cache_server):
    heartbeat.beat_is_alive(cache_server)
    heartbeat.queues_are_served(cache_server, ["pdf"])
    assert 0 < cache_server.ttl("bo:alive:beat") <= settings.HEARTBEAT_STALE_S
    assert 0 < cache_server.ttl("bo:alive:queue:pdf") <= settings.HEARTBEAT_STALE_S


def test_every_queue_of_the_settings_is_asked_for():
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        assert list(heartbeat.seen(client)[1]) == ALL_QUEUES
