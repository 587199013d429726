"""Typed readers of the environment.  A missing or unreadable variable stops the start and is named."""

import os
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off"}


def text(name: str, default: str | None = None) -> str:
    value = os.environ.get(name) or default
    if value is None:
        raise ImproperlyConfigured(f"The environment variable {name} is not set.")
    return value


def flag(name: str, default: bool | None = None) -> bool:
    value = text(name, None if default is None else str(default)).lower()
    if value not in TRUE | FALSE:
        raise ImproperlyConfigured(f"The environment variable {name} must be true or false.")
    return value in TRUE


def whole(name: str, default: int | None = None) -> int:
    value = text(name, None if default is None else str(default))
    try:
        return int(value)
    except ValueError as reason:
        raise ImproperlyConfigured(f"The environment variable {name} must be a whole number.") from reason


def words(name: str, default: str | None = None) -> list[str]:
    """Comma-separated values; a variable that is set but empty is an empty list when `default` allows it."""
    if default == "" and not os.environ.get(name):
        return []
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def database(name: str) -> dict[str, object]:
    """
    Read a database address.

    `postgresql://role:password@host:port/database`, or with a socket `postgresql://role@/database?host=/folder&port=5432`.
    """
    parts = urlsplit(text(name))
    if parts.scheme not in {"postgresql", "postgres"}:
        raise ImproperlyConfigured(f"{name} must begin with postgresql://")
    query = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", parts.hostname or ""),
        "PORT": query.pop("port", str(parts.port or "")),
        "OPTIONS": query,
    }
