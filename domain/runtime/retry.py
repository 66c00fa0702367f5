"""The waits between attempts at the same work."""

from collections.abc import Iterator
from itertools import chain, islice, repeat


def delays(first: float, longest: float, *, retries: int | None = None) -> Iterator[float]:
    """Yield the seconds to wait before each retry: `first`, then twice as long each time, at most `longest`.

    Yields `retries` delays, or never ends where that is None. Pure: the caller sleeps, and adds jitter where many
    callers may retry at once (a delay multiplied by a random number from 0 to 1 is called full jitter).
    """
    return islice(chain(_doubling(first, longest), repeat(longest)), retries)


def _doubling(first: float, longest: float) -> Iterator[float]:
    delay = first
    while delay < longest:
        yield delay
        delay *= 2
