#!/usr/bin/env python3
"""
Print agent: fetches the stickers of one station and gives them to the printer beside it, as they are.

    python3 print_agent.py --server https://back-office.example --key bo-print-… --printer tcp:192.168.1.50

Printers:
    tcp:HOST[:PORT]   a network printer, port 9100 unless said
    cups:QUEUE        a raw queue of CUPS (Linux, macOS)
    windows:NAME      a printer of Windows, as it is called there
    file:PATH         a file or device (/dev/usb/lp0); stickers are appended

It needs Python 3.9 and nothing else.  The key may also stand in the variable PRINT_AGENT_KEY or in a file (--key-file),
where other users of the computer do not see it.

What it has begun is written down before the first byte leaves, what is finished before the server is told.  After a
crash it therefore knows which sticker is in doubt, and says so: a person then looks, and nothing is printed twice by
itself.
"""

from __future__ import annotations

import argparse
import base64
import ctypes
import hashlib
import http.client
import json
import logging
import os
import platform
import signal
import socket
import ssl
import struct
import subprocess
import sys
import time
import uuid
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

log = logging.getLogger("print-agent")

ANSWER_S = 30  # for the server to answer
LONGEST_WAIT_S = 30.0  # between attempts to reach a server or a printer that is away
BUFFER_BYTES = 8192  # little is to lie between us and the printer when it jams


class Silent(Exception):
    """The printer cannot be reached; nothing of the sticker has left."""


class Broken(Exception):
    """The printer stopped in the middle: what it has of the sticker is unknown."""


class NoKey(Exception):
    """The server does not know the key (any more)."""


# --- printers -------------------------------------------------------------------------------------------------------


class TcpPrinter:
    """A printer that takes bytes at a port.  The connection lasts while there is work: printers serve one at a time."""

    def __init__(self, address: str, patience_s: float) -> None:
        host, _, port = address.rpartition(":") if ":" in address else (address, "", "9100")
        self.host, self.port, self.patience_s = host, int(port), patience_s
        self.line: socket.socket | None = None

    def send(self, content: bytes) -> None:
        line = self._connected()
        try:
            line.sendall(content)
        except OSError as why:
            # What still waits here must not arrive when the jam is over: by then it may have been printed anew.
            line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.close()
            raise Broken(f"printer {self.host} takes no data: {why}") from why

    def _connected(self) -> socket.socket:
        if self.line is not None and not self._is_gone(self.line):
            return self.line
        self.close()
        try:
            line = socket.socket(socket.AF_INET6 if ":" in self.host else socket.AF_INET)
            line.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, BUFFER_BYTES)
            line.settimeout(self.patience_s)
            line.connect((self.host, self.port))
        except OSError as why:
            raise Silent(f"printer {self.host}:{self.port}: {why}") from why
        self.line = line
        return line

    def _is_gone(self, line: socket.socket) -> bool:
        """Whether the printer has closed the connection since; one that broke it may have lost what it was sent."""
        line.setblocking(False)
        try:
            gone = line.recv(4096) == b""
        except (BlockingIOError, InterruptedError):
            gone = False
        except OSError as why:
            self.close()
            raise Broken(f"printer {self.host} broke the connection: {why}") from why
        line.settimeout(self.patience_s)
        return gone

    def close(self) -> None:
        if self.line is not None:
            self.line.close()
        self.line = None


class CupsPrinter:
    """A queue of CUPS that passes bytes on as they are."""

    def __init__(self, queue: str, patience_s: float) -> None:
        self.queue, self.patience_s = queue, patience_s

    def send(self, content: bytes) -> None:
        command = ["lp", "-d", self.queue, "-o", "raw", "-t", "sticker", "-"]
        try:
            done = subprocess.run(command, input=content, capture_output=True, timeout=self.patience_s)
        except FileNotFoundError as why:
            raise Silent("the program lp is not installed") from why
        except subprocess.TimeoutExpired as why:
            raise Broken(f"CUPS queue {self.queue} takes no data") from why
        if done.returncode != 0:  # CUPS has refused the job as a whole
            raise Silent("CUPS queue {}: {}".format(self.queue, done.stderr.decode("utf-8", "replace").strip()))

    def close(self) -> None:
        pass


