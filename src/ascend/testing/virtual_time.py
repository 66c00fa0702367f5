"""An event loop in virtual time: it never waits. When nothing is left to do, its clock goes on to the next timer.

Everything that waits on the loop (`anyio.sleep`, timeouts, `Environment.sleep`) takes no real time, and the same program
does the same things in the same order in every run. Threads and sockets have no place in it.
"""

import asyncio
import gc
import math
import selectors
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class NothingLeftToDo(AssertionError):
    """Everything in the event loop waits for something that will never happen."""


class _NumberedTask(asyncio.Task[Any]):
    """A task whose hash is a number, so that sets of tasks have the same order in every run."""

    count = 0

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        type(self).count += 1
        self._number = type(self).count
        super().__init__(*args, **kwargs)

    def __hash__(self) -> int:
        return self._number

    def __eq__(self, other: object) -> bool:
        return self is other


class _Selector(selectors.SelectSelector):
    """Does not wait for sockets. Instead of waiting, it moves the clock."""

    now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise NothingLeftToDo("everything waits for something that never happens")
        if timeout > 0:
            self.now = max(self.now + timeout, math.nextafter(self.now, math.inf))
        return []


class VirtualLoop(asyncio.SelectorEventLoop):
    """The event loop of a simulation. `leap` lets time pass at once, as when a machine wakes from sleep."""

    def __init__(self) -> None:
        self._virtual = _Selector()
        super().__init__(self._virtual)
        self.set_task_factory(_make_task)

    def time(self) -> float:
        """Return the virtual seconds since the loop was made."""
        return self._virtual.now

    def leap(self, seconds: float) -> None:
        """Let time pass. What should have happened meanwhile happens now, late."""
        self._virtual.now += seconds


def _make_task(loop: asyncio.AbstractEventLoop, coroutine: Any, **kwargs: Any) -> asyncio.Task[Any]:
    return _NumberedTask(coroutine, loop=loop, **kwargs)


def run_in_virtual_time(main: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Run the coroutine in an event loop of its own, in virtual time. Do not call it inside of another event loop.

    Raises:
        NothingLeftToDo: everything waits, and no timer runs.
    """
    _NumberedTask.count = 0
    collects = gc.isenabled()
    gc.disable()  # what the garbage collector finalizes, and when, is not the same in every run
    try:
        with asyncio.Runner(loop_factory=VirtualLoop) as runner:
            return runner.run(main())
    finally:
        if collects:
            gc.enable()
