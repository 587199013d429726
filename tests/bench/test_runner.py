import json
from pathlib import Path
from typing import Any

import pytest

from bench import __main__ as program
from bench import report
from bench.row import Row, percentile, row
from bench.subjects import Subject, UnknownName, chosen, subjects

KEYS = {"name", "value", "unit", "budget", "holds", "size", "details"}


def one(name: str, value: float = 1.0, **more: Any) -> Row:
    return row(name, value, "s", **{"budget": 2, "size": 10, "needed": 10, "details": "so", **more})


def test_every_subject_of_the_folder_names_figures_of_its_own() -> None:
    found = subjects()
    figures = [figure for subject in found for figure in subject.rows]
    assert {"stickers", "ingest", "push", "visible", "scanning", "pages", "idle"} <= {one.module for one in found}
    assert len(figures) == len(set(figures))
    assert {subject.database for subject in found} <= {"", "empty", "trade", "sales"}


def test_a_module_that_says_rows_is_a_subject_and_others_are_not(tmp_path: Path) -> None:
    (tmp_path / "walk.py").write_text('ROWS = ("walk_ratio", "walk_s")\nDATABASE = "empty"\nBUDGET = 1 / 2\n')
    (tmp_path / "row.py").write_text('NAME = "no subject"\n')
    assert subjects(tmp_path) == [Subject("walk", ("walk_ratio", "walk_s"), "empty")]


def test_a_name_chooses_by_the_beginning_of_a_figure_and_a_wrong_one_is_told_the_right_ones() -> None:
    known = [Subject("push", ("push_delta_p99_s", "push_full_ratio"), "empty"), Subject("idle", ("web_idle_mib",), "")]
    assert chosen([], known) == known
    assert chosen(["push_full"], known) == known[:1]
    assert chosen(["web", "push"], known) == known
    with pytest.raises(UnknownName, match=r"Nothing measures «wep».*push_delta_p99_s, push_full_ratio, web_idle_mib"):
        chosen(["wep"], known)


@pytest.mark.parametrize(
    ("value", "size", "at_least", "holds"),
    [
        (2.0, 10, False, True),
        (2.1, 10, False, False),
        (1.0, 9, False, False),
        (2.0, 10, True, True),
        (1.9, 10, True, False),
    ],
)
def test_a_figure_holds_only_within_its_budget_and_at_its_size(
    value: float, size: int, at_least: bool, holds: bool
) -> None:
    found = one("x", value, size=size, at_least=at_least)
    assert found["holds"] is holds
    assert set(found) == KEYS


def test_percentiles_are_interpolated() -> None:
    assert percentile([1, 2, 3, 4, 5], 50) == 3
    assert percentile([0, 100], 95) == pytest.approx(95)


def test_rows_measured_now_replace_their_figure_whole_and_others_stay_in_order() -> None:
    old = [one("a"), one("b"), one("b.part"), one("gone")]
    new = [one("b", 9.0), one("b.other", 9.0)]
    merged = report.merge(old, new, ["b", "a"])
    assert [(each["name"], each["value"]) for each in merged] == [("b", 9.0), ("b.other", 9.0), ("a", 1.0)]


@pytest.fixture
def program_with_one_subject(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(program, "JSON", tmp_path / "bench.json")
    monkeypatch.setattr(program, "PAGE", tmp_path / "performance.md")
    known = [Subject("first", ("first_s",), ""), Subject("second", ("second_s",), "")]
    monkeypatch.setattr(program, "subjects", lambda: known)
    return tmp_path


def test_a_run_writes_its_rows_and_keeps_those_of_subjects_left_out(
    program_with_one_subject: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = []

    def measure(subject: Subject, here: object, *, quick: bool) -> list[Row]:
        asked.append((subject.module, quick))
        return [one(subject.rows[0], 3.0 if quick else 1.0)]

    monkeypatch.setattr(program, "measure", measure)
    assert program.main([]) == 0
    assert program.main(["second", "--quick"]) == 0
    assert asked == [("first", False), ("second", False), ("second", True)]
    rows = json.loads((program_with_one_subject / "bench.json").read_text())
    assert [(each["name"], each["value"], each["holds"]) for each in rows] == [
        ("first_s", 1.0, True),
        ("second_s", 3.0, False),
    ]
    page = (program_with_one_subject / "performance.md").read_text()
    assert "| `first_s` | 1 s | 2 s | yes | 10 | so |" in page
    assert "| `second_s` | 3 s | 2 s | **no** | 10 | so |" in page
    assert "second_s  3 s    2 s     no" in capsys.readouterr().out


def test_a_subject_that_fails_spoils_the_exit_code_and_not_the_others(
    program_with_one_subject: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(
        program, "measure", lambda subject, here, quick: None if subject.module == "first" else [one("second_s")]
    )
    assert program.main([]) == 1
    assert [each["name"] for each in json.loads((program_with_one_subject / "bench.json").read_text())] == ["second_s"]
    assert "bench.first failed" in capsys.readouterr().err


def test_an_unknown_name_is_refused_before_anything_is_measured(
    program_with_one_subject: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert program.main(["third"]) == 2
    assert not (program_with_one_subject / "bench.json").exists()
    assert "There are: first_s, second_s." in capsys.readouterr().err