class WindowsPrinter:
    """A printer of Windows, past its driver: winspool with the data type RAW."""

    class _Document(ctypes.Structure):
        _fields_ = [("name", ctypes.c_wchar_p), ("output", ctypes.c_wchar_p), ("kind", ctypes.c_wchar_p)]

    def __init__(self, name: str, patience_s: float) -> None:
        self.name = name
        self.spool = ctypes.WinDLL("winspool.drv", use_last_error=True)  # type: ignore[attr-defined]
        self.spool.OpenPrinterW.argtypes = [ctypes.c_wchar_p, ctypes.POINTER(ctypes.c_void_p), ctypes.c_void_p]
        self.spool.StartDocPrinterW.argtypes = [ctypes.c_void_p, ctypes.c_uint32, ctypes.c_void_p]
        self.spool.WritePrinter.argtypes = [
            ctypes.c_void_p, ctypes.c_void_p, ctypes.c_uint32, ctypes.POINTER(ctypes.c_uint32),
        ]  # fmt: skip
        for word in ("StartPagePrinter", "EndPagePrinter", "EndDocPrinter", "AbortPrinter", "ClosePrinter"):
            getattr(self.spool, word).argtypes = [ctypes.c_void_p]

    def send(self, content: bytes) -> None:
        handle = ctypes.c_void_p()
        if not self.spool.OpenPrinterW(self.name, ctypes.byref(handle), None):
            raise Silent(f"Windows knows no printer “{self.name}”")
        try:
            self._write(handle, content)
        finally:
            self.spool.ClosePrinter(handle)

    def _write(self, handle: ctypes.c_void_p, content: bytes) -> None:
        document = self._Document("sticker", None, "RAW")
        if not self.spool.StartDocPrinterW(handle, 1, ctypes.byref(document)):
            raise Silent(f"Windows does not let “{self.name}” begin")
        written = ctypes.c_uint32()
        self.spool.StartPagePrinter(handle)
        good = self.spool.WritePrinter(handle, content, len(content), ctypes.byref(written))
        if not good or written.value != len(content):
            self.spool.AbortPrinter(handle)
            raise Broken(f"Windows took {written.value} of {len(content)} bytes for “{self.name}”")
        self.spool.EndPagePrinter(handle)
        self.spool.EndDocPrinter(handle)

    def close(self) -> None:
        pass


class FilePrinter:
    """A file or a device."""

    def __init__(self, path: str, patience_s: float) -> None:
        self.path = path

    def send(self, content: bytes) -> None:
        try:
            file = open(self.path, "ab", buffering=0)  # noqa: SIM115  so that opening and writing fail differently
        except OSError as why:
            raise Silent(f"{self.path}: {why}") from why
        with file:
            try:
                rest = memoryview(content)
                while rest:
                    rest = rest[file.write(rest) or 0 :]
            except OSError as why:
                raise Broken(f"{self.path}: {why}") from why

    def close(self) -> None:
        pass


PRINTERS = {"tcp": TcpPrinter, "cups": CupsPrinter, "windows": WindowsPrinter, "file": FilePrinter}


# --- the server -----------------------------------------------------------------------------------------------------


