"""`python -m bench.child SUBJECT FILE [quick]`: measure one subject in this process, rows into FILE as JSON."""

import json
import os
import sys
from importlib import import_module
from pathlib import Path


def main() -> None:
    subject, file, *words = sys.argv[1:]
    if "DATABASE_URL" in os.environ:
        import django

        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backoffice.settings")
        django.setup()
    rows = import_module(f"bench.{subject}").measure("quick" in words)
    Path(file).write_text(json.dumps(rows, ensure_ascii=False))


if __name__ == "__main__":
    main()
