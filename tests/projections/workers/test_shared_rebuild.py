"""Several processes share the work of one rebuild, and long builds delay nothing that is live."""

from collections import Counter

import anyio
import pytest
from support.building.timed import TimedTables, fill_store
from support.faulty import Crash, Fault, FaultyTables
from support.limits import projection_limits
from support.workers.house import find_lagging, following, rename
from support.workers.virtual import FakeHints, FakeLeases, share

import ascend
from ascend.adapters.operations.log_emptier import LogEmptier
from ascend.adapters.table.item import Table
from ascend.projections.deadline import LATEST_WRITE
from ascend.projections.engine.beginning import SHORT
from ascend.projections.engine.building.claims import LASTS
from ascend.testing import VirtualEnvironment, run_in_virtual_time

SIZES = tuple(10 + number * 7 % 20 for number in range(24))


def count_puts(tables: TimedTables, store: ascend.Store) -> Counter[str]:
    """Return how often each item of the new generation was put, without records and starts."""
    builds = [f"#{build}#" for build in map(str, store.current.state.current.builds)]
    written = (write.item.key for write in tables.written)
    return Counter(f"{key.pk} {key.sk}" for key in written if any(build in f"#{key.pk}#" for build in builds))


async def measure_rebuild(processes: int) -> float:
    """Return the seconds for which so many processes build together."""
    tables = TimedTables(seconds_per_put=0.01)
    store = await fill_store(tables, SIZES)
    before = await store.digest()
    tables.written.clear()
    seen: list[float] = []
    async with anyio.create_task_group() as group:
        for _ in range(processes):
            process = ascend.Store(tables, store.environment)
            group.start_soon(
                lambda process: process.rebuild(progress=lambda _: seen.append(anyio.current_time())), process
            )
    await store.worker.run_once()
    assert await store.digest() == before
    puts = count_puts(tables, store)
    assert len(puts) > 1_000
    assert set(puts.values()) == {1}
    return max(seen) - min(seen)


def test_two_processes_are_nearly_twice_as_fast_as_one_and_write_nothing_twice() -> None:
    async def main() -> None:
        one, two = await measure_rebuild(1), await measure_rebuild(2)
        assert one / two > 1.6

    run_in_virtual_time(main)


def test_what_a_killed_process_had_claimed_is_taken_over_when_its_claim_lapses() -> None:
    async def main() -> None:
        tables = TimedTables()
        store = await fill_store(tables, SIZES[:6])
        before = await store.digest()
        whole = FaultyTables(tables)
        state = await ascend.Store(whole, store.environment).rebuild()
        dying = FaultyTables(tables, {len(whole.calls) // 2: Fault.CRASH_BEFORE})
        with pytest.raises(Crash):
            await ascend.Store(dying, store.environment).rebuild()
        began = anyio.current_time()
        state = await ascend.Store(tables, store.environment).rebuild()
        assert set(state.current_epochs.values()) == {2}
        assert LASTS - 10 < anyio.current_time() - began < LASTS + 60
        await store.worker.run_once()
        assert await store.digest() == before

    run_in_virtual_time(main)


def test_long_builds_delay_nothing_that_is_live() -> None:
    async def main() -> None:
        filled, tables = TimedTables(), TimedTables(seconds_per_put=0.03)
        store = await fill_store(filled, (2, 255, 255, 255), events_per_task=2)
        tables.restore(filled, Table.EVENTS)  # nothing is rendered, and a build takes more than ten seconds
        store = ascend.Store(
            tables, store.environment, limits=projection_limits(workspaces_at_once=2, builds_at_once=2)
        )
        store.worker.share = share(FakeHints(), FakeLeases())
        live = min([workspace async for workspace in store.log.workspaces()])
        seconds: list[float] = []
        async with following(store.worker):
            await anyio.sleep(2)
            for number in range(20):
                receipt = await rename(store, live, f"House {number}")
                began = anyio.current_time()
                await store.wait_for(receipt, seconds=60)
                seconds.append(anyio.current_time() - began)
                await anyio.sleep(0.5)
            assert len(await find_lagging(store)) == 3  # they were built all the time
            assert max(seconds) < 0.5
            await anyio.sleep(200)
            assert await find_lagging(store) == []

    run_in_virtual_time(main)


def test_a_workspace_whose_erasure_was_stopped_half_way_does_not_hold_up_a_rebuild() -> None:
    """A build folds no erasure. The log is long, and nothing is rendered: so the build begins at the erasure itself."""

    async def main() -> None:
        filled, tables = TimedTables(), TimedTables()
        store = await fill_store(filled, (3, 110))
        tables.restore(filled, Table.EVENTS)
        store = ascend.Store(tables, store.environment)
        ends = {workspace: await store.log.last_position(workspace) async for workspace in store.log.workspaces()}
        longest = max(ends, key=lambda workspace: ends[workspace])
        assert ends[longest] > SHORT
        await LogEmptier(store.log, store.environment, longest).append_erasure()
        with anyio.fail_after(600):
            await store.rebuild()

    run_in_virtual_time(main)


@pytest.mark.parametrize("seconds_per_put", [LASTS / 200, LATEST_WRITE / 200])
def test_a_chunk_that_takes_longer_than_a_claim_or_a_look_lasts_is_written_once(seconds_per_put: float) -> None:
    async def main() -> None:
        tables = TimedTables()
        store = await fill_store(tables, (40,))
        before = await store.digest()
        tables.written.clear()
        tables.seconds_per_put = seconds_per_put
        with anyio.fail_after(2_000 * seconds_per_put):
            async with anyio.create_task_group() as group:
                for _ in range(2):
                    group.start_soon(ascend.Store(tables, store.environment).rebuild)
        await store.worker.run_once()
        assert await store.digest() == before
        assert set(count_puts(tables, store).values()) == {1}

    run_in_virtual_time(main)


def test_the_claim_of_a_killed_process_with_a_fast_clock_is_taken_over_as_soon() -> None:
    async def main() -> None:
        tables = TimedTables()
        store = await fill_store(tables, SIZES[:3])
        dying = FaultyTables(tables, {60: Fault.CRASH_BEFORE})
        assert isinstance(store.environment, VirtualEnvironment)
        with pytest.raises(Crash):
            await ascend.Store(dying, store.environment.elsewhere(1, seconds=86_400)).rebuild()
        with anyio.fail_after(LASTS + 60):
            await ascend.Store(tables, store.environment).rebuild()

    run_in_virtual_time(main)