class Server:
    """The back-office, over one connection that is kept."""

    def __init__(self, address: str, key: str, version: str, authority: str | None) -> None:
        parts = urlsplit(address)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise SystemExit("--server: an address such as https://back-office.example is wanted")
        self.path = parts.path.rstrip("/") + "/labels/agent/turn/"
        self.version = version
        self.headers = {
            "Authorization": "Bearer " + key,
            "Content-Type": "application/json",
            "Accept": "application/json",
        }
        if parts.scheme == "https":
            context = ssl.create_default_context(cafile=authority)
            self.line: http.client.HTTPConnection = http.client.HTTPSConnection(
                parts.hostname, parts.port, timeout=ANSWER_S, context=context
            )
        else:
            self.line = http.client.HTTPConnection(parts.hostname, parts.port, timeout=ANSWER_S)
        self.ask_after_s = 1.0
        self.seen = ""
        self.offered = ""

    def turn(self, said: dict[str, Any]) -> dict[str, Any]:
        """
        Say how it stands and get the next stickers; {} when there is nothing.

        Raises OSError or http.client.HTTPException when the server is away, NoKey when it does not know us.
        """
        body = json.dumps(dict(said, version=self.version, host=platform.node()[:80]))
        try:
            self.line.request("POST", self.path, body, self.headers)
            answer = self.line.getresponse()
            content = answer.read()
        except (OSError, http.client.HTTPException):
            self.line.close()
            raise
        if answer.status in (401, 403):
            raise NoKey(_message(content))
        if answer.status not in (200, 204):
            raise OSError(f"the server answered {answer.status}: {_message(content)}")
        self.ask_after_s = float(answer.headers.get("X-Ask-After", "1"))
        self.seen = answer.headers.get("X-Seen", "")
        self._compare(answer.headers.get("X-Agent", ""))
        return json.loads(content) if content else {}

    def _compare(self, offered: str) -> None:
        if offered and offered not in (self.version, self.offered):
            log.warning("the server offers another version of this program (%s, here %s)", offered, self.version)
        self.offered = offered


def _message(content: bytes) -> str:
    try:
        return str(json.loads(content)["message"])
    except (ValueError, KeyError, TypeError):
        return content[:200].decode("utf-8", "replace")


# --- what survives a crash ------------------------------------------------------------------------------------------


