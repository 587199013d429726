"""A program that forks, as web servers and worker pools do; run by `python -m embedded.child`."""

import os
import signal

if __name__ == "__main__":
    if fork := os.fork():
        print(fork, flush=True)
    signal.pause()
