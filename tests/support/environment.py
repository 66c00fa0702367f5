"""A fake environment: clocks that move when told to, and randomness that is the same in every run.

environment = FakeEnvironment(seed=7)
await environment.sleep(3)            returns at once, and the clocks are three seconds later
environment.advance(days=31)
environment.elsewhere(seconds=90)     another machine, whose wall clock is 90 s ahead
"""

import random
from datetime import UTC, datetime, timedelta

from anyio.lowlevel import checkpoint

from ascend.adapters.environment import uuid7

BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)


class FakeEnvironment:
    """A fake environment. New ids are UUIDv7s of the present moment, the same in every run."""

    def __init__(self, seed: int = 0, *, of: "FakeEnvironment | None" = None, ahead: timedelta = timedelta(0)) -> None:
        self._shared: _Shared = of._shared if of else _Shared(random.Random(seed))
        self._ahead = ahead

    def elsewhere(self, *, seconds: float) -> "FakeEnvironment":
        """Return the environment of another machine, whose wall clock is some seconds ahead."""
        return FakeEnvironment(of=self, ahead=timedelta(seconds=seconds))

    def advance(self, *, seconds: float = 0, days: float = 0) -> None:
        self._shared.seconds += seconds + days * 86_400

    def now(self) -> datetime:
        return BEGINNING + timedelta(seconds=self._shared.seconds) + self._ahead

    def elapsed(self) -> float:
        return self._shared.seconds

    async def sleep(self, seconds: float) -> None:
        wake = self._shared.seconds + seconds
        await checkpoint()
        self._shared.seconds = max(self._shared.seconds, wake)

    def random(self) -> float:
        return self._shared.random.random()

    def new_id(self) -> str:
        return self.id_of(self.now())

    def id_of(self, moment: datetime) -> str:
        """Return a UUIDv7 that was made at this moment."""
        self._shared.count += 1
        return uuid7(round(moment.timestamp() * 1_000), self._shared.count.to_bytes(10))


class _Shared:
    def __init__(self, dice: random.Random) -> None:
        self.random = dice
        self.seconds = 0.0
        self.count = 0
