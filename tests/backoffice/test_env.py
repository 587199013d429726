import pytest
from django.core.exceptions import ImproperlyConfigured

from backoffice import env


def test_missing_variable_is_named(monkeypatch):
    monkeypatch.delenv("DATABASE_URL")
    with pytest.raises(ImproperlyConfigured, match=r"^The environment variable DATABASE_URL is not set\.$"):
        env.text("DATABASE_URL")


@pytest.mark.parametrize(("value", "read"), [("true", True), ("1", True), ("off", False), ("No", False)])
def test_flags_are_read_in_words(monkeypatch, value, read):
    monkeypatch.setenv("FLAG", value)
    assert env.flag("FLAG") is read


@pytest.mark.parametrize(("reader", "value"), [(env.flag, "maybe"), (env.whole, "ten")])
def test_unreadable_value_is_refused(monkeypatch, reader, value):
    monkeypatch.setenv("NAME", value)
    with pytest.raises(ImproperlyConfigured, match="NAME must be"):
        reader("NAME")


def test_words_are_cut_at_commas_and_an_allowed_emptiness_is_an_empty_list(monkeypatch):
    monkeypatch.setenv("NAMES", "a, b ,,c")
    assert env.words("NAMES") == ["a", "b", "c"]
    monkeypatch.setenv("NAMES", "")
    assert env.words("NAMES", "") == []


def test_database_address_over_the_network_and_over_a_socket(monkeypatch):
    monkeypatch.setenv("DB", "postgresql://app:p%40ss@db:5433/shop")
    read = env.database("DB")
    assert {name: read[name] for name in ("NAME", "USER", "PASSWORD", "HOST", "PORT")} == {
        "NAME": "shop",
        "USER": "app",
        "PASSWORD": "p@ss",
        "HOST": "db",
        "PORT": "5433",
    }
    monkeypatch.setenv("DB", "postgresql://app@/shop?host=%2Fvar%2Frun&port=5432")
    read = env.database("DB")
    assert (read["HOST"], read["PORT"], read["PASSWORD"], read["OPTIONS"]) == ("/var/run", "5432", "", {})
