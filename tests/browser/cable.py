"""A network that can be cut: what a page and its workers send to one port goes on to another while the cable holds."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Lock, Thread


class Cable:
    """From a free port of localhost to `port`.  Cut, whatever was on its way is lost and nothing new gets through."""

    def __init__(self, port: int) -> None:
        self._to = port
        self._lock = Lock()
        self._holds = True
        self._ends: set[socket.socket] = set()
        self._entry = socket.create_server(("127.0.0.1", 0))
        self.port = self._entry.getsockname()[1]
        Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        with self._lock:
            self._holds = False
            ends, self._ends = self._ends, set()
        for end in ends:
            _close(end)

    def mend(self) -> None:
        with self._lock:
            self._holds = True

    def remove(self) -> None:
        self.cut()
        _close(self._entry)

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _address = self._entry.accept()
                with self._lock:
                    if not self._holds:
                        near.close()
                        continue
                    far = socket.create_connection(("127.0.0.1", self._to))
                    self._ends |= {near, far}
                for source, target in ((near, far), (far, near)):
                    Thread(target=_carry, args=(source, target), daemon=True).start()


def _carry(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while sent := source.recv(65536):
            target.sendall(sent)
    _close(target)


def _close(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()


@contextmanager
def laid_to(port: int) -> Iterator[Cable]:
    cable = Cable(port)
    yield cable
    cable.remove()
