"""Counts calls of Python functions, in all threads that start while it counts."""

import sys
import threading
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from typing import Any

Count = Callable[[], int]
"""Returns the number of calls so far."""


@contextmanager
def counting_python_calls() -> Generator[Count]:
    calls = 0

    def profile(frame: Any, event: str, _: Any) -> None:
        nonlocal calls
        if event == "call":
            calls += 1

    previous = sys.getprofile()
    threading.setprofile(profile)
    sys.setprofile(profile)
    try:
        yield lambda: calls
    finally:
        sys.setprofile(previous)
        threading.setprofile(None)


async def count_python_calls(count: Count, call: Callable[[], Awaitable[object]]) -> int:
    before = count()
    await call()
    return count() - before
