"""
Tokens: JWTs signed with a constant everybody may know.

The payload carries what a program may read of a real one: `s` the categories as bits, `acc` the kind, `exp` the end,
`sid` the seller, `t` a test token.
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass

import msgspec

SECRET = b"sandbox: not a secret"
POSITIONS = {
    "content": 1,
    "analytics": 2,
    "prices": 3,
    "marketplace": 4,
    "statistics": 5,
    "promotion": 6,
    "feedbacks": 7,
    "chat": 9,
    "supplies": 10,
    "returns": 11,
    "documents": 12,
    "finance": 13,
    "users": 16,
}
READ_ONLY = 30
PERSONAL = 3
NEVER = 4_070_908_800


class TokenWrong(Exception):
    """The token cannot be believed; the text says why."""


@dataclass(frozen=True)
class Token:
    sid: str
    scopes: int
    expires: int

    def allows(self, category: str) -> bool:
        return category not in POSITIONS or bool(self.scopes >> POSITIONS[category] & 1)

    @property
    def read_only(self) -> bool:
        return bool(self.scopes >> READ_ONLY & 1)


def mask(*categories: str, read_only: bool = False) -> int:
    bits = sum(1 << POSITIONS[category] for category in categories)
    return bits | (1 << READ_ONLY if read_only else 0)


EVERYTHING = mask(*POSITIONS)


def issue(*, sid: str, seller: int, scopes: int = EVERYTHING, expires: int = NEVER) -> str:
    """This function will make the token of a seller; the same arguments give the same token."""
    payload = {
        "acc": PERSONAL,
        "ent": 1,
        "exp": expires,
        "id": hashlib.md5(f"{sid}{scopes}{expires}".encode(), usedforsecurity=False).hexdigest(),
        "iid": seller,
        "oid": seller,
        "s": scopes,
        "sid": sid,
        "t": False,
        "uid": seller,
    }
    head = _packed({"alg": "HS256", "kid": "sandbox", "typ": "JWT"})
    body = f"{head}.{_packed(payload)}"
    return f"{body}.{_signature(body)}"


def read(text: str, *, now: float) -> Token:
    """
    This function will open a token.

    :raises TokenWrong: malformed, signed by somebody else, or expired
    """
    text = text.removeprefix("Bearer ").strip()
    if not text:
        raise TokenWrong("empty Authorization header")
    body, _, signature = text.rpartition(".")
    if body.count(".") != 1:
        raise TokenWrong("token problem; token is malformed: token contains an invalid number of segments")
    if not hmac.compare_digest(signature, _signature(body)):
        raise TokenWrong("token problem; token is malformed: signature is invalid")
    payload = msgspec.json.decode(_unpacked(body.partition(".")[2]))
    if payload["exp"] < now:
        raise TokenWrong("token problem; token is expired")
    return Token(payload["sid"], payload["s"], payload["exp"])


def _packed(value: dict[str, object]) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(value)).decode().rstrip("=")


def _unpacked(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _signature(body: str) -> str:
    digest = hmac.new(SECRET, body.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
