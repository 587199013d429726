"""Every URL of the product, as the resolver knows it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver


@dataclass(frozen=True)
class Url:
    """name: with its namespace; parameters: names that the pattern takes."""

    name: str
    route: str
    view: Callable[..., Any]
    parameters: frozenset[str]

    @property
    def methods(self) -> list[str]:
        """The methods that change or show something; functions are asked both."""
        shape = getattr(self.view, "view_class", None) or getattr(self.view, "cls", None)
        wanted = ["get", "post"]
        allowed = getattr(shape, "http_method_names", wanted) if shape else wanted
        return [method for method in wanted if shape is None or (hasattr(shape, method) and method in allowed)]


def status(answer: Any) -> int:
    """The status of an answer that is read to its end, which closes the file that it may come from."""
    if answer.streaming:
        b"".join(answer)
    return int(answer.status_code)


def every_url() -> Iterator[Url]:
    yield from _walk(get_resolver().url_patterns, "", "")


def _walk(patterns: list[Any], namespace: str, route: str) -> Iterator[Url]:
    for one in patterns:
        here = route + str(one.pattern)
        if isinstance(one, URLResolver):
            inner = f"{namespace}{one.namespace}:" if one.namespace else namespace
            yield from _walk(one.url_patterns, inner, here)
        elif isinstance(one, URLPattern):
            yield Url(f"{namespace}{one.name}", here, one.callback, frozenset(one.pattern.converters or _groups(one)))


def _groups(pattern: URLPattern) -> list[str]:
    regex = getattr(pattern.pattern, "regex", None)
    return list(regex.groupindex) if regex else []
