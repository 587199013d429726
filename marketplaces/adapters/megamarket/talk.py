"""How one request is put and its answer judged: the six words are chosen here."""

import re
from collections.abc import Mapping, Sequence
from typing import NoReturn

from pydantic import ValidationError

from marketplaces.adapters.megamarket import codes, wire
from marketplaces.dto import Code
from marketplaces.errors import ContractBroken, CredentialsRejected, OutcomeUnknown, Rejected, Unavailable
from marketplaces.http import reading, redact
from marketplaces.ports import Answer, Limit, Send

# Requests that look like python-requests are taken for bots.
AGENT = {"User-Agent": "backoffice/0.1"}
TOKEN = re.compile(r"[A-Za-z0-9-]{8,80}")
SHOWN = 300


class Refused(Rejected):
    """A refusal with what they said of single shipments and lots."""

    def __init__(self, text: str, *, code: str, errors: Sequence[wire.Error] = ()) -> None:
        super().__init__(text, code=code)
        self.errors = errors


class Talk:
    """Speaks for one token.  It travels in the body; the card service wants it in a header instead."""

    def __init__(self, *, credentials: Mapping[str, str], send: Send) -> None:
        self._token = credentials.get("token", "").strip()
        self._send = send

    def ask(
        self,
        path: str,
        data: Mapping[str, object],
        *,
        limits: Sequence[Limit] = codes.OTHERS,
        write: bool = False,
    ) -> object:
        """
        This function will post one request and give the `data` of its answer.

        write: it is a command, so an answer that cannot be read leaves its outcome unknown.
        :raises Refused: they judged and refused; HTTP is 200 even then
        """
        answer = self._post(path, {"meta": {}, "data": {"token": self._checked(), **data}}, limits=limits, write=write)
        return self._read(path, answer, write=write)

    def sticker(self, path: str, data: Mapping[str, object]) -> bytes | str:
        """This function will post one request whose answer is a PDF, or JSON with a page of HTML."""
        answer = self._post(path, {"meta": {}, "data": {"token": self._checked(), **data}}, limits=codes.OTHERS)
        if answer.body[:5] == b"%PDF-":
            return answer.body
        found = self._read(path, answer, write=False)
        if not isinstance(found, str) or not found.strip():
            raise ContractBroken(f"{path}: neither PDF nor HTML", payload=redact.value(found))
        return found

    def card(self, path: str, body: Mapping[str, object]) -> object:
        """This function will ask the card service: the token in a header, no envelope around the question."""
        answer = self._post(path, body, limits=codes.OTHERS, headers={"X-Merchant-Token": self._checked()})
        payload = reading.storable(answer)
        if isinstance(payload, dict) and payload.get("success") not in (None, 1):
            self._judge(path, payload, write=False)
        return payload

    def _post(
        self,
        path: str,
        body: Mapping[str, object],
        *,
        limits: Sequence[Limit],
        write: bool = False,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        answer = self._send("POST", path, limits=limits, headers={**AGENT, **(headers or {})}, json=body, write=write)
        if not 200 <= answer.status < 300:
            self._refuse(path, answer, write=write)
        return answer

    def _read(self, path: str, answer: Answer, *, write: bool) -> object:
        try:
            payload = reading.storable(answer)
            return self._judge(path, payload, write=write)
        except ContractBroken as reason:
            if write:
                raise OutcomeUnknown(f"{path}: the answer cannot be read") from reason
            raise

    def _judge(self, path: str, payload: object, *, write: bool) -> object:
        """Only `success` 1 means done, and only where nothing is said against it."""
        try:
            envelope = wire.Envelope.model_validate(payload)
        except ValidationError as reason:
            raise ContractBroken(f"{path}: {reading.why(reason)}", payload=redact.value(payload)) from reason
        told = self._masked(said(envelope.error))
        if envelope.success == 1 and not told:
            return envelope.data
        text = told or f"{path}: refused without a reason"
        if codes.BAD_TOKEN in text.lower():
            raise CredentialsRejected(text)
        raise Refused(text, code=code_of(text) or Code.OTHER, errors=envelope.error)

    def _refuse(self, path: str, answer: Answer, *, write: bool) -> NoReturn:
        """Raise what an answer outside 2xx means."""
        try:
            payload = reading.storable(answer)
        except ContractBroken:
            payload = None
        if isinstance(payload, dict) and payload.get("success") == 0:
            self._judge(path, payload, write=write)
        text = self._masked(f"{answer.status} {redact.text(answer.body[:SHOWN].decode('utf-8', 'replace'))}".strip())
        if answer.status == 403 and not isinstance(payload, dict):
            # A page of a gate before Megamarket says nothing about the token.
            raise Unavailable("403 from a gate before Megamarket", retry_after_s=60)
        if answer.status == 403:
            raise CredentialsRejected(text, code="403")
        if answer.status >= 500:
            raise OutcomeUnknown(text) if write else Unavailable(text)
        if isinstance(payload, dict) and answer.status in codes.HTTP:
            raise Refused(text, code=codes.HTTP[answer.status])
        if write:
            raise OutcomeUnknown(text)
        raise ContractBroken(f"{path}: unexpected answer {answer.status}", payload=redact.body(answer.body[:2000]))

    def _checked(self) -> str:
        if not TOKEN.fullmatch(self._token):
            raise CredentialsRejected("the token is empty or has letters that no token has")
        return self._token

    def _masked(self, text: str) -> str:
        """Megamarket repeats the token in its refusals."""
        return text.replace(self._token, redact.MASK) if self._token else text


def said(errors: Sequence[wire.Error]) -> str:
    """This function will give what they said, short."""
    lines = [_line(error) for error in errors]
    return "; ".join(dict.fromkeys(line for line in lines if line))[:SHOWN]


def _line(error: wire.Error) -> str:
    text = error.message or error.errorText or error.description
    where = " ".join(part for part in (error.shipmentId, error.itemIndex and f"#{error.itemIndex}") if part)
    code = f" ({error.code})" if error.code not in ("", "0") else ""
    return f"{where}: {text}{code}" if where and text else f"{text}{code}".strip()


def code_of(text: str) -> Code | None:
    """This function will find our standard code for what they said, None when the words are not known."""
    return reading.meant(text, codes.REFUSALS)
