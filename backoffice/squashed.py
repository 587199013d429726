"""Refuses to migrate a database that stands between two migrations which have been made one since."""

from collections.abc import Iterable
from typing import Any

from django.core.checks import CheckMessage, Error
from django.db import connections
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

LAST_BEFORE = "d2a0146"  # the last commit that holds the single migrations


def check_squashed(*, databases: Iterable[str] | None = None, **_: Any) -> list[CheckMessage]:
    """
    This function will find the apps of which `databases` have some of the replaced migrations, but not all.

    Django would leave such an app's tables out of its reckoning and fail over whatever refers to them.
    """
    replaced = {key: set(made.replaces) for key, made in MigrationLoader(None).replacements.items()}
    return [
        Error(
            f"This database was last used with an older version, and lacks changes of {', '.join(halves)} that have "
            "since been put together with earlier ones. Nothing was changed.",
            hint=f"Check out the commit {LAST_BEFORE}, start it once so that it migrates, then come back and repeat.",
            id="backoffice.E002",
        )
        for alias in databases or ()
        if (halves := begun_only(replaced, set(MigrationRecorder(connections[alias]).applied_migrations())))
    ]


def begun_only(replaced: dict[tuple[str, str], set[tuple[str, str]]], applied: set[tuple[str, str]]) -> list[str]:
    return sorted({app for (app, _), names in replaced.items() if names & applied and not names <= applied})
