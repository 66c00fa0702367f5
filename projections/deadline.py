"""The deadline of writes that depend on an earlier read. All processes must agree on it.

Tombstones live far longer than the deadline, counted from when no worker begins before them any more, and an erasure sweeps
again after it. So a process that slept cannot bring
back a read item that was removed, or leave anything in a workspace that was erased.
"""

from collections.abc import Callable

from ascend.domain.runtime.ports import Environment

Check = Callable[[], None]
"""Is called before each request of many that are sent together. It raises if none may start any more."""

LATEST_WRITE = 10 * 60.0
"""Seconds after a read in which a process may still start a write that depends on it."""


def is_too_late(environment: Environment, read_at: float) -> bool:
    """Return True if nothing may be written any more on the basis of a read at `read_at` (elapsed seconds)."""
    return environment.elapsed() - read_at > LATEST_WRITE


def send_always() -> None:
    """A `Check` for writes that depend on no earlier read."""
