"""The waits between attempts at the same work."""

from collections.abc import Iterator
from itertools import chain, islice, repeat


def delays(first: float, longest: float, *, count: int | None = None, factor: int = 2) -> Iterator[float]:
    """Yield the seconds to wait before each retry: `first`, then `factor` times as long each time, at most `longest`.

    Yields `count` delays, or never ends where that is None. Pure: the caller sleeps, and adds jitter where many
    callers may retry at once (a delay multiplied by a random number from 0 to 1 is called full jitter).
    """
    return islice(chain(_growing(first, longest, factor), repeat(longest)), count)


def _growing(first: float, longest: float, factor: int) -> Iterator[float]:
    delay = first
    while delay < longest:
        yield delay
        delay *= factor
