"""
Compiles the translations: `python -m backoffice.messages`.

Catalogs are committed as text alone, and a minimal machine has no msgfmt, so Babel writes the compiled ones at set-up.
"""

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALE = Path(__file__).resolve().parent.parent / "locale"


def compile_all() -> None:
    """Write django.mo beside every django.po."""
    for source in LOCALE.glob("*/LC_MESSAGES/django.po"):
        with source.open("rb") as text:
            catalog = read_po(text, locale=source.parent.parent.name)
        compiled = source.with_suffix(".mo.new")
        with compiled.open("wb") as binary:
            write_mo(binary, catalog)
        compiled.replace(source.with_suffix(".mo"))


if __name__ == "__main__":
    compile_all()
