"""Awaiting several things at once: bounded, in a task group, and failing with the plain error, not a group of them."""

from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

import anyio

T = TypeVar("T")
A = TypeVar("A")
B = TypeVar("B")

AT_ONCE = 16
"""Requests that one job has under way at once, unless it says otherwise."""


async def run_both(first: Callable[[], Awaitable[A]], second: Callable[[], Awaitable[B]]) -> tuple[A, B]:
    """Both results. The first failure cancels the other and is raised."""
    firsts: list[A] = []
    seconds: list[B] = []

    async def one() -> None:
        firsts.append(await first())

    async def two() -> None:
        seconds.append(await second())

    await for_each([one, two], lambda call: call(), limit=2)
    return firsts[0], seconds[0]


async def for_each(things: Iterable[T], work: Callable[[T], Awaitable[object]], *, limit: int = AT_ONCE) -> None:
    """Runs `work` on each thing, at most `limit` at once. The first failure cancels the rest and is raised."""
    failures: list[BaseException] = []
    left = iter(things)

    async def worker() -> None:
        for thing in left:
            try:
                await work(thing)
            except anyio.get_cancelled_exc_class():
                raise
            except BaseException as error:  # noqa: BLE001 - carried out of the group, raised below
                failures.append(error)
                group.cancel_scope.cancel()

    async with anyio.create_task_group() as group:
        for _ in range(limit):
            group.start_soon(worker)
    if failures:
        raise failures[0]
