import logging

import pytest

from backoffice.logs import Noise, mask


@pytest.mark.parametrize(
    "name", ["password", "Api-Key", "api_key", "Authorization", "csrfmiddlewaretoken", "cookie", "SECRET_KEY", "token"]
)
def test_value_of_a_secret_field_is_hidden_whole(name):
    assert mask(None, "info", {"event": "x", name: "abc"}) == {"event": "x", name: "***"}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("header Bearer abcdefgh12345678 sent", "header *** sent"),
        ("key eyJhbGciOiJ9.eyJzdWIiOiIxMjM0.c2lnbmF0dXJl used", "key *** used"),
        ("postgresql://backoffice_app:pa55@db/backoffice", "postgresql://***@db/backoffice"),
        ("order 1234-0001-7 packed", "order 1234-0001-7 packed"),
    ],
)
def test_what_looks_like_a_key_is_hidden_inside_text(text, shown):
    assert mask(None, "info", {"event": text})["event"] == shown


def test_secrets_inside_nested_values_are_hidden():
    line = mask(
        None, "info", {"event": "sent", "headers": {"Client-Id": "77", "Api-Key": "k"}, "list": [{"token": "t"}]}
    )
    assert line == {"event": "sent", "headers": {"Client-Id": "77", "Api-Key": "***"}, "list": [{"token": "***"}]}


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ({"event": "request_started", "request": "GET /orders/"}, False),
        ({"event": "request_finished", "request": "GET /orders/", "code": 200}, True),
        ({"event": "request_finished", "request": "GET /orders/live", "code": 204}, False),
        ({"event": "request_finished", "request": "GET /healthz", "code": 200}, False),
        ({"event": "request_finished", "request": "GET /healthz", "code": 503}, True),
    ],
)
def test_polls_that_found_nothing_leave_no_line(line, kept):
    record = logging.LogRecord("x", logging.INFO, __file__, 1, line, None, None)
    assert Noise().filter(record) is kept
