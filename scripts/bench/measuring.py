"""The result of a turn: rows of named quantities, the first of them of the bare store."""

import gc
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass

Quantities = dict[str, float]
"""Numbers by name. `cpu_ms` and `wall_ms` are for one unit of work, and `cpu_ms` is that of the client's process."""


@dataclass(frozen=True, slots=True)
class Turn:
    """The rows of one turn. Quantities of a row that `raw` has too are compared with it."""

    raw: Quantities
    rows: dict[str, Quantities]


def set_aside_garbage() -> None:
    """Collect what earlier turns have left, and let no collection look at what lives: it is not work of the next turn."""
    gc.collect()
    gc.freeze()


class Stopwatch:
    """The CPU of this process (all of its threads) and the time that a block took, in seconds."""

    def __init__(self) -> None:
        self._cpu, self._wall = time.process_time(), time.perf_counter()
        self.cpu = self.wall = 0.0

    def stop(self) -> None:
        self.cpu, self.wall = time.process_time() - self._cpu, time.perf_counter() - self._wall

    def for_each_of(self, count: int) -> Quantities:
        """Return milliseconds for one of `count` units of work."""
        return {"cpu_ms": self.cpu * 1_000 / count, "wall_ms": self.wall * 1_000 / count}


@asynccontextmanager
async def stopwatch() -> AsyncGenerator[Stopwatch]:
    """Measure the block."""
    watch = Stopwatch()
    yield watch
    watch.stop()
