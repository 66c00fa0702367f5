"""The environment of a process in virtual time: clocks that follow the event loop, and a wall clock that may be wrong."""

import asyncio
import random
from datetime import UTC, datetime, timedelta

import anyio

from ascend.adapters.environment import uuid7
from ascend.testing.environment import BEGINNING


class VirtualEnvironment:
    """An `Environment` on a `VirtualLoop`. `elsewhere` gives those of other machines: each has a wall clock of its own.

    `elapsed` is the loop's time and never goes back. `jump` sets the wall clock forward or back.
    """

    def __init__(self, seed: int | str = 0, *, start: datetime = BEGINNING) -> None:
        self._start = start
        self._dice = random.Random(seed)  # noqa: S311  the same numbers in every run
        self._ids = [0]

    def elsewhere(self, seed: int | str, *, seconds: float = 0.0) -> "VirtualEnvironment":
        """Return the environment of another machine, whose wall clock is some seconds ahead. No id is made twice."""
        other = VirtualEnvironment(seed, start=self._start + timedelta(seconds=seconds))
        other._ids = self._ids
        return other

    def jump(self, seconds: float) -> None:
        """Set the wall clock forward by some seconds, or back by negative ones."""
        self._start += timedelta(seconds=seconds)

    def now(self) -> datetime:
        """Return the wall clock's time, in UTC."""
        return self._start + timedelta(seconds=self.elapsed())

    def elapsed(self) -> float:
        """Return the virtual seconds since the event loop was made."""
        return asyncio.get_running_loop().time()

    async def sleep(self, seconds: float) -> None:
        """Let virtual time pass."""
        await anyio.sleep(seconds)

    def random(self) -> float:
        """Return the next random number of the seed, from 0 to 1."""
        return self._dice.random()

    def new_id(self) -> str:
        """Return a new UUIDv7 of the present moment. Later ids of one moment sort after earlier ones."""
        self._ids[0] += 1
        return uuid7(round(self.now().astimezone(UTC).timestamp() * 1_000), self._ids[0].to_bytes(10))
