"""The waits between attempts at the same work."""

from collections.abc import Iterator


def delays(first: float, longest: float, *, count: int | None = None, factor: int = 2) -> Iterator[float]:
    """Yield the seconds to wait before each retry: `first`, then `factor` times as long each time, at most `longest`.

    Yields `count` delays, or never ends where that is None. Pure: the caller sleeps, and adds jitter where many
    callers may retry at once (a delay multiplied by a random number from 0 to 1 is called full jitter).
    """
    delay, number = min(first, longest), 0
    while count is None or number < count:
        yield delay
        delay, number = min(delay * factor, longest), number + 1
