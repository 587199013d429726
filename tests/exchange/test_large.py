"""Two gigabytes by every way in: refused with a reason, and no process grows by it."""

import resource
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test.client import RequestFactory

from exchange.models import Upload
from exchange.services.receive import store_path
from tests.exchange.onec import URL
from tests.exchange.test_hostile import bomb_archive

GIB = 2**30
ROOM = 24 * 2**20  # what a request may need, many times what it does


def resident() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize()


def grown(work: Callable[[], object]) -> int:
    """Bytes by which the highest resident size passed the present one while `work` ran."""
    Path("/proc/self/clear_refs").write_text("5")
    before = resident()
    work()
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) * 1024 - before


class Flood:
    """A body of so many bytes, none of which exists before it is read."""

    def __init__(self, size: int) -> None:
        self.left, self.read_so_far = size, 0

    def read(self, size: int = -1) -> bytes:
        given = min(self.left, size if size >= 0 else self.left)
        self.left -= given
        self.read_so_far += given
        return b"x" * given

    readline = read


@pytest.fixture
def session(onec):
    onec.begin()
    return onec


def post(server: Any, onec: Any, body: Flood, **told: str) -> str:
    """A POST with a body that comes bit by bit, through the whole handler."""
    request = RequestFactory().generic("POST", f"{URL}?type=catalog&mode=file&filename=import.xml")
    environ = {**request.environ, "HTTP_COOKIE": f"bo1c={onec.cookie}", "wsgi.input": body, **told}
    return b"".join(server(environ, lambda *_answer: lambda _data: None)).decode()


def test_a_body_that_says_how_long_it_is_is_refused_unread(session, server, inside):
    body, said = Flood(2 * GIB), []
    assert grown(lambda: said.append(post(server, session, body, CONTENT_LENGTH=str(2 * GIB)))) < ROOM
    assert said[0].startswith("failure\nФайл длиннее 100 МБ")
    assert body.read_so_far == 0
    with inside():
        assert not Upload.objects.exists()


def test_a_body_without_a_length_is_read_to_the_limit_and_leaves_nothing(session, server, inside, settings):
    settings.EXCHANGE_REQUEST_BYTES = 32 * 2**20
    body, said = Flood(2 * GIB), []
    told = {"CONTENT_LENGTH": "", "HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input_terminated": "1"}
    assert grown(lambda: said.append(post(server, session, body, **told))) < ROOM
    assert said[0].startswith("failure\n")
    assert body.read_so_far <= 33 * 2**20
    with inside():
        assert not Upload.objects.exists()
    folder = Path(settings.FILES_DIR) / "exchange"
    assert list(folder.rglob("part-*")) == []


def test_parts_beyond_the_limit_of_a_file_are_refused(session, inside):
    """As if a gigabyte but a little had come part by part."""
    part = b"<" + b"x" * (4 * 2**20)
    assert session.say("catalog", "file", part, filename="import.xml") == "success"
    with inside():
        upload = Upload.objects.get()
        size = settings.EXCHANGE_FILE_BYTES - 2**20
        with store_path(upload.path).open("r+b") as file:
            file.truncate(size)
        Upload.objects.update(size=size)
    said: list[str] = []
    more = b"y" * (4 * 2**20)
    assert grown(lambda: said.append(session.say("catalog", "file", more, filename="import.xml"))) < ROOM
    assert said[0].startswith("failure\nФайл длиннее 1024 МБ")
    with inside():
        assert Upload.objects.get().size == size
        assert store_path(upload.path).stat().st_size == size


def test_a_bomb_in_an_archive_is_refused_in_the_memory_of_a_small_one(session, inside):
    content, said = bomb_archive(), []
    assert grown(lambda: said.append(session.send("v8.zip", content))) < ROOM
    assert said[0].startswith("failure\n")


def test_text_without_end_in_one_element_is_refused(session):
    """A document of one description of hundreds of megabytes: libxml2 stops at ten."""
    head = "<КоммерческаяИнформация><Каталог><Товары><Товар><Ид>1</Ид><Наименование>".encode()
    content = head + b"x" * (11 * 2**20)
    said: list[str] = []
    assert grown(lambda: said.append(session.send("import.xml", content, part=4 * 2**20))) < 4 * ROOM
    assert said[0].startswith("failure\n")
