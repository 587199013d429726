"""How one request is put and its answer judged: the six words are chosen here."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NoReturn, TypeVar

from pydantic import ValidationError

from marketplaces.adapters.ozon import codes, wire
from marketplaces.adapters.ozon.reading import next_cursor
from marketplaces.dto import Code
from marketplaces.errors import ContractBroken, CredentialsRejected, OutcomeUnknown, Rejected, Unavailable
from marketplaces.http import reading, redact
from marketplaces.http.paging import by_cursor
from marketplaces.ports import Answer, Limit, Send

W = TypeVar("W", bound=wire.Wire)


class Talk:
    """Speaks for one pair of Client-Id and Api-Key."""

    def __init__(self, *, credentials: Mapping[str, str], send: Send) -> None:
        self.client_id = credentials.get("client_id", "").strip()
        self._api_key = credentials.get("api_key", "").strip()
        self._send = send

    def ask(
        self,
        path: str,
        body: Mapping[str, object] | None = None,
        *,
        limits: Sequence[Limit] = codes.OTHERS,
        write: bool = False,
    ) -> object:
        """
        This function will post one request and give its answer as JSON.

        write: it is a command, so an answer that cannot be read leaves its outcome unknown.
        :raises Rejected: they judged and refused; `code` is one of `dto.Code`
        """
        answer = self._post(path, body, limits=limits, write=write)
        try:
            payload = reading.storable(answer)
        except ContractBroken as reason:
            if write:
                raise OutcomeUnknown(f"{path}: the answer cannot be read") from reason
            raise
        if isinstance(payload, dict) and payload.get("code") and "message" in payload:
            # Their error, whatever HTTP says: taken for an answer, it would be an empty list.
            refuse(answer, path=path, write=write)
        return payload

    def one(
        self,
        shape: type[W],
        path: str,
        body: Mapping[str, object] | None = None,
        *,
        limits: Sequence[Limit] = codes.OTHERS,
        write: bool = False,
    ) -> W:
        """This function will post one request and read its answer as one object of this shape."""
        payload = self.ask(path, body, limits=limits, write=write)
        try:
            return shape.model_validate(payload)
        except ValidationError as reason:
            text = f"{path}: {reading.why(reason)}"
            if write:
                raise OutcomeUnknown(text) from reason
            raise ContractBroken(text, payload=redact.value(payload)) from reason

    def pages(self, path: str, body: Mapping[str, object], key: str) -> Iterator[list[object]]:
        """This function will follow a cursor and give the rows of each page."""

        def page(cursor: str) -> tuple[list[object], str | None]:
            payload = self.ask(path, {**body, "cursor": cursor} if cursor else body)
            rows = reading.rows(payload, key)
            return rows, next_cursor(payload, rows_seen=len(rows))

        return by_cursor(page)

    def file(self, path: str, body: Mapping[str, object]) -> Answer:
        """This function will post one request whose answer is a file."""
        return self._post(path, body, limits=codes.OTHERS, write=False)

    def fetch(self, address: str) -> bytes:
        """This function will get a file that Ozon keeps for us; the key does not go there."""
        answer = self._send("GET", address, limits=codes.FILES)
        if answer.status != 200:
            raise Unavailable(f"the file is not there: {answer.status}")
        return answer.body

    def _post(self, path: str, body: Mapping[str, object] | None, *, limits: Sequence[Limit], write: bool) -> Answer:
        answer = self._send("POST", path, limits=limits, headers=self._headers(), json=dict(body or {}), write=write)
        if not 200 <= answer.status < 300:
            refuse(answer, path=path, write=write)
        return answer

    def _headers(self) -> Mapping[str, str]:
        headers = {"Client-Id": self.client_id, "Api-Key": self._api_key}
        if not all(value and value.isascii() and value.isprintable() for value in headers.values()):
            raise CredentialsRejected("Client-Id or Api-Key is empty or has letters that no key has")
        return headers


def refuse(answer: Answer, *, path: str, write: bool) -> NoReturn:
    """This function will raise what an answer outside 2xx means."""
    error = _error(answer)
    if error is None:
        # A page in HTML comes from a gate before Ozon: 403 there says nothing about the key.
        if answer.status == 403:
            raise Unavailable("403 from a gate before Ozon", retry_after_s=60)
        if answer.status >= 500:
            raise OutcomeUnknown(f"{path}: {answer.status}") if write else Unavailable(f"{path}: {answer.status}")
        payload = redact.body(answer.body[:2000])
        raise ContractBroken(f"{path}: unexpected answer {answer.status}", payload=payload)
    word, text = error
    if "circle is open" in text.lower():
        raise Unavailable(text, retry_after_s=codes.CIRCLE_OPEN_S)
    if "request rate limit" in text.lower():
        raise Unavailable(text, retry_after_s=1.0)
    if answer.status in (401, 403) or word in (7, 16):
        raise CredentialsRejected(text, code=str(answer.status))
    if answer.status >= 500 or word == 13:
        raise OutcomeUnknown(text) if write else Unavailable(text)
    code = code_of(text) or codes.GRPC.get(word) or codes.HTTP.get(answer.status) or Code.OTHER
    raise Rejected(text, code=code)


def _error(answer: Answer) -> tuple[object, str] | None:
    """Their code and text, from both generations: {"code": 5, "message": "…"} and {"error": {"code": "…", …}}."""
    try:
        payload = reading.storable(answer)
    except ContractBroken:
        return None
    if not isinstance(payload, dict) or not payload:
        return None
    inner = payload.get("error")
    told = inner if isinstance(inner, dict) else payload
    message = told.get("message") or told.get("error") or inner or ""
    word = told.get("code")
    text = message if isinstance(message, str) else str(message)
    if isinstance(word, str) and word and word not in text:
        text = f"{text} ({word})" if text else word
    return (word if isinstance(word, int | str) else None), (text or f"{answer.status}")[:300]


def code_of(text: str) -> Code | None:
    """This function will find our standard code for what they said, None when the words are not known."""
    return reading.meant(text, codes.REFUSALS)
