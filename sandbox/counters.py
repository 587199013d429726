"""What was called, how it was answered, and which published limits were broken."""

from collections import Counter, deque
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Counters:
    calls: Counter[str] = field(default_factory=Counter)
    statuses: Counter[str] = field(default_factory=Counter)
    violations: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    recent: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=200))

    def called(self, *, marketplace: str, method: str, account: str, status: int, at: str, took_ms: float) -> None:
        self.calls[f"{marketplace} {method}"] += 1
        self.statuses[f"{marketplace} {status}"] += 1
        self.recent.append({"at": at, "account": account, "call": method, "status": status, "ms": round(took_ms, 1)})

    def violated(self, *, marketplace: str, limit: str, account: str) -> None:
        self.violations[f"{marketplace} {account} {limit}"] += 1

    def reset(self) -> None:
        for counter in (self.calls, self.statuses, self.violations, self.faults, self.recent):
            counter.clear()

    def as_json(self) -> dict[str, Any]:
        return {
            "calls": dict(self.calls.most_common()),
            "statuses": dict(self.statuses),
            "violations": dict(self.violations),
            "faults": dict(self.faults),
        }
