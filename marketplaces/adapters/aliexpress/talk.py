"""How one request is put and its answer judged: the six words are chosen here."""

from collections.abc import Mapping, Sequence
from typing import NoReturn, TypeVar

from pydantic import ValidationError

from marketplaces.adapters.aliexpress import codes, wire
from marketplaces.dto import Code
from marketplaces.errors import ContractBroken, CredentialsRejected, OutcomeUnknown, Rejected, RemoteError, Unavailable
from marketplaces.http import reading, redact
from marketplaces.ports import Answer, Limit, Send

W = TypeVar("W", bound=wire.Wire)
LOCALE = "ru_RU"
SHOWN = 300


class Talk:
    """
    Speaks for one token.

    prefix: what one client in use puts before "/api/…" and others do not; a setting of the channel.
    """

    def __init__(self, *, credentials: Mapping[str, str], send: Send, prefix: str) -> None:
        self._token = credentials.get("token", "").strip()
        self._prefix = prefix
        self._send = send

    def ask(
        self,
        path: str,
        body: Mapping[str, object] | None = None,
        *,
        limits: Sequence[Limit] = codes.WORK,
        write: bool = False,
        method: str = "POST",
        query: Mapping[str, str | int] | None = None,
    ) -> object:
        """
        This function will send one request and give its answer, judged: an error may come with 200.

        write: it is a command, so an answer that cannot be read leaves its outcome unknown.
        :raises Rejected: they judged and refused; `code` is one of `dto.Code`
        """
        answer = self._send(
            method,
            self._prefix + path if path.startswith("/api/") else path,
            limits=limits,
            headers=self._headers(),
            query=query,
            json=None if method == "GET" else dict(body or {}),
            write=write,
        )
        try:
            return self._judged(path, answer, write=write)
        except ContractBroken as reason:
            if write:
                raise OutcomeUnknown(f"{path}: the answer cannot be read") from reason
            raise

    def one(self, shape: type[W], payload: object, *keys: str, write: bool = False) -> W:
        """This function will read what stands under these keys as one object of this shape."""
        try:
            return shape.model_validate(reading.inside(payload, *keys))
        except (ValidationError, ContractBroken) as reason:
            text = reading.why(reason) if isinstance(reason, ValidationError) else str(reason)
            if write:
                raise OutcomeUnknown(text) from reason
            raise ContractBroken(text, payload=redact.value(payload)) from reason

    def file(self, address: str) -> bytes:
        """
        This function will get a PDF that AliExpress keeps for us.

        It wants the token, so it is asked for only at AliExpress' own address: a path, never a whole address, which
        would go without the key.
        """
        answer = self._send("GET", _path_of(address), limits=codes.FILES, headers=self._headers())
        if answer.status != 200:
            raise Unavailable(f"the file is not there: {answer.status}")
        if answer.body[:5] != b"%PDF-":
            raise ContractBroken("the file is no PDF", payload=redact.body(answer.body[:500]))
        return answer.body

    def _headers(self) -> Mapping[str, str]:
        if not self._token or not self._token.isascii() or not self._token.isprintable():
            raise CredentialsRejected("the token is empty or has letters that no token has")
        return {"x-auth-token": self._token, "x-request-locale": LOCALE}

    def _judged(self, path: str, answer: Answer, *, write: bool) -> object:
        try:
            payload = reading.storable(answer)
        except ContractBroken:
            if 200 <= answer.status < 300:
                raise
            payload = None
        error = payload.get("error") if isinstance(payload, dict) else None
        if error:
            self._refuse(error, answer.status, write=write)
        if 200 <= answer.status < 300:
            if not isinstance(payload, dict):
                raise ContractBroken(f"{path}: no object", payload=redact.value(payload))
            return payload
        raise self._failure(path, answer, payload, write=write)

    def _refuse(self, error: object, status: int, *, write: bool) -> NoReturn:
        """Raise what their error says, whatever the HTTP status around it."""
        try:
            told = wire.Failure.model_validate(error if isinstance(error, dict) else {"message": str(error)[:SHOWN]})
        except ValidationError:
            told = wire.Failure(message="refused without a reason")
        text = f"{told.message} ({told.code})" if told.message and told.code else told.message or told.code
        text = (text or "refused without a reason").replace(self._token, redact.MASK)[:SHOWN]
        lower = text.lower()
        if status == 403 or any(word in lower for word in codes.TOKEN_REFUSED):
            raise CredentialsRejected(text, code=told.code)
        if told.code in codes.SPENT:
            raise Unavailable(text, code=told.code, retry_after_s=codes.QUOTA_S)
        if status >= 500:
            raise OutcomeUnknown(text) if write else Unavailable(text)
        raise Rejected(text, code=code_of(text) or codes.HTTP.get(status) or Code.OTHER)

    def _failure(self, path: str, answer: Answer, payload: object, *, write: bool) -> RemoteError:
        """What an answer outside 2xx means that bears no error of theirs."""
        text = redact.text(answer.body[:500].decode("utf-8", "replace")).replace(self._token, redact.MASK)
        if answer.status == 403 and not isinstance(payload, dict):
            return Unavailable("403 from a gate before AliExpress", retry_after_s=60)
        if answer.status == 403:
            return CredentialsRejected(text[:SHOWN], code="403")
        if answer.status >= 500:
            return OutcomeUnknown(f"{answer.status}") if write else Unavailable(f"{answer.status}")
        if isinstance(payload, dict) and answer.status in codes.HTTP:
            return Rejected(f"{answer.status} {text[:SHOWN]}", code=codes.HTTP[answer.status])
        return ContractBroken(f"{path}: unexpected answer {answer.status}", payload=text)


def _path_of(address: str) -> str:
    """The path of a file at AliExpress' own host; :raises ContractBroken: it lies elsewhere."""
    for host in ("https://openapi.aliexpress.ru", ""):
        if address.startswith(host + "/") and "://" not in address.removeprefix(host):
            return address.removeprefix(host)
    raise ContractBroken("the file lies elsewhere", payload={"host": address.partition("/")[2][:100]})


def code_of(text: str) -> Code | None:
    """This function will find our standard code for what they said, None when the words are not known."""
    return reading.meant(text, codes.REFUSALS)
