"""The clocks, randomness and ids of this machine."""

import os
import random
import time
from datetime import UTC, datetime

import anyio

from ascend.domain.runtime.ports import Environment

_BOOT_CLOCK = getattr(time, "CLOCK_BOOTTIME", None)


class SystemEnvironment:
    """The `Environment` of production."""

    def now(self) -> datetime:
        return datetime.now(UTC)  # noqa: TID251  the one clock; everywhere else, time arrives as a value

    def elapsed(self) -> float:
        """Return the seconds since some moment. Includes the machine's sleep, if the system has such a clock."""
        return time.monotonic() if _BOOT_CLOCK is None else time.clock_gettime(_BOOT_CLOCK)

    async def sleep(self, seconds: float) -> None:
        await anyio.sleep(seconds)

    def random(self) -> float:
        return random.random()  # noqa: S311  jitter

    def new_id(self) -> str:
        return uuid7(time.time_ns() // 1_000_000, os.urandom(10))


class LoopClock:
    """Another environment with the clock of the event loop: its waits take as long as they say.

    The waits of a fake environment end at once, and each lets its time pass. Leases, whose holders wait for one another,
    would all run out.
    """

    def __init__(self, environment: Environment) -> None:
        self._environment = environment

    def now(self) -> datetime:
        return self._environment.now()

    def elapsed(self) -> float:
        return anyio.current_time()

    async def sleep(self, seconds: float) -> None:
        await anyio.sleep(seconds)

    def random(self) -> float:
        return self._environment.random()

    def new_id(self) -> str:
        return self._environment.new_id()


VARIANT = dict(zip("0123456789abcdef", 4 * "89ab", strict=True))
"""The digit with the variant, whose upper two bits are 10, for each random digit."""


def uuid7(milliseconds: int, random_bytes: bytes) -> str:
    """Return a UUIDv7 (RFC 9562, section 5.7): 48 bits of time, version, 12 random bits, variant, 62 random bits."""
    time, digits = f"{milliseconds:012x}", random_bytes.hex()
    return f"{time[:8]}-{time[8:]}-7{digits[1:4]}-{VARIANT[digits[4]]}{digits[5:8]}-{digits[8:20]}"
