"""The environment of production in this process, in which long waits end at once."""

from datetime import datetime, timedelta

import anyio
import pytest

from ascend.adapters.environment import SystemEnvironment

LONG = 1.0
"""Seconds. Shorter waits are waits for something that goes on meanwhile."""


class Hurry:
    """Counts the seconds of the waits that ended at once. They pass in every `SystemEnvironment` of this process."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.seconds = 0.0
        elapsed, now = SystemEnvironment.elapsed, SystemEnvironment.now

        async def sleep(_: SystemEnvironment, seconds: float) -> None:
            is_long = seconds > LONG
            self.seconds += seconds if is_long else 0
            await anyio.sleep(0 if is_long else seconds)

        def now_later(environment: SystemEnvironment) -> datetime:
            return now(environment) + timedelta(seconds=self.seconds)

        def elapsed_later(environment: SystemEnvironment) -> float:
            return elapsed(environment) + self.seconds

        patch.setattr(SystemEnvironment, "sleep", sleep)
        patch.setattr(SystemEnvironment, "elapsed", elapsed_later)
        patch.setattr(SystemEnvironment, "now", now_later)
