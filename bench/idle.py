"""What one web process keeps in memory while nobody asks it anything."""

import time
from pathlib import Path

from bench.row import Row, row
from bench.web import Browser, serving

ROWS = ("web_idle_mib",)
DATABASE = "empty"
BUDGET_MIB = 150
REQUESTS = 40


def measure(quick: bool) -> list[Row]:
    """
    This function will start the web server as the embedded stack does, ask every process something, and let it rest.

    The largest of its processes counts, by resident size: what they share is counted for each.  Always the full size.
    """
    with serving() as web:
        for _time in range(REQUESTS):
            Browser(web.host, web.port).get("/account/login/")
        time.sleep(2)
        workers = web.workers()
        sizes = [_mib(worker, "VmRSS") for worker in workers]
    said = ", ".join(f"{size:.0f}" for size in sizes)
    return [
        row(
            "web_idle_mib",
            max(sizes),
            "MiB",
            budget=BUDGET_MIB,
            size=len(workers),
            needed=1,
            details=f"resident size of the largest of {len(workers)} workers ({said}), after {REQUESTS} pages",
        )
    ]


def _mib(process: int, what: str) -> float:
    status = Path(f"/proc/{process}/status").read_text()
    return int(status.split(f"{what}:")[1].split()[0]) / 1024
