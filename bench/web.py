"""The product's web server as the embedded stack starts it, and a browser for it."""

import json
import os
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode

from bench.processes import running
from embedded import stack

START_DEADLINE_S = 180.0


@dataclass(frozen=True)
class Web:
    """host, port: where it answers.  process: its supervisor, whose children are the workers."""

    host: str
    port: int
    process: "subprocess.Popen[bytes]"

    def workers(self) -> list[int]:
        """The processes that answer requests."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(child) for child in children.split()]


@contextmanager
def serving(more: Mapping[str, str] | None = None) -> Iterator[Web]:
    """The web server on a free port, on the services and settings of this process."""
    host, port = "127.0.0.1", free_port()
    environment = {**os.environ, "DATABASE_POOL": "3", "ALLOWED_HOSTS": "127.0.0.1,localhost", **(more or {})}
    with running("web", stack.web_command(host, port), environment) as process:
        web = Web(host, port, process)
        wait_for_answer(web)
        yield web


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def wait_for_answer(web: Web) -> None:
    end = time.monotonic() + START_DEADLINE_S
    while time.monotonic() < end:
        try:
            Browser(web.host, web.port).get("/account/login/")
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the web server does not answer: var/bench/log/web.log says why")


class Browser:
    """Cookies and one kept connection; `get` and `post` give status, headers and body."""

    def __init__(self, host: str, port: int) -> None:
        self.connection = HTTPConnection(host, port, timeout=30)
        self.cookies: dict[str, str] = {}

    def sign_in(self, login: str, password: str) -> None:
        """:raises RuntimeError: refused."""
        self.get("/account/login/")
        status, _headers, body = self.post("/account/login/", {"login": login, "password": password})
        if status != 302:
            raise RuntimeError(f"{login} could not sign in: {status} {body[:200]!r}")

    def get(self, path: str) -> tuple[int, Mapping[str, str], bytes]:
        return self._send("GET", path, None)

    def post(self, path: str, form: Mapping[str, object]) -> tuple[int, Mapping[str, str], bytes]:
        return self._send("POST", path, urlencode(form).encode())

    def post_json(self, path: str, value: object) -> tuple[int, Mapping[str, str], bytes]:
        return self._send("POST", path, json.dumps(value).encode(), "application/json")

    def _send(
        self, method: str, path: str, body: bytes | None, kind: str = "application/x-www-form-urlencoded"
    ) -> tuple[int, Mapping[str, str], bytes]:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body is not None:
            headers["Content-Type"] = kind
            headers["X-CSRFToken"] = self.cookies.get("csrftoken", "")
        self.connection.request(method, path, body=body, headers=headers)
        answer = self.connection.getresponse()
        content = answer.read()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                self.cookies.update({key: morsel.value for key, morsel in SimpleCookie(value).items()})
        return answer.status, dict(answer.getheaders()), content
