from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from merchants.roles import ADMINISTRATOR, EVERYBODY, INSTALLATION, MATRIX, Action

HEAD = """# Roles and actions

Made from `merchants/roles.py` by `python3 run.py manage roles_doc`; do not edit by hand.

A person has one role per merchant; operator staff have a role in every merchant. The administrator of the installation
has the last column in every merchant, besides any role. Every signed-in person has `account.own`.
"""


def roles_page() -> str:
    """The matrix as a table in Markdown."""
    columns = ["action", *(role.value for role in MATRIX), "administrator"]
    lines = [HEAD, f"| {' | '.join(columns)} |", f"|{'---|' * len(columns)}"]
    for action in Action:
        marks = [_mark(action in EVERYBODY or action in allowed) for allowed in MATRIX.values()]
        marks.append(_mark(action in EVERYBODY | INSTALLATION | ADMINISTRATOR))
        lines.append(f"| `{action}` | {' | '.join(marks)} |")
    return "\n".join(lines) + "\n"


def _mark(allowed: bool) -> str:
    return "yes" if allowed else ""


class Command(BaseCommand):
    help = "Write docs/roles.md from the matrix; with --check only tell whether it is current."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        page = Path(settings.BASE_DIR) / "docs" / "roles.md"
        if options["check"]:
            if not page.exists() or page.read_text(encoding="utf-8") != roles_page():
                raise CommandError("docs/roles.md is not current: run `python3 run.py manage roles_doc`.")
            return
        page.parent.mkdir(exist_ok=True)
        page.write_text(roles_page(), encoding="utf-8")
