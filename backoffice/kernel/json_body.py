"""JSON that came from outside, of which every text can be stored."""

import json
from typing import Any


def read_json(body: bytes, **how: Any) -> Any:
    """
    Read a body; `how` goes to `json.loads`.

    :raises ValueError: it is no JSON in UTF-8, is nested deeper than can be followed, or a text of it holds half of a
    surrogate pair, which escapes can write and neither Postgres nor UTF-8 takes
    """
    try:
        told = json.loads(body.decode("utf-8-sig"), **how)
        if b"\\ud" in body.lower():
            json.dumps(told, ensure_ascii=False, default=str).encode()
    except RecursionError as reason:
        raise ValueError("nested too deep") from reason
    return told
