"""Visibility: the time from a commit until `wait_for` says that it is rendered by a worker that follows elsewhere.

The sender and the worker are two stores on the same tables: nothing but hints tells the worker of a commit. Uses
`workspaces` (two rows each, p50 and p99) and `samples`.
"""

import itertools
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from math import ceil

import anyio

import ascend
from bench.figure import TakeTurn
from bench.measuring import Quantities, Turn
from bench.place import Place
from bench.sizes import Sizes
from bench.work import create_task, create_workspaces, measure_raw_puts, warm_up

PATIENCE = 300.0
BETWEEN = 0.05
"""Seconds between a commit that is rendered and the next one."""


@asynccontextmanager
async def prepare(place: Place, sizes: Sizes) -> AsyncGenerator[TakeTurn]:
    async with AsyncExitStack() as stack:
        senders: dict[int, tuple[ascend.Store, list[ascend.WorkspaceId]]] = {}
        for count in sizes.workspaces:
            url = place.url(f"visible{count}")
            sender = await stack.enter_async_context(ascend.open_store(url, create=True))
            await warm_up(sender)
            senders[count] = (sender, await create_workspaces(sender, count))
            await sender.worker.run_once()

        async def take_turn() -> Turn:
            first = next(iter(senders.values()))[0]
            raw = await measure_raw_puts(first.tables, sizes.samples)
            rows: dict[str, Quantities] = {}
            for count, (sender, workspaces) in senders.items():
                waits = await measure_waits(sender, workspaces, sizes.samples)
                rows |= {f"{count:,} workspaces, p{part}": {"wall_ms": percentile(waits, part)} for part in (50, 99)}
            return Turn(raw, rows)

        yield take_turn


async def measure_waits(
    sender: ascend.Store, workspaces: Sequence[ascend.WorkspaceId], samples: int
) -> Sequence[float]:
    """Return milliseconds, sorted."""
    waits: list[float] = []
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(ascend.Store(sender.tables).worker.follow)
        await anyio.sleep(1)
        step = max(1, len(workspaces) // samples)
        for workspace in itertools.islice(itertools.cycle(workspaces[::step]), samples):
            receipt = await create_task(sender, workspace)
            began = time.perf_counter()
            await sender.wait_for(receipt, seconds=PATIENCE)
            waits.append((time.perf_counter() - began) * 1_000)
            await anyio.sleep(BETWEEN)
        tasks.cancel_scope.cancel()
    return sorted(waits)


def percentile(numbers: Sequence[float], part: int) -> float:
    """Return the smallest of the sorted numbers that is not below `part` percent of them (nearest rank)."""
    return numbers[max(0, ceil(len(numbers) * part / 100) - 1)]
