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


def uuid7(milliseconds: int, random_bytes: bytes) -> str:
    """Return a UUIDv7 (RFC 9562, section 5.7): 48 bits of time, version, 12 random bits, variant, 62 random bits."""
    a = int.from_bytes(random_bytes[:2]) & 0x0FFF
    b = int.from_bytes(random_bytes[2:10]) & 0x3FFF_FFFF_FFFF_FFFF
    text = f"{milliseconds << 80 | 0x7 << 76 | a << 64 | 0b10 << 62 | b:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
