"""`python deploy/healthy.py worker:pdf,beat`: ends with 0 when the web container says that these parts work."""

import json
import os
import sys
import urllib.error
import urllib.request

URL = os.environ.get("HEALTH_URL", "http://web:8000/healthz")


def parts() -> dict[str, bool]:
    try:
        with urllib.request.urlopen(URL, timeout=8) as answer:  # noqa: S310  an address inside the network
            return dict(json.load(answer)["parts"])
    except urllib.error.HTTPError as answer:
        return dict(json.load(answer)["parts"])


if __name__ == "__main__":
    found = parts()
    sys.exit(0 if all(found.get(name, False) for name in sys.argv[1].split(",")) else 1)
