"""Specifications in YAML: one file, or a tree of files made into one document."""

import os
from pathlib import Path
from typing import Any, ClassVar

import yaml

Json = Any
KINDS = ("schemas", "parameters", "responses", "examples", "requestBodies", "headers", "securitySchemes")


class _TextualDates(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Dates in examples stay texts, as they are in JSON."""

    yaml_implicit_resolvers: ClassVar = {
        first: [(tag, regexp) for tag, regexp in resolvers if tag != "tag:yaml.org,2002:timestamp"]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


def read(path: Path) -> Json:
    """This function will read one file."""
    return yaml.load(path.read_text("utf-8"), Loader=_TextualDates)


def bundled(entry: Path) -> dict[str, Any]:
    """
    This function will read a tree of files as one document.

    A file under components/<kind>/ becomes #/components/<kind>/<its name>; any other is put where it is named.
    """
    components: dict[str, Any] = {}
    document = _inlined(read(entry), entry, components)
    document["components"] = {**(document.get("components") or {}), **components}
    return dict(document)


def add(document: dict[str, Any], more: dict[str, Any]) -> None:
    """This function will add the paths of another document, with its components where there are none of that name."""
    document["paths"] |= more["paths"]
    for kind, named in more["components"].items():
        known = document["components"].setdefault(kind, {})
        for name, body in named.items():
            known.setdefault(name, body)


def _inlined(node: Json, file: Path, components: dict[str, Any]) -> Json:
    if isinstance(node, list):
        return [_inlined(element, file, components) for element in node]
    if not isinstance(node, dict):
        return node
    reference = node.get("$ref")
    if not isinstance(reference, str) or reference.startswith("#"):
        whole = {key: _inlined(element, file, components) for key, element in node.items()}
        if isinstance(whole.get("discriminator"), dict):
            named = whole["discriminator"].get("mapping") or {}
            mapping = {value: f"#/components/schemas/{Path(where).stem}" for value, where in named.items()}
            whole["discriminator"] = {**whole["discriminator"], "mapping": mapping}
        return whole
    target = Path(os.path.normpath(file.parent / reference.partition("#")[0]))
    kind, name = target.parent.name, target.stem
    if kind not in KINDS:
        return _inlined(read(target), target, components)
    named = components.setdefault(kind, {})
    if name not in named:
        # Entered before it is read: some schemas hold themselves.
        named[name] = {}
        named[name] |= _inlined(read(target), target, components)
    return {"$ref": f"#/components/{kind}/{name}"}


def enum_of(folder: Path, name: str) -> list[str]:
    """This function will give the documented values of a schema of Yandex Market, whose lists are open."""
    return list(read(folder / "yandex_market" / "openapi" / "components" / "schemas" / f"{name}.yaml")["enum"])
