"""Which subjects there are, read from their sources: choosing one must not import what the others need."""

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Subject:
    """module: its name in `bench`.  rows: what it measures.  database: "", "empty", "trade" or "sales"."""

    module: str
    rows: tuple[str, ...]
    database: str

    def answers(self, name: str) -> bool:
        return any(row.startswith(name) for row in self.rows)


class UnknownName(Exception):
    """No subject measures a figure of this name."""


def subjects(folder: Path = FOLDER) -> list[Subject]:
    """Every module of the folder that says `ROWS`, by name."""
    found = []
    for path in sorted(folder.glob("*.py")):
        said = constants(path)
        if rows := said.get("ROWS"):
            found.append(Subject(path.stem, tuple(rows), said.get("DATABASE", "")))
    return found


def constants(path: Path) -> dict[str, Any]:
    """The module's top-level assignments whose values are literals."""
    found = {}
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            try:
                found[node.targets[0].id] = ast.literal_eval(node.value)
            except ValueError:
                continue
    return found


def chosen(names: Sequence[str], among: Sequence[Subject]) -> list[Subject]:
    """
    The subjects that these names mean, all without a name.

    :raises UnknownName: a name begins no figure; the message lists those there are.
    """
    for name in names:
        if not any(subject.answers(name) for subject in among):
            known = ", ".join(row for subject in among for row in subject.rows)
            raise UnknownName(f"Nothing measures «{name}». There are: {known}.")
    return [subject for subject in among if not names or any(subject.answers(name) for name in names)]
