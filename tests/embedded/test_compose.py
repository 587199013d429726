"""The compose file and the embedded stack say the same of workers; a figure or a queue cannot be in one alone."""

import subprocess
import sys
from typing import Any

import pytest
import yaml

from embedded import gate
from embedded.state import ROOT
from marketplaces import registry


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    return dict(yaml.safe_load((ROOT / gate.COMPOSE).read_text())["services"])


def test_every_queue_has_one_worker(services: dict[str, Any]) -> None:
    queues = [
        queue
        for service in services.values()
        for before, here in zip(service.get("command", []), service.get("command", [])[1:], strict=False)
        if before == "-Q"
        for queue in here.split(",")
    ]
    assert sorted(queues) == sorted(["default", "pdf", *(f"mp.{code}" for code in registry.codes())])


def test_health_is_asked_of_the_queues_that_the_worker_serves(services: dict[str, Any]) -> None:
    for name, service in services.items():
        if name.startswith("worker"):
            served = service["command"][service["command"].index("-Q") + 1].split(",")
            assert service["healthcheck"]["test"][-1] == ",".join(f"worker:{queue}" for queue in served)


def test_the_gate_refuses_a_misspelt_compose_file(tmp_path: Any) -> None:
    (step,) = (step for step in gate.STEPS if step.name == "compose file")
    assert step.wanted()
    wrong = tmp_path / gate.COMPOSE
    for text, code in ((None, 0), ("restart:", 1)):
        right = (ROOT / gate.COMPOSE).read_text()
        wrong.write_text(right if text is None else right.replace(text, "restrat:"))
        done = subprocess.run([sys.executable, *step.command[1:-1], str(wrong)], capture_output=True, check=False)
        assert done.returncode == code, done.stdout.decode()
