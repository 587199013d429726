"""How one request is put and its answer judged: the six words are chosen here."""

import json
from collections.abc import Mapping
from typing import NoReturn

from marketplaces.adapters.wildberries import codes
from marketplaces.dto import Code
from marketplaces.errors import ContractBroken, CredentialsRejected, OutcomeUnknown, Rejected, Unavailable
from marketplaces.http import redact
from marketplaces.http.reading import storable
from marketplaces.ports import Answer, Limit, Send

SHOWN = 300
# 461 was seen for temporary blocks.
LATER = {408, 423, 425, 429, 461}


class Refused(Rejected):
    """A refusal with the payload that may name the guilty rows."""

    def __init__(self, text: str, *, code: str, word: str, payload: object) -> None:
        super().__init__(text, code=code)
        self.word = word
        self.payload = payload


class Talk:
    """Speaks for one token."""

    def __init__(self, *, credentials: Mapping[str, str], send: Send, kind: int | None) -> None:
        self._headers = {"Authorization": credentials.get("token", "").strip()}
        self._send = send
        self._kind = kind

    def ask(
        self,
        method: str,
        path: str,
        *,
        limit: Limit,
        host: str = codes.MARKETPLACE,
        query: Mapping[str, str | int] | None = None,
        body: object = None,
        write: bool = False,
        timeout_s: float = 30.0,
    ) -> object:
        """
        This function will send one request and return its decoded answer, None for an empty one.

        :raises Refused: they judged and refused
        :raises OutcomeUnknown: a write was answered with something unreadable
        """
        answer = self._send(
            method,
            path,
            limits=codes.limits(limit, host=host, kind=self._kind),
            host=host,
            headers=self._headers,
            query=query,
            json=body,
            write=write,
            timeout_s=timeout_s,
        )
        if not 200 <= answer.status < 300:
            refuse(answer, write=write)
        try:
            payload = decoded(answer)
        except ContractBroken as reason:
            if write:
                raise OutcomeUnknown("the answer to a write cannot be read") from reason
            raise
        if isinstance(payload, dict) and (payload.get("error") is True or {"code", "message"} <= payload.keys()):
            raise _rejected(payload, answer.status)
        return payload


def decoded(answer: Answer) -> object:
    """This function will decode a body; an empty text counts as nothing."""
    payload = storable(answer)
    return None if payload == "" else payload


def refuse(answer: Answer, *, write: bool) -> NoReturn:
    """This function will raise what an answer outside 2xx means."""
    payload = _payload_of_refusal(answer)
    text = _text(payload, answer)
    if answer.status in LATER or (answer.status == 403 and payload is None):
        # A page in HTML with 403 is a gate before the marketplace, not its word about the key.
        raise Unavailable(text, code=str(answer.status), retry_after_s=60)
    if answer.status in (401, 402, 403):
        raise CredentialsRejected(text, code=str(answer.status))
    if answer.status >= 500:
        raise OutcomeUnknown(text) if write else Unavailable(text)
    if payload is None or answer.status < 400:
        raise ContractBroken(
            f"unexpected answer {answer.status}", payload=redact.text(answer.body[:2000].decode("utf-8", "replace"))
        )
    for error in payload if isinstance(payload, list) else [payload]:
        pause = codes.PASSING.get(_word(error))
        if pause is not None:
            raise Unavailable(text, code=_word(error), retry_after_s=pause)
    raise _rejected(payload, answer.status)


def _payload_of_refusal(answer: Answer) -> object:
    try:
        payload = decoded(answer)
    except ContractBroken:
        return None
    if isinstance(payload, dict) or (isinstance(payload, list) and payload):
        return payload
    return None


def _rejected(payload: object, status: int) -> Refused:
    first = payload[0] if isinstance(payload, list) else payload
    word = _word(first)
    code = codes.REFUSALS.get(word) or (Code.NOT_FOUND if status == 404 else Code.OTHER)
    return Refused(_text(payload, None), code=code, word=word, payload=payload)


def _word(payload: object) -> str:
    word = payload.get("code") if isinstance(payload, dict) else None
    return word if isinstance(word, str) else ""


def _text(payload: object, answer: Answer | None) -> str:
    """What was said, in the order of the four shapes of refusals."""
    errors = payload if isinstance(payload, list) else [payload]
    said = [line for error in errors if isinstance(error, dict) and (line := _line(error))]
    if said:
        return "; ".join(said)[:SHOWN]
    if answer is None:
        return json.dumps(payload, ensure_ascii=False, default=str)[:SHOWN]
    return f"{answer.status} {redact.text(answer.body[:SHOWN].decode('utf-8', 'replace'))}".strip()


def _line(error: Mapping[str, object]) -> str:
    for key in ("message", "errorText", "detail", "title", "code"):
        text = error.get(key)
        if isinstance(text, str) and text:
            word = _word(error)
            return f"{text} ({word})" if key == "message" and word else text
    return ""
