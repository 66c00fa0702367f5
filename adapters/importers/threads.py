"""Iterates in worker threads: parsing, and the stage, never block the event loop for long."""

from collections.abc import AsyncGenerator, Iterator
from itertools import islice
from typing import TypeVar

from anyio import to_thread

from ascend.domain.errors import AscendError

BATCH = 50
T = TypeVar("T")


async def in_threads(things: Iterator[T]) -> AsyncGenerator[T]:
    """Each thing. An error is raised when all that was made before it is through."""
    failure: AscendError | None = None
    while failure is None:
        made, failure = await to_thread.run_sync(take, things)
        for thing in made:
            yield thing
        if not made:
            break
    if failure is not None:
        raise failure


def take(things: Iterator[T]) -> tuple[list[T], AscendError | None]:
    made: list[T] = []
    try:
        for thing in islice(things, BATCH):
            made.append(thing)  # noqa: PERF402 - what was made before an error is kept
    except AscendError as error:
        return made, error
    return made, None
