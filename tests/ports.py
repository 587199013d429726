"""A port for a server that opens it by itself, a while later."""

import socket
from contextlib import suppress
from random import SystemRandom

# Below what systems give to connections and to servers that do not mind: nobody gets it meanwhile.
OURS = range(20_000, 30_000)


def unused_port() -> int:
    """This function will return a port of this machine that is free now and stays so."""
    for port in SystemRandom().sample(OURS, 100):
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
    raise AssertionError("a hundred ports are taken")
