"""A network printer that takes ZPL at a port, jams, and can be switched off: what it has printed is kept."""

import socket
import struct
import threading
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType

_END = b"^XZ\n"


class TcpPrinter:
    """
    printed: the ZPL of each sticker that came out, in order.

    It reads little ahead, as real ones do, so that some stickers that were sent lie in its memory when it jams.
    """

    def __init__(self) -> None:
        self.printed: list[bytes] = []
        self.on_sticker: Callable[[int], None] = lambda _count: None
        self._stop_at: int | None = None
        self._changed = threading.Condition()
        self._ending = False
        self._line: socket.socket | None = None
        self._listener = self._bound(0)
        self._listen()
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def address(self) -> str:
        return f"tcp:127.0.0.1:{self.port}"

    @property
    def is_jammed(self) -> bool:
        return self._stop_at is not None and len(self.printed) >= self._stop_at

    @property
    def is_fed(self) -> bool:
        """Whether somebody is connected, or has left behind what it prints yet."""
        return self._line is not None

    def jam_after(self, stickers: int) -> None:
        """It stops reading when so many have come out in all."""
        with self._changed:
            self._stop_at = stickers

    def clear(self, *, forget: bool) -> None:
        """The paper is in again.  forget: somebody has switched it off and on, so that its memory is lost."""
        with self._changed:
            if forget:
                self._drop()
            self._stop_at = None
            self._changed.notify_all()

    def switch_off(self) -> None:
        with self._changed:
            self._drop()
            # Closing alone would not wake who waits in accept(), and the port would go on listening.
            self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
            # Bound, not listening: callers are refused, and nobody else takes the port meanwhile.
            self._listener = self._bound(self.port)

    def switch_on(self) -> None:
        self._listen()
        threading.Thread(target=self._serve, daemon=True).start()

    def __enter__(self) -> "TcpPrinter":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ending = True
        self.clear(forget=True)
        with suppress(OSError):  # switched off
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    @staticmethod
    def _bound(port: int) -> socket.socket:
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        listener.bind(("127.0.0.1", port))
        return listener

    def _listen(self) -> None:
        self._listener.listen(1)
        self.port: int = self._listener.getsockname()[1]

    def _serve(self) -> None:
        listener = self._listener
        with suppress(OSError):
            while not self._ending:
                line, _address = listener.accept()
                with self._changed:
                    self._line = line
                self._read(line)
                with self._changed:
                    if self._line is line:
                        self._line = None

    def _read(self, line: socket.socket) -> None:
        memory = b""
        with line, suppress(OSError):
            while got := line.recv(512):
                memory += got
                while _END in memory:
                    with self._changed:
                        self._changed.wait_for(lambda: not self.is_jammed or self._line is not line)
                        if self._line is not line:
                            return
                        sticker, memory = memory.split(_END, 1)
                        self.printed.append(sticker + _END)
                    self.on_sticker(len(self.printed))

    def _drop(self) -> None:
        """Break the connection and forget what was read from it."""
        line, self._line = self._line, None
        if line is not None:
            with suppress(OSError):
                line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                line.shutdown(socket.SHUT_RDWR)
        self._changed.notify_all()
