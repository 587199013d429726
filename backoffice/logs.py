"""What must never stand in a log line, and how it is taken out."""

import logging
import re
from collections.abc import MutableMapping
from typing import Any

HIDDEN = "***"
SECRET_NAMES = re.compile(
    r"passw|secret|token|api[-_ ]?key|authorization|cookie|csrf|session[-_]?(id|key)|encryption|credential|dsn", re.I
)
# Bearer and JSON web tokens (Wildberries keys), Ozon's key form, database addresses with a password.
SECRET_VALUES = re.compile(
    r"(?i:bearer\s+)[\w.~+/=-]{8,}"
    r"|eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]{8,}"
    r"|\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b(?=.{0,3}$)"
    r"|(?<=://)[^/\s:@]+:[^/\s@]+(?=@)"
    # Secret addresses: what marketplaces call, and what they fetch.
    r"|(?<=/sync/in/)[\w-]+|(?<=/sync/feed/)[\w-]+"
)
PLAIN = {"event", "level", "logger", "timestamp", "request_id", "task", "task_id"}


def mask(logger: object, method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A structlog processor: hide values by their field's name, and what looks like a key anywhere in text."""
    for name, value in list(line.items()):
        if not name.startswith("_"):
            line[name] = _clean(name, value)
    return line


class Noise(logging.Filter):
    """Leaves out that a request began, and the answers to those who ask every few seconds whether anything is new."""

    def filter(self, record: logging.LogRecord) -> bool:
        line = record.msg
        if not isinstance(line, dict):
            return True
        if line.get("event") == "request_started":
            return False
        asked = str(line.get("request", ""))
        return not (line.get("code") == 204 or (asked.endswith((" /healthz", " /metrics")) and line.get("code") == 200))


def _clean(name: str, value: object) -> object:
    if name not in PLAIN and SECRET_NAMES.search(name):
        return HIDDEN
    if isinstance(value, str):
        return value if name == "request_id" else SECRET_VALUES.sub(HIDDEN, value)
    if isinstance(value, dict):
        return {key: _clean(str(key), inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(name, inner) for inner in value]
    return value
