"""How one request is put and its answer judged: the six words are chosen here."""

import re
from collections.abc import Iterator, Mapping
from typing import NoReturn, TypeVar

from pydantic import ValidationError

from marketplaces.adapters.yandex_market import codes, wire
from marketplaces.adapters.yandex_market.operations import Operation
from marketplaces.dto import Code
from marketplaces.errors import ContractBroken, CredentialsRejected, OutcomeUnknown, Rejected, Unavailable
from marketplaces.http import reading, redact
from marketplaces.http.paging import by_cursor
from marketplaces.ports import Answer, Send

W = TypeVar("W", bound=wire.Wire)
Query = Mapping[str, str | int]

LATER = {423, 425, 499}
LATER_S = 300.0
SHOWN = 300
HOLE = re.compile(r"\{(\w+)\}")


class Talk:
    """Speaks for one Api-Key."""

    def __init__(self, *, credentials: Mapping[str, str], send: Send) -> None:
        self.api_key = credentials.get("api_key", "").strip()
        self._send = send

    def ask(
        self,
        operation: Operation,
        *,
        body: object = None,
        query: Query | None = None,
        write: bool = False,
        **ids: str,
    ) -> object:
        """
        This function will put one request and give its answer as JSON, None for an empty one.

        ids: what stands in the path.  write: it is a command, so an answer that cannot be read leaves its outcome
        unknown.
        :raises Rejected: they judged and refused; `code` is one of `dto.Code`
        """
        answer = self.raw(operation, body=body, query=query, write=write, **ids)
        try:
            payload = reading.storable(answer)
            _failed(payload)
        except ContractBroken as reason:
            if write:
                raise OutcomeUnknown(f"{operation.name}: the answer cannot be read") from reason
            raise
        return payload

    def raw(
        self,
        operation: Operation,
        *,
        body: object = None,
        query: Query | None = None,
        write: bool = False,
        **ids: str,
    ) -> Answer:
        """This function will put one request and give its answer as it came; files come so."""
        answer = self._send(
            operation.method,
            HOLE.sub(lambda hole: ids[hole[1]], operation.path),
            limits=operation.limits,
            headers=self._headers(),
            query=query,
            json=body,
            write=write,
        )
        if not 200 <= answer.status < 300:
            refuse(answer, operation=operation, write=write)
        return answer

    def result(self, shape: type[W], operation: Operation, **how: object) -> W:
        """This function will put one request and read `result` of its answer as one object of this shape."""
        payload = self.ask(operation, **how)  # type: ignore[arg-type]
        return read(shape, reading.inside(payload, "result"), operation=operation, write=bool(how.get("write")))

    def pages(
        self, operation: Operation, *keys: str, limit: int, query: Query | None = None, body: object = None, **ids: str
    ) -> Iterator[list[object]]:
        """
        This function will follow page tokens and give the rows of each page.

        keys: where the rows are; paging stands beside them.
        """

        def page(token: str) -> tuple[list[object], str | None]:
            asked = {**(query or {}), "limit": limit, **({"pageToken": token} if token else {})}
            payload = self.ask(operation, body=body, query=asked, write=False, **ids)
            return reading.rows(payload, *keys), next_token(payload, *keys[:-1])

        return by_cursor(page)

    def _headers(self) -> Mapping[str, str]:
        if not self.api_key or not self.api_key.isascii() or not self.api_key.isprintable():
            raise CredentialsRejected("the Api-Key is empty or has letters that no key has")
        return {"Api-Key": self.api_key}


def next_token(payload: object, *keys: str) -> str | None:
    """This function will give the token of the next page; null and absence mean the end."""
    token = reading.inside(payload, *keys, "paging", "nextPageToken")
    if token is None or token == "":
        return None
    if not isinstance(token, str):
        raise ContractBroken("nextPageToken is not a text", payload={"nextPageToken": redact.value(token)})
    return token


def read(shape: type[W], payload: object, *, operation: Operation, write: bool = False) -> W:
    """:raises ContractBroken: it is not of this shape; OutcomeUnknown if it answers a command"""
    try:
        return shape.model_validate(payload)
    except ValidationError as reason:
        text = f"{operation.name}: {reading.why(reason)}"
        if write:
            raise OutcomeUnknown(text) from reason
        raise ContractBroken(text, payload=redact.value(payload)) from reason


def refuse(answer: Answer, *, operation: Operation, write: bool) -> NoReturn:
    """This function will raise what an answer outside 2xx means: the HTTP code decides, the words only refine."""
    text = _said(answer)
    if answer.status >= 500:
        raise OutcomeUnknown(text or str(answer.status)) if write else Unavailable(text or str(answer.status))
    if text is None:
        # A page in HTML comes from a gate before the market: 403 there says nothing about the key.
        if answer.status == 403:
            raise Unavailable("403 from a gate before Yandex Market", retry_after_s=60)
        raise ContractBroken(
            f"{operation.name}: unexpected answer {answer.status}", payload=redact.body(answer.body[:2000])
        )
    if answer.status in LATER:
        raise Unavailable(text, code=str(answer.status), retry_after_s=LATER_S)
    code = code_of(text)
    if answer.status == 403 and "{campaignId}" in operation.path and code is Code.WRONG_STATE:
        # One store of the cabinet is switched off; the key is good for the others.
        raise Rejected(text, code=Code.WRONG_STATE)
    if answer.status in (401, 403):
        raise CredentialsRejected(text, code=str(answer.status))
    if answer.status == 404:
        raise Rejected(text, code=Code.NOT_READY if code is Code.NOT_READY else Code.NOT_FOUND)
    raise Rejected(text, code=code or (Code.INVALID if answer.status == 400 else Code.OTHER))


def _failed(payload: object) -> None:
    """{"status": "ERROR", …} with HTTP 200 is a refusal too; it has not been seen, but is possible by the schema."""
    if isinstance(payload, dict) and payload.get("status") == "ERROR":
        text = _of_errors(payload) or "refused without a reason"
        raise Rejected(text, code=code_of(text) or Code.OTHER)


def _said(answer: Answer) -> str | None:
    """What their error says, None when it is not in their form."""
    try:
        payload = reading.storable(answer)
    except ContractBroken:
        return None
    return _of_errors(payload)


def _of_errors(payload: object) -> str | None:
    errors = payload.get("errors") if isinstance(payload, dict) else None
    if not isinstance(errors, list):
        return None
    said = [str(row.get("message") or row.get("code") or "") for row in errors if isinstance(row, dict)]
    return "; ".join(text for text in said if text)[:SHOWN] or None


def code_of(text: str) -> Code | None:
    """This function will find our standard code for what they said, None when the words are not known."""
    return reading.meant(text, codes.REFUSALS)
