"""Iteration in worker threads, so that parsing and the stage never block the event loop for long."""

from collections.abc import AsyncGenerator, Iterator
from itertools import islice
from typing import TypeVar

from anyio import to_thread

from ascend.domain.errors import AscendError

BATCH = 50
T = TypeVar("T")


async def iterate_in_threads(things: Iterator[T]) -> AsyncGenerator[T]:
    """Yield each thing. An error of the iterator is raised after everything before it was yielded."""
    failure: AscendError | None = None
    while failure is None:
        batch, failure = await to_thread.run_sync(take_batch, things)
        for thing in batch:
            yield thing
        if not batch:
            break
    if failure is not None:
        raise failure


def take_batch(things: Iterator[T]) -> tuple[list[T], AscendError | None]:
    """Return the next things, and the error that ended the iteration, if there was one."""
    batch: list[T] = []
    try:
        for thing in islice(things, BATCH):
            batch.append(thing)  # noqa: PERF402 - what came before an error is kept
    except AscendError as error:
        return batch, error
    return batch, None
