"""What every test stands on: its own database, an empty cache, and the two roles that are not the application's."""

import gc
import os
from collections.abc import Generator, Iterator
from typing import Any

import hypothesis
import psycopg
import pytest
import redis
from django.conf import global_settings, settings
from django.test import TransactionTestCase, override_settings

from marketplaces.http import client
from tests import services
from tests.labels import make as _labels  # noqa: F401  registers what the URLs of labels take
from tests.reference import Reference
from tests.trade import Trade, open_trade

# The same examples in every run, however slow the machine.
hypothesis.settings.load_profile("ci")


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What is loaded by now stays: to look for garbage in all of it, again and again, took a tenth of a run."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.set_threshold(5_000, 10, 10)
        gc.enable()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that share a whole stack come first: late ones go to any idle worker, each with a stack of its own."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


@pytest.fixture(scope="session")
def django_db_setup() -> Iterator[None]:
    """The database is a copy of a template that the owner migrated; nothing is created as the application."""
    services.clone_template()
    with Reference.remembered(os.environ["TEST_SUPERUSER_URL"]) as reference:
        # Django would TRUNCATE as the application's role, which may not, and would drop what migrations put there.
        TransactionTestCase._fixture_teardown = lambda case: reference.restore()  # type: ignore[attr-defined]
        yield


@pytest.fixture
def superuser(transactional_db: None) -> "Iterator[psycopg.Connection[Any]]":
    """A connection that row-level security does not bind, for proving what the application cannot see."""
    with psycopg.connect(os.environ["TEST_SUPERUSER_URL"], autocommit=True) as connection:
        yield connection


@pytest.fixture
def owner(transactional_db: None) -> "Iterator[psycopg.Connection[Any]]":
    """A connection of the role that migrates."""
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as connection:
        yield connection


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> Iterator[None]:
    """A password's hash is slow on purpose, a third of a second each; the product keeps Django's own."""
    assert settings.PASSWORD_HASHERS == global_settings.PASSWORD_HASHERS
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


@pytest.fixture(scope="session", autouse=True)
def marketplaces_let_go() -> Iterator[None]:
    """Else the interpreter complains at its end of what is still connected to a sandbox."""
    yield
    for connections in client._pools.values():
        connections.close()


@pytest.fixture(scope="session")
def cache_server() -> Iterator[redis.Redis]:
    with redis.Redis.from_url(os.environ["REDIS_URL"]) as client:
        yield client


@pytest.fixture(autouse=True)
def empty_cache(cache_server: redis.Redis) -> Iterator[None]:
    yield
    cache_server.flushdb()


@pytest.fixture
def trade(db: None) -> "Iterator[Trade]":
    """A merchant ready to trade, with the scope open."""
    opened = open_trade()
    with opened.scope():
        yield opened