class Journal:
    """The batch in hand: {claim, begun: id or None, done: [ids]}.  Each change is on the disk before it is acted on."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.claim = str(uuid.uuid4())
        self.begun: int | None = None
        self.done: list[int] = []
        self.lock = _locked(path.with_suffix(".lock"))
        try:
            kept = json.loads(path.read_text("utf-8"))
            self.claim, self.begun, self.done = kept["claim"], kept["begun"], list(kept["done"])
        except (OSError, ValueError, KeyError, TypeError):
            pass

    def write(self) -> None:
        spare = self.path.with_suffix(".new")
        with open(spare, "w", encoding="utf-8") as file:
            json.dump({"claim": self.claim, "begun": self.begun, "done": self.done}, file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(spare, self.path)

    def begin(self, item: int) -> None:
        self.begun = item
        self.write()

    def finish(self, item: int) -> None:
        self.begun = None
        self.done.append(item)
        self.write()

    def told(self, done: list[int], *, new_batch: bool) -> None:
        """The server knows of these; where it has nothing more for this claim, the next batch gets another."""
        self.done = [item for item in self.done if item not in done]
        if new_batch:
            self.claim = str(uuid.uuid4())
        self.write()


def _locked(path: Path) -> IO[str]:
    """Two agents with one journal would print everything twice; the lock goes with the process."""
    file = open(path, "w", encoding="utf-8")  # noqa: SIM115  held until the process ends
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as why:
        raise SystemExit("Another agent runs here with the same key.") from why
    return file


# --- the loop -------------------------------------------------------------------------------------------------------


class Agent:
    def __init__(self, server: Server, printer: Any, journal: Journal) -> None:
        self.server, self.printer, self.journal = server, printer, journal
        self.state, self.detail = "ok", ""
        self.halted = False

    def run(self) -> None:
        if self.journal.begun is not None:
            log.warning("the last run broke off in sticker %s: a person is asked about it", self.journal.begun)
            self.state, self.detail = "trouble", "agent restarted"
        wait = 0.0
        while True:
            time.sleep(wait)
            try:
                wait = self.step()
            except NoKey:
                raise
            except (OSError, http.client.HTTPException, ValueError) as why:
                wait = min(max(1.0, wait * 2), LONGEST_WAIT_S)
                log.warning("the server is away, next attempt in %.0f s: %s", wait, why)

    def step(self) -> float:
        """One turn; returns how many seconds to wait before the next."""
        journal = self.journal
        doubt = [] if journal.begun is None else [journal.begun]
        done = list(journal.done)
        seen = "" if doubt or done or self.state != "ok" else self.server.seen
        answer = self.server.turn(
            {
                "claim": journal.claim,
                "done": done,
                "doubt": doubt,
                "printer": self.state,
                "detail": self.detail[:200],
                "seen": seen,
            }
        )
        if doubt:
            journal.begun = None
            self.state, self.detail = "ok", ""
        items = answer.get("items", [])
        if done or doubt:
            journal.told(done, new_batch=not items)
        self._say(answer)
        if not items:
            self.printer.close()
            return self.server.ask_after_s
        return self._print(items)

    def _print(self, items: list[dict[str, Any]]) -> float:
        done = set(self.journal.done)
        for item in items:
            if item["id"] in done:
                continue
            self.journal.begin(item["id"])
            try:
                self.printer.send(base64.b64decode(item["zpl"]))
            except Silent as why:
                self.journal.begun = None
                self.journal.write()
                return self._trouble("silent", why)
            except Broken as why:
                self._trouble("trouble", why)
                return 0.0  # the server is told at once that this one is in doubt
            self.journal.finish(item["id"])
            self.state, self.detail = "ok", ""
            log.info("sticker %s sent", item.get("title") or item["id"])
        return 0.0

    def _trouble(self, state: str, why: Exception) -> float:
        if self.state != state:
            log.warning("%s", why)
        self.state, self.detail = state, str(why)
        return max(1.0, self.server.ask_after_s)

    def _say(self, answer: dict[str, Any]) -> None:
        halted = bool(answer.get("halted"))
        if answer and halted != self.halted:
            self.halted = halted
            log.warning("stopped: a person is to scan the last good sticker" if halted else "going on")


def main() -> None:
    options = _options()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s", stream=sys.stderr)
    kind, _, where = options.printer.partition(":")
    if kind not in PRINTERS or not where:
        raise SystemExit("--printer: tcp:HOST, cups:QUEUE, windows:NAME or file:PATH is wanted")
    key = _key(options)
    version = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:12]
    folder = Path(options.state or Path.home() / ".print-agent")
    folder.mkdir(parents=True, exist_ok=True)
    # One journal for each key: two stations may stand at one computer.
    journal = Journal(folder / (hashlib.sha256(key.encode()).hexdigest()[:16] + ".json"))
    signal.signal(signal.SIGTERM, lambda *_args: sys.exit(0))
    server = Server(options.server, key, version, options.ca)
    log.info("version %s, server %s, printer %s", version, options.server, options.printer)
    agent = Agent(server, PRINTERS[kind](where, options.patience), journal)
    try:
        agent.run()
    except NoKey as why:
        raise SystemExit(f"The server refuses the key: {why}") from why
    except KeyboardInterrupt:
        pass


def _key(options: argparse.Namespace) -> str:
    if options.key_file:
        return Path(options.key_file).read_text("utf-8").strip()
    key = options.key or os.environ.get("PRINT_AGENT_KEY", "")
    if not key:
        raise SystemExit("A key is wanted: --key, --key-file or the variable PRINT_AGENT_KEY")
    return str(key)


def _options() -> argparse.Namespace:
    words = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0].strip(), epilog="See the file's head.")
    words.add_argument("--server", required=True, help="address of the back-office")
    words.add_argument("--printer", required=True, help="tcp:HOST[:PORT], cups:QUEUE, windows:NAME, file:PATH")
    words.add_argument("--key", help="the station's key")
    words.add_argument("--key-file", help="a file that holds the key")
    words.add_argument("--ca", help="certificate of your own authority (PEM), where Caddy makes its own")
    words.add_argument("--state", help="folder for what survives a crash (~/.print-agent)")
    words.add_argument("--patience", type=float, default=20, help="seconds for a printer that takes no data (20)")
    return words.parse_args()


if __name__ == "__main__":
    main()
