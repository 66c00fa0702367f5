"""A fake environment: clocks that move when told to, and ids and randomness that are the same in every run.

environment = FakeEnvironment(seed=7)
await environment.sleep(3)            returns at once, and the clocks are three seconds later
environment.advance(days=31)
environment.elsewhere(seconds=90)     another machine, whose wall clock is 90 s ahead
"""

import random
from copy import copy
from datetime import UTC, datetime, timedelta

from anyio.lowlevel import checkpoint

from ascend.adapters.environment import uuid7

BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)
"""The time at which the clocks of a fake environment begin, unless it is told otherwise."""


class FakeEnvironment:
    """An `Environment` for tests: pass it to `open_store` or `Store`.

    It has two clocks, as every machine has. `now` is the wall clock: it begins at `start`. `elapsed` counts the seconds
    since then. Both stand still until `advance` or `sleep` moves them, together. `random` gives the numbers of the seed.
    """

    def __init__(self, seed: int = 0, *, start: datetime = BEGINNING) -> None:
        self._start = start
        self._shared = _Shared(random.Random(seed))  # noqa: S311  the same numbers in every run

    def elsewhere(self, *, seconds: float) -> "FakeEnvironment":
        """Return the environment of another machine, whose wall clock is some seconds ahead of this one.

        Time passes on both machines at once. They draw their ids and random numbers from one source, so no id is made
        twice. With negative seconds, the clock is behind.
        """
        other = copy(self)
        other._start += timedelta(seconds=seconds)  # noqa: SLF001  it is one of ours
        return other

    def advance(self, *, seconds: float = 0, days: float = 0) -> None:
        """Let time pass: both clocks move, here and on the machines made by `elsewhere`."""
        self._shared.seconds += seconds + days * 86_400

    def now(self) -> datetime:
        """Return the wall clock's time, in UTC."""
        return self._start + timedelta(seconds=self._shared.seconds)

    def elapsed(self) -> float:
        """Return the seconds that have passed since the environment was made."""
        return self._shared.seconds

    async def sleep(self, seconds: float) -> None:
        """Let other tasks run once, then let that time pass. Sleeps of several tasks overlap."""
        wake = self._shared.seconds + seconds
        await checkpoint()
        self._shared.seconds = max(self._shared.seconds, wake)

    def random(self) -> float:
        """Return the next random number of the seed, from 0 to 1."""
        return self._shared.random.random()

    def new_id(self) -> str:
        """Return a new UUIDv7 of the present moment. Later ids of one moment sort after earlier ones."""
        return self.id_of(self.now())

    def id_of(self, moment: datetime) -> str:
        """Return a new UUIDv7 that carries this moment, for example that of an old command."""
        self._shared.count += 1
        return uuid7(round(moment.timestamp() * 1_000), self._shared.count.to_bytes(10))


class _Shared:
    """The part that all machines have in common."""

    def __init__(self, dice: random.Random) -> None:
        self.random = dice
        self.seconds = 0.0
        self.count = 0
