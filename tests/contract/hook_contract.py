"""
What every hook promises, whatever the marketplace.  Subclass it and give `hook`, `told` and, where the marketplace asks
whether we are there, `ping`; a package that adds a marketplace can do the same.

Whatever is sent, a hook reads it or raises `ContractBroken`; repeats have one key; nothing is answered below 400 that
is not taken.
"""

import copy
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, ClassVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplaces import dto
from marketplaces.errors import ContractBroken
from marketplaces.hook import LONGEST_KEY, Hook
from tests.contract.adapter_contract import EXAMPLES, JUNK, leaves, with_junk

NOW = datetime(2026, 11, 25, 9, 30, 15, 250_000, tzinfo=UTC)
HOSTILE = (
    b"",
    b"\x00\xff\xfe",
    b"<html>",
    b"null",
    b"[]",
    b'"x"',
    b"NaN",
    b"{",
    b"[" * 100_000,
    b'{"a":' * 50_000,
    "ы".encode("cp1251"),
    b"\xef\xbb\xbf{}",
    b"1" * 20_000,
)


def sent(payload: object, path: str = "") -> dto.Incoming:
    """This function will make the request that carries a payload."""
    return dto.Incoming(path=path, body=json.dumps(payload).encode("utf-8", "surrogatepass"))


class HookContract:
    """told: (path, payload, what it names) of different events; paths: every path that is called."""

    hook: ClassVar[Hook]
    told: ClassVar[Sequence[tuple[str, Mapping[str, Any], Sequence[str]]]]
    pings: ClassVar[Sequence[tuple[str, Mapping[str, Any]]]] = ()

    def notices(self) -> list[dto.Notice]:
        return [self.hook.parse(sent(payload, path)) for path, payload, _ in self.told]

    def test_what_is_told_names_its_orders(self):
        for (_, payload, wanted), notice in zip(self.told, self.notices(), strict=True):
            named = [*notice.numbers, *(order.number for order in notice.orders)]
            assert list(dict.fromkeys(named)) == list(wanted), payload

    def test_repeats_have_one_key_and_different_events_different_ones(self):
        keys = [notice.key for notice in self.notices()]
        assert len(set(keys)) == len(keys)
        for (path, payload, _), key in zip(self.told, keys, strict=True):
            turned = dict(reversed(list(copy.deepcopy(payload).items())))
            assert self.hook.parse(sent(turned, path)).key == key
            assert self.hook.parse(sent(payload, path + "/" if path else "")).key == key

    def test_every_event_is_answered_with_200(self):
        for notice in self.notices():
            reply = self.hook.answer(notice, now=NOW)
            assert reply.status == 200
            assert json.loads(json.dumps(reply.body))

    def test_a_ping_asks_for_nothing_to_be_read(self):
        for path, payload in self.pings:
            notice = self.hook.parse(sent(payload, path))
            assert not [*notice.numbers, *notice.orders, *notice.streams]
            assert self.hook.answer(notice, now=NOW).status == 200

    @pytest.mark.parametrize("refusal", list(dto.Refusal))
    def test_a_refusal_is_never_taken_for_consent(self, refusal: dto.Refusal):
        reply = self.hook.refuse(refusal, text="почему")
        assert 400 <= reply.status < 600
        assert (reply.status >= 500) == (refusal == dto.Refusal.NOT_NOW)
        assert "почему" in json.dumps(reply.body, ensure_ascii=False)

    @pytest.mark.parametrize("body", HOSTILE, ids=lambda body: repr(body[:12]))
    def test_hostile_bodies_are_refused(self, body: bytes):
        for path in {path for path, *_ in self.told}:
            with pytest.raises(ContractBroken):
                self.hook.parse(dto.Incoming(path=path, body=body))

    def test_whatever_is_sent_is_read_or_refused(self):
        spots = [(number, place) for number, (_, payload, _) in enumerate(self.told) for place in leaves(payload)]

        @settings(max_examples=EXAMPLES, deadline=None, derandomize=True, database=None)
        @given(st.sampled_from(spots), st.sampled_from(JUNK))
        def send(spot: tuple[int, tuple[Any, ...]], junk: Any) -> None:
            path, payload, _ = self.told[spot[0]]
            try:
                notice = self.hook.parse(sent(with_junk(copy.deepcopy(dict(payload)), spot[1], junk), path))
            except ContractBroken:
                return
            assert 0 < len(notice.key) <= LONGEST_KEY
            assert notice.key.isprintable()
            assert notice.kind.isprintable()
            assert all(number and number.isprintable() for number in notice.numbers)
            assert notice.at is None or notice.at.tzinfo is not None
            assert json.dumps(self.hook.answer(notice, now=NOW).body)

        send()
