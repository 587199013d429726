"""Secrets and personal data out, before anything is stored or logged."""

import json
import re
from collections.abc import Mapping
from contextlib import suppress
from functools import lru_cache
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

MASK = "***"
LONGEST = 8_000
DEEPEST = 40
PARSED_BYTES = 64_000
SHORTEST_SECRET = 8
# The same few names stand in every row of an answer; a longer one is nobody's field, and is not remembered.
LONGEST_NAME = 60

SECRET_HEADERS = re.compile(r"api-?key|authori[sz]ation|token|cookie|secret|signature|client-id", re.IGNORECASE)
SECRET_KEYS = re.compile(
    r"^(.*token.*|.*secret.*|.*password.*|api_?key|authori[sz]ation|client_id|signature)$", re.IGNORECASE
)
PERSONAL_KEYS = re.compile(
    r"^(.*phones?|.*e?mail|.*passport.*|address_?tail|addresses|full_?address|fio|full_?name|first_?name|last_?name|"
    r"middle_?name|patronymic|surname|customer|customer_id|addressee|buyer.*|recipient.*|client_?name|courier|"
    r"driver_?name|pin|legal_info|buyer_?info|latitude|longitude|vehicle_license_plate|customer_name)$",
    re.IGNORECASE,
)
# A bare "name" or "address" is a person's only beside one of these; otherwise it is a product's or a warehouse's.
PERSON_BESIDE = re.compile(r"^(.*phone.*|.*mail|inn|kpp|pin|customer_id|address|flat|zip_?code)$", re.IGNORECASE)
PAIR = re.compile(r'"([A-Za-z_\-]{1,60})"\s*:\s*("(?:[^"\\]|\\.)*"?|-?\d[\d.]*)')


def headers(sent: Mapping[str, str]) -> dict[str, str]:
    """This function will copy headers with the secret ones masked."""
    return {name: MASK if SECRET_HEADERS.search(name) else value for name, value in sent.items()}


def secrets_of(sent: Mapping[str, str], content: bytes) -> frozenset[str]:
    """This function will collect the secrets that a request carried, in headers and in its body."""
    found = {inner for name, inner in sent.items() if SECRET_HEADERS.search(name)}
    if b"oken" in content or b"ecret" in content or b"assword" in content:
        with suppress(ValueError, RecursionError):
            _collect(json.loads(content), found, depth=0)
    return frozenset(secret for secret in found if len(secret) >= SHORTEST_SECRET)


def _collect(whole: object, found: set[str], *, depth: int) -> None:
    if depth > DEEPEST or not isinstance(whole, Mapping):
        return
    for key, inner in whole.items():
        if isinstance(inner, str) and SECRET_KEYS.match(str(key)):
            found.add(inner)
        _collect(inner, found, depth=depth + 1)


def without(secrets: frozenset[str], told: str) -> str:
    """This function will mask secrets in a text that repeats them: some refusals name the key they refuse."""
    for secret in secrets:
        told = told.replace(secret, MASK)
    return told


def value(whole: object, *, depth: int = 0) -> object:
    """This function will copy a JSON value with secrets and personal data masked, at any depth."""
    if depth > DEEPEST:
        return MASK
    if whole is None or isinstance(whole, (str, int, float)):
        return whole
    if isinstance(whole, Mapping):
        person = any(inner and _beside_a_person(str(key)) for key, inner in whole.items())
        return {key: _inner(str(key), inner, person=person, depth=depth) for key, inner in whole.items()}
    if isinstance(whole, list | tuple):
        return [value(inner, depth=depth + 1) for inner in whole]
    return whole


def _inner(key: str, inner: object, *, person: bool, depth: int) -> object:
    if inner is None or inner == "" or inner == [] or isinstance(inner, bool):
        return inner
    if hidden(key) or (person and key.lower() in ("name", "address")):
        return MASK
    return value(inner, depth=depth + 1)


def hidden(key: str) -> bool:
    """This function will tell whether the value under this key is a secret or personal."""
    return _hidden(key) if len(key) <= LONGEST_NAME else _hidden.__wrapped__(key)


@lru_cache(maxsize=1024)
def _hidden(key: str) -> bool:
    return bool(SECRET_KEYS.match(key) or PERSONAL_KEYS.match(key))


def _beside_a_person(key: str) -> bool:
    return _named_person(key) if len(key) <= LONGEST_NAME else _named_person.__wrapped__(key)


@lru_cache(maxsize=1024)
def _named_person(key: str) -> bool:
    return bool(PERSON_BESIDE.match(key))


def body(content: bytes, content_type: str = "") -> str:
    """This function will give a body as text fit for the log: masked, at most `LONGEST` characters."""
    if not content:
        return ""
    if content[:5] == b"%PDF-" or content_type.startswith(("image/", "application/pdf", "application/octet-stream")):
        return f"<{content_type or 'binary'}, {len(content)} bytes>"
    if len(content) <= PARSED_BYTES:
        try:
            return shortened(json.dumps(value(json.loads(content)), ensure_ascii=False))
        except (ValueError, RecursionError):
            pass
    return shortened(text(content[: 2 * LONGEST].decode("utf-8", "replace")))


def text(cut: str) -> str:
    """This function will mask pairs in a text that may be only a piece of JSON."""
    return PAIR.sub(lambda pair: f'"{pair[1]}": "{MASK}"' if hidden(pair[1]) else pair[0], cut)


def shortened(long: str, *, longest: int = LONGEST) -> str:
    return long if len(long) <= longest else f"{long[:longest]}… ({len(long)} characters)"


def url(address: str) -> str:
    """This function will mask secrets in the query and drop user and password."""
    parts = urlsplit(address)
    pairs = [
        (key, MASK if hidden(key) or "sign" in key.lower() else inner)
        for key, inner in parse_qsl(parts.query, keep_blank_values=True)
    ]
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, urlencode(pairs, safe="*"), ""))
