"""`python -m tests.templates_compile`: every template of ours compiles, with its includes and parents."""

import os
import sys
from pathlib import Path

from tests import services


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backoffice.settings")
    try:
        import django

        django.setup()
        return compile_all()
    finally:
        services.pytest_unconfigure()


def compile_all() -> int:
    from django.conf import settings
    from django.template import TemplateDoesNotExist, TemplateSyntaxError
    from django.template.loader import get_template

    broken = 0
    root = Path(settings.BASE_DIR) / "templates"
    for path in sorted(root.rglob("*.*")):
        if path.suffix not in {".html", ".txt", ".js", ".webmanifest"}:
            continue
        try:
            get_template(str(path.relative_to(root)))
        except (TemplateSyntaxError, TemplateDoesNotExist, UnicodeDecodeError) as reason:
            broken += 1
            print(f"templates/{path.relative_to(root)}: {reason}")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
