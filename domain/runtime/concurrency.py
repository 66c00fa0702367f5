"""Await several calls at once: bounded, in a task group. The first error is raised as it is, not in a group."""

from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

import anyio

T = TypeVar("T")
A = TypeVar("A")
B = TypeVar("B")

AT_ONCE = 16
"""The number of requests that one job has under way at once, unless it says otherwise."""


async def run_both(first: Callable[[], Awaitable[A]], second: Callable[[], Awaitable[B]]) -> tuple[A, B]:
    """Return both results. The first failure cancels the other call and is raised."""
    first_results: list[A] = []
    second_results: list[B] = []

    async def run_first() -> None:
        first_results.append(await first())

    async def run_second() -> None:
        second_results.append(await second())

    await for_each([run_first, run_second], lambda call: call(), limit=2)
    return first_results[0], second_results[0]


async def for_each(items: Iterable[T], work: Callable[[T], Awaitable[object]], *, limit: int = AT_ONCE) -> None:
    """Run `work` on each item, at most `limit` at once. The first failure cancels the rest and is raised."""
    every = list(items)
    if len(every) < 2:  # noqa: PLR2004 - one call needs no tasks
        for item in every:
            await work(item)
        return
    failures: list[BaseException] = []
    remaining = iter(every)

    async def worker() -> None:
        for item in remaining:
            try:
                await work(item)
            except anyio.get_cancelled_exc_class():
                raise
            except BaseException as error:  # noqa: BLE001 - carried out of the group, raised below
                failures.append(error)
                group.cancel_scope.cancel()
                return

    async with anyio.create_task_group() as group:
        for _ in range(min(limit, len(every))):
            group.start_soon(worker)
    if failures:
        raise failures[0]
