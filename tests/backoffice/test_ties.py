"""Ties of the kernel do what foreign keys do, on two tables made for the purpose."""

import os
from collections.abc import Iterator
from threading import Thread
from typing import Any

import psycopg
import pytest
from psycopg import errors

from backoffice.kernel.rls import Tied

TIE = Tied("ties_line", [(["merchant_id", "box_id"], "ties_box", ["merchant_id", "id"])])
NAME = "ties_line_of_ties_box"
WAITS = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


@pytest.fixture
def boxes(superuser: "psycopg.Connection[Any]") -> "Iterator[psycopg.Connection[Any]]":
    """Boxes 1 and 2 of merchant 7, box 3 of merchant 8; nothing in them."""
    superuser.execute("CREATE TABLE ties_box (id bigint PRIMARY KEY, merchant_id int, note text)")
    superuser.execute("CREATE TABLE ties_line (id bigint PRIMARY KEY, merchant_id int, box_id bigint)")
    run(superuser, TIE.sql)
    superuser.execute("INSERT INTO ties_box VALUES (1, 7, ''), (2, 7, ''), (3, 8, '')")
    yield superuser
    run(superuser, TIE.reverse_sql)
    superuser.execute("DROP TABLE ties_line, ties_box")


def run(connection: "psycopg.Connection[Any]", statements: Any) -> None:
    for statement in statements:
        connection.execute(statement.encode())


def lines(connection: "psycopg.Connection[Any]") -> list[tuple[int, int, int | None]]:
    return connection.execute("SELECT * FROM ties_line ORDER BY id").fetchall()


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO ties_line VALUES (20, 7, 1), (21, 7, 9)",
        "INSERT INTO ties_line VALUES (20, 7, 3)",
        "UPDATE ties_line SET box_id = 9",
        "UPDATE ties_line SET merchant_id = 8 WHERE id = 10",
        "DELETE FROM ties_box WHERE id = 1",
        "UPDATE ties_box SET id = 5 WHERE id = 1",
        "UPDATE ties_box SET merchant_id = 8",
    ],
    ids=["no box", "another's box", "moved to no box", "given away", "box removed", "box renumbered", "box given away"],
)
def test_what_would_leave_a_line_without_its_box_is_refused(boxes: Any, statement: str) -> None:
    boxes.execute("INSERT INTO ties_line VALUES (10, 7, 1), (11, 7, 1)")
    with pytest.raises(errors.ForeignKeyViolation) as refused:
        boxes.execute(statement.encode())
    assert (refused.value.diag.constraint_name, refused.value.diag.table_name) == (NAME, "ties_line")
    assert lines(boxes) == [(10, 7, 1), (11, 7, 1)]
    assert boxes.execute("SELECT id, merchant_id FROM ties_box ORDER BY id").fetchall() == [(1, 7), (2, 7), (3, 8)]


def test_what_leaves_each_line_in_its_box_is_done(boxes: Any) -> None:
    boxes.execute("INSERT INTO ties_line SELECT n, 7, 1 + n % 2 FROM generate_series(1, 3000) n")
    boxes.execute("INSERT INTO ties_line VALUES (4000, 8, 3), (4001, 8, NULL)")
    boxes.execute("UPDATE ties_line SET box_id = 2 WHERE box_id = 1")
    boxes.execute("UPDATE ties_box SET note = 'empty', merchant_id = 7, id = 1 WHERE id = 1")
    boxes.execute("DELETE FROM ties_box WHERE id = 1")
    assert boxes.execute("SELECT box_id, count(*) FROM ties_line GROUP BY 1 ORDER BY 1").fetchall() == [
        (2, 3000),
        (3, 1),
        (None, 1),
    ]


@pytest.mark.parametrize("stands", [True, False])
def test_who_removes_a_box_waits_for_the_line_that_is_being_written(boxes: Any, stands: bool) -> None:
    heard: list[str | None] = []

    def remove() -> None:
        with psycopg.connect(os.environ["TEST_SUPERUSER_URL"], autocommit=True) as other:
            try:
                other.execute("DELETE FROM ties_box WHERE id = 1")
                heard.append(None)
            except errors.ForeignKeyViolation as refusal:
                heard.append(refusal.diag.constraint_name)

    removing = Thread(target=remove)
    with psycopg.connect(os.environ["TEST_SUPERUSER_URL"]) as writer:
        writer.execute("INSERT INTO ties_line VALUES (10, 7, 1)")
        removing.start()
        while not boxes.execute(WAITS).fetchone():
            assert removing.is_alive()
        assert heard == []
        writer.commit() if stands else writer.rollback()
    removing.join(timeout=60)
    assert heard == [NAME if stands else None]
    assert lines(boxes) == ([(10, 7, 1)] if stands else [])
