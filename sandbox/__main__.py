"""`python -m sandbox token [seller]` prints a Wildberries token, `python -m sandbox keys` all keys there are."""

import json
import sys

from sandbox.accounts import accounts
from sandbox.sellers import demo_sellers


def main(words: list[str]) -> int:
    rows = {row["seller"]: row for row in accounts(demo_sellers())}
    if words[:1] == ["token"] and (words[1:] or ["demo"])[0] in rows:
        sys.stdout.write(rows[(words[1:] or ["demo"])[0]]["wildberries"]["token"] + "\n")
        return 0
    if words == ["keys"]:
        sys.stdout.write(json.dumps(list(rows.values()), ensure_ascii=False, indent=2) + "\n")
        return 0
    sys.stderr.write("usage: python -m sandbox token [demo|second] | keys\n")
    return 2


sys.exit(main(sys.argv[1:]))
