"""`python -m sandbox token [seller]` prints a Wildberries token, `python -m sandbox keys` all keys there are."""

import json
import sys

from sandbox.accounts import accounts
from sandbox.sellers import demo_sellers


def main(words: list[str]) -> int:
    rows = {row["seller"]: row for row in accounts(demo_sellers())}
    if words[:1] == ["token"] and (words[1:] or ["demo"])[0] in rows:
        print(rows[(words[1:] or ["demo"])[0]]["wildberries"]["token"])
        return 0
    if words == ["keys"]:
        print(json.dumps(list(rows.values()), ensure_ascii=False, indent=2))
        return 0
    print("usage: python -m sandbox token [demo|second] | keys", file=sys.stderr)
    return 2


sys.exit(main(sys.argv[1:]))
