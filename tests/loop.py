"""Coroutines in tests."""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")


def finished(work: Coroutine[Any, Any, T]) -> T:
    """This function will run it to its end in a thread of its own: ours may hold the loop that a browser left."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()
