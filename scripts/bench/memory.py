"""Memory: the peak of a process that sends and projects commands, and of one with ten times as many. Uses `commands`.

The raw row is the peak for `commands`.
"""

import itertools
import resource
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import anyio

import ascend
from bench.figure import TakeTurn
from bench.measuring import Quantities, Turn
from bench.place import Place
from bench.sizes import Sizes
from bench.work import create_workspace, send_commands

PARTS = 10
KIB = 1_024


@asynccontextmanager
async def prepare(place: Place, sizes: Sizes) -> AsyncGenerator[TakeTurn]:
    numbers = itertools.count()

    async def take_turn() -> Turn:
        once = await measure_peak(place.url(f"memory{next(numbers)}"), sizes.commands)
        tenfold = await measure_peak(place.url(f"memory{next(numbers)}"), 10 * sizes.commands)
        return Turn(once, {"ten times the commands": tenfold})

    yield take_turn


async def measure_peak(url: str, count: int) -> Quantities:
    """Return the peak memory, in MiB, of a process that fills a store."""
    process = await anyio.run_process([sys.executable, "-m", "bench.memory", url, str(count)], stderr=None)
    return {"peak_mib": int(process.stdout.split()[-1]) / KIB}


async def fill_store(url: str, count: int) -> None:
    """Send commands, project them, and print the peak memory of this process in KiB."""
    async with ascend.open_store(url, create=True) as store:
        workspace = await create_workspace(store)
        for _ in range(PARTS):
            await send_commands(store, workspace, max(1, count // PARTS))
            await store.worker.run_once()
    print(read_peak())


def read_peak() -> int:
    """Return the peak memory of this process, in KiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


if __name__ == "__main__":
    anyio.run(fill_store, sys.argv[1], int(sys.argv[2]))
