"""Calls that the threads of a store make for tasks in an event loop.

    task ──▶ call ──▶ a thread makes it, or several ──▶ one wake-up of the event loop for all of them ──▶ tasks

A change of threads costs about as much CPU as a small transaction. anyio's way costs twice as much as asyncio's, and wakes
the loop once for each task. So this file alone speaks to asyncio.
"""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from contextlib import suppress
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class ThreadCall(Generic[T]):
    """The place of a result, for which one task waits. Make it in that task."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self._answered: asyncio.Future[None] = self.loop.create_future()
        self._results: list[T] = []
        self._failure: BaseException | None = None

    @property
    def is_abandoned(self) -> bool:
        """True if the task was cancelled."""
        return self._answered.cancelled()

    async def wait(self) -> None:
        """Wait until `answer` is called."""
        await self._answered

    def result(self) -> T:
        """Return the result, or raise the failure. Call `wait` before."""
        if self._failure is not None:
            raise self._failure
        return self._results[0]

    def succeed(self, result: T) -> None:
        self._results.append(result)

    def fail(self, failure: BaseException) -> None:
        self._failure = failure

    def wake(self) -> None:
        """Let the task go on. Call it in the event loop."""
        if not self._answered.done():
            self._answered.set_result(None)


async def call_in_thread(threads: Executor, work: Callable[[], T]) -> T:
    """Return the result of `work`, made in a thread. A cancelled task does not wait for it."""
    call: ThreadCall[T] = ThreadCall()
    threads.submit(_make, call, work)
    await call.wait()
    return call.result()


def answer(calls: Sequence[ThreadCall[Any]]) -> None:
    """Let the tasks of these calls go on, with one wake-up of their event loop. Call it in a thread."""
    for loop in {call.loop for call in calls}:
        with suppress(RuntimeError):  # the loop was closed, and its tasks with it
            loop.call_soon_threadsafe(_wake, [call for call in calls if call.loop is loop])


def _make(call: ThreadCall[T], work: Callable[[], T]) -> None:
    if call.is_abandoned:
        return
    try:
        call.succeed(work())
    except BaseException as failure:  # noqa: BLE001  raised in the task
        call.fail(failure)
    answer((call,))


def _wake(calls: Sequence[ThreadCall[Any]]) -> None:
    for call in calls:
        call.wake()
