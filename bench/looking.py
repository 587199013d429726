"""`python -m bench.looking FILE`: opens pages and asks how far an import is, once a second, until it is ended."""

import base64
import json
import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

import django

PAGES = (
    "workspace:today", "workspace:search", "orders:list", "catalog:products", "catalog:prices", "catalog:listings",
    "stock:balances", "shipping:handovers", "exchange:desk", "exchange:log",
)  # fmt: skip


def main() -> None:
    """
    FILE holds {person, login, secret, name} and becomes {pages: {address: [ms]}, progress: [ms]}.

    Through all of the middleware, in a process of its own; answers other than a page, and other than `progress` while
    the import runs, are left out.
    """
    django.setup()
    from django.test import Client
    from django.urls import reverse

    from merchants.models import Person

    file = Path(sys.argv[1])
    asked = json.loads(file.read_text())
    pages: dict[str, list[float]] = {reverse(name): [] for name in PAGES}
    progress: list[float] = []
    browser, onec = Client(SERVER_NAME="localhost"), Client(SERVER_NAME="localhost")
    browser.force_login(Person.objects.get(pk=asked["person"]), backend="merchants.backends.PersonBackend")
    basic = base64.b64encode(f"{asked['login']}:{asked['secret']}".encode()).decode()
    for address in pages:
        browser.get(address)  # what a process does once
    file.with_suffix(".ready").touch()
    for _second in _seconds():
        for address in pages:
            start = time.perf_counter()
            if browser.get(address).status_code == 200:
                pages[address].append((time.perf_counter() - start) * 1000)
        for name in asked["names"]:
            start = time.perf_counter()
            answer = onec.get(
                f"/1c/exchange?type=catalog&mode=import&filename={name}", headers={"Authorization": f"Basic {basic}"}
            )
            if answer.content.startswith(b"progress"):
                progress.append((time.perf_counter() - start) * 1000)
    file.write_text(json.dumps({"pages": pages, "progress": progress}))


def _seconds() -> Iterator[int]:
    """One a second until SIGTERM."""
    ended: list[int] = []

    def end(number: int, _frame: FrameType | None) -> None:
        ended.append(number)

    signal.signal(signal.SIGTERM, end)
    second = 0
    while not ended:
        yield second
        second += 1
        time.sleep(1)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backoffice.settings")
    main()
