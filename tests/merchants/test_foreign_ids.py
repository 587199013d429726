"""
Ids of another merchant inside bodies: no row of theirs is changed, shown or taken over, whatever the endpoint reads.

Every row of the other merchant has an id above FAR, and the first of each table has the same one, so that one number
means a row of theirs whatever a field names.  Names are those of all forms, and those that views read by themselves.
"""

import json
import os
import re
from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction

from merchants.roles import Role
from merchants.scope import scope
from merchants.selectors.access import mark_of
from tests import make
from tests.merchants.desk import Desk, Tried, address_of, at_work
from tests.trade import Trade, open_trade
from tests.urls import Url, every_url

ROOT = Path(__file__).resolve().parents[2]
APPS = (
    "merchants",
    "workspace",
    "catalog",
    "stock",
    "orders",
    "labels",
    "floor",
    "shipping",
    "settlements",
    "marketplaces",
    "exchange",
    "analytics",
)
FAR = 900_000_000
THEIRS = "Чужое-7f3a"
POSTS = [
    url for url in every_url() if url.name != "None" and "post" in url.methods and not mark_of(url.view, "POST").public
]


def names_read() -> set[str]:
    """What views ask a body for by name, and the fields of every form class."""
    found: set[str] = set()
    for app in APPS:
        for path in (ROOT / app).rglob("*.py"):
            text = path.read_text()
            found |= set(re.findall(r"""(?:POST|sent|body|data)(?:\.get|\.getlist)?[\[(]["'](\w+)["']""", text))
            found |= set(re.findall(r"^    (\w+) = (?:forms\.)?\w+Field\(", text, re.MULTILINE))
    return found - {"csrfmiddlewaretoken"}


NAMES = sorted(names_read())


def sequences(superuser: "psycopg.Connection[Any]") -> dict[str, int]:
    rows = superuser.execute("SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public'")
    return {name: int(last or 0) for name, last in rows}


def set_sequences(superuser: "psycopg.Connection[Any]", values: dict[str, int]) -> None:
    for name, last in values.items():
        superuser.execute("SELECT setval(%s::regclass, %s, %s)", [name, max(last, 1), last > 0])


@pytest.fixture
def theirs(db: None) -> Trade:
    """Another merchant with a row in most tables, each first one under the id FAR + 1."""
    with psycopg.connect(os.environ["TEST_SUPERUSER_URL"], autocommit=True) as superuser:
        before = sequences(superuser)
        set_sequences(superuser, dict.fromkeys(before, FAR))
        trade = open_trade(make.merchant(name=THEIRS))
        with trade.scope():
            trade.sku("strange", pieces=5)
            trade.order(("strange", 1), number=THEIRS)
        for make_rows in dict.fromkeys(make.FOREIGN.values()):
            # Some make what another has made already.
            with suppress(IntegrityError), transaction.atomic():
                make_rows(trade.merchant)
        set_sequences(superuser, before)
    return trade


def tables() -> list[str]:
    """Tables whose rows have a number for their name."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.columns WHERE table_schema = 'public' AND column_name = 'id'"
            " AND data_type IN ('bigint', 'integer') AND table_name NOT LIKE 'django_%' ORDER BY 1"
        )
        return [name for (name,) in cursor.fetchall()]


def touched() -> dict[str, int]:
    """Table → rows written in this transaction so far, by triggers and cascades too, whether undone or not."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables"
            " WHERE n_tup_ins + n_tup_upd + n_tup_del > 0"
        )
        return dict(cursor.fetchall())


def print_of(trade: Trade, names: list[str]) -> dict[str, list[Any]]:
    """Table → (number, hash) of the rows far away, as their own merchant sees them."""
    parts = [
        f"SELECT '{name}', count(*), sum(hashtextextended(t::text, 0)) FROM \"{name}\" t WHERE id > {FAR}"
        for name in names
    ]
    with scope([trade.merchant.pk]), connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts))
        return {name: rest for name, *rest in cursor.fetchall()}


def keys() -> dict[str, list[str]]:
    """Table of a merchant → its columns that name rows of others."""
    found = {
        model._meta.db_table: [str(field.column) for field in model._meta.fields if field.remote_field]
        for model in apps.get_models()
        if any(field.name == "merchant" for field in model._meta.fields)
    }
    assert "sku_id" in found["orders_orderline"]
    return found


def references(trade: Trade, columns: dict[str, list[str]]) -> list[str]:
    """Rows of ours that name a row of theirs."""
    parts = [
        f"SELECT '{table}.{column}' FROM {table} WHERE merchant_id = {trade.merchant.pk} AND {column} > {FAR}"
        for table, names in columns.items()
        for column in names
    ]
    if not parts:
        return []
    with scope([trade.merchant.pk]), connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts))
        return [name for (name,) in cursor.fetchall()]


@pytest.mark.django_db
def test_ids_of_another_merchant_in_a_body_reach_nothing(theirs: Trade) -> None:
    mine, _administrator = at_work()
    person = make.person(role=Role.OWNER, merchant=mine.merchant)
    desk = Desk(person, make.client(person))
    foreign = str(FAR + 1)
    names = tables()
    before = print_of(theirs, names)
    assert sum(int(row[0]) for row in before.values()) > 100
    foreign_keys = keys()
    wrong: list[str] = []
    earlier: dict[str, int] = {}
    seen: set[str] = set()

    def look(url: Url, kind: str, tried: Tried) -> None:
        if tried.status >= 500:
            wrong.append(f"{url.name} with {kind}: {tried.status}")
        if not tried.answer.streaming and THEIRS.encode() in tried.answer.content:
            wrong.append(f"{url.name} with {kind} shows theirs")
        written = {table for table, rows in touched().items() if rows != earlier.get(table)}
        seen.update(written)
        if changed := sorted(written & before.keys()):
            after = print_of(theirs, changed)
            wrong.extend(f"{url.name} with {kind} changed {name}" for name in changed if before[name] != after[name])
        columns = {table: foreign_keys[table] for table in written & foreign_keys.keys()}
        wrong.extend(f"{url.name} with {kind} took {row}" for row in references(mine, columns))

    def post(url: Url, kind: str, address: str, body: Any, **how: Any) -> None:
        earlier.update(touched())
        desk.post(address, body, before_undone=lambda tried: look(url, kind, tried), **how)

    def try_bodies(url: Url, address: str) -> None:
        post(url, "a form", address, {name: [foreign] for name in NAMES})
        scan = dict.fromkeys(NAMES, FAR + 1) | {"code": "INT-strange", "nonce": str(uuid4()), "by": str(person.pk)}
        post(url, "a scan", address, json.dumps(scan), content_type="application/json")

    for url in POSTS:
        with transaction.atomic():
            if address := address_of(url, mine.merchant):
                try_bodies(url, address)
            transaction.set_rollback(True)
    assert wrong == []
    assert len(seen) > 20, "rows of our own are written, so that there was something to look at"
