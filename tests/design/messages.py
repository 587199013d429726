"""Every sentence for people, as it stands in code and templates, and the catalog it is looked up in."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[2]
RUSSIAN = ROOT / "locale" / "ru" / "LC_MESSAGES" / "django.po"
NOT_OURS = {"frontend", "var", "tests", "node_modules"}
KEYWORDS: dict[str, Any] = {
    **dict.fromkeys(["_", "gettext", "gettext_lazy", "gettext_noop"], None),
    **dict.fromkeys(["ngettext", "ngettext_lazy"], (1, 2)),
    **dict.fromkeys(["pgettext", "pgettext_lazy"], ((1, "c"), 2)),
    **dict.fromkeys(["npgettext", "npgettext_lazy"], ((1, "c"), 2, 3)),
}


@dataclass
class Sentence:
    """forms: the singular, and the plural when there is one; places: where it stands."""

    forms: tuple[str, ...]
    places: list[str] = field(default_factory=list)


def sources() -> Iterator[tuple[str, str]]:
    """(path from the root, text) of every Python module and template of ours."""
    for path in sorted(ROOT.iterdir()):
        if not path.is_dir() or path.name in NOT_OURS or path.name.startswith("."):
            continue
        for kind in ("*.py", "*.html", "*.txt"):
            if kind == "*.py" or path.name == "templates":
                for file in sorted(path.rglob(kind)):
                    yield str(file.relative_to(ROOT)), file.read_text()


@cache
def in_use() -> dict[tuple[str, str | None], Sentence]:
    """(singular, context) → the sentence.  A plural given in one place is the plural everywhere."""
    found: dict[tuple[str, str | None], Sentence] = {}
    for name, text in sources():
        for line, forms, context in said_in(name, text):
            sentence = found.setdefault((forms[0], context), Sentence(forms))
            sentence.forms = max(sentence.forms, forms, key=len)
            sentence.places.append(f"{name}:{line}")
    return found


def said_in(name: str, text: str) -> Iterator[tuple[int, tuple[str, ...], str | None]]:
    """(line, forms, context) of each sentence of one file."""
    if not name.endswith(".py"):
        # In brackets, so that the indentation of HTML is none of Python's business.
        text = "(\\\n" + templatize(text) + "\n)"
    for line, said, _comments, context in extract("python", BytesIO(text.encode()), keywords=KEYWORDS):
        yield line, (said,) if isinstance(said, str) else tuple(said), context


@cache
def catalog() -> Catalog:
    with RUSSIAN.open("rb") as text:
        return read_po(text, locale="ru")


def hidden_in_format_strings() -> list[str]:
    """Calls of gettext inside f-strings: no extractor of any Python version finds them all."""
    return [
        f"{name}:{node.lineno}"
        for name, text in sources()
        if name.endswith(".py")
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.JoinedStr)
        and any(isinstance(inner, ast.Call) and getattr(inner.func, "id", "") in KEYWORDS for inner in ast.walk(node))
    ]


def under_names_unknown_to_the_extractor() -> list[str]:
    """Imports of gettext under a name of their own: what they say is extracted by nobody."""
    return [
        f"{name}:{node.lineno} {alias.asname}"
        for name, text in sources()
        if name.endswith(".py")
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
        if alias.name in KEYWORDS and (alias.asname or alias.name) not in KEYWORDS
    ]


def placeholders(text: str) -> list[str]:
    """What is filled in: `%(name)s`, `%s`, `{name}`; each as often as it stands."""
    return sorted(re.findall(r"%\([a-zA-Z_]+\)[sd]|(?<!%)%[sd]|\{[a-zA-Z_0-9]*\}", text))


SHOWN_ATTRIBUTES = {
    "title",
    "aria-label",
    "placeholder",
    "alt",
    "data-confirm",
    "data-confirm-text",
    "data-confirm-yes",
}
SILENT = {"script", "style", "code", "kbd"}
TAGS = re.compile(
    r"\{#.*?#\}"
    r"|\{% comment .*?%\}.*?\{% endcomment %\}"
    r"|\{% blocktranslate.*?\{% endblocktranslate %\}"
    r"|\{% block (?:\w+_attributes|page_class) %\}.*?\{% endblock %\}"
    r"|\{%.*?%\}|\{\{.*?\}\}",
    re.DOTALL,
)
WORD = re.compile(r"[A-Za-zА-Яа-яЁё]{2,}")


class Bare(HTMLParser):
    """Words of a template that stand outside of tags: in the text, and in attributes that are read to people."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent += tag in SILENT
        self.found += [value for name, value in attrs if name in SHOWN_ATTRIBUTES and value and WORD.search(value)]

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in SILENT

    def handle_data(self, data: str) -> None:
        if not self.silent and WORD.search(data):
            self.found.append(data.strip())


def bare_words(template: str) -> list[str]:
    """Text of a template that would stay as it is in every language."""
    parser = Bare()
    parser.feed(TAGS.sub(" ", template))
    return parser.found
