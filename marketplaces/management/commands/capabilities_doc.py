from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation

from marketplaces.selectors import capabilities

HEAD = """# What each marketplace can do

Made from the adapters' declarations by `python3 run.py manage capabilities_doc`; do not edit by hand. The same table is
a page of the program, under Channels. How to add a marketplace: [adding-a-marketplace.md](adding-a-marketplace.md).
"""


def page() -> str:
    """The table in Markdown."""
    columns = ["", "code", *capabilities.columns()]
    lines = [HEAD, f"| {' | '.join(columns)} |", f"|{'---|' * len(columns)}"]
    with translation.override("en"):
        for row in capabilities.rows():
            marks = ["yes" if has else "" for has in row.has]
            lines.append(f"| {row.words} | `{row.code}` | {' | '.join(marks)} |")
    return "\n".join(lines) + "\n"


class Command(BaseCommand):
    help = "Write docs/capabilities.md from the adapters; with --check only tell whether it is current."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(settings.BASE_DIR) / "docs" / "capabilities.md"
        if options["check"]:
            if not path.exists() or path.read_text(encoding="utf-8") != page():
                raise CommandError("docs/capabilities.md is not current: run `python3 run.py manage capabilities_doc`.")
            return
        path.write_text(page(), encoding="utf-8")
