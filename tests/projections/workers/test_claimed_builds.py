"""A pass and a catch-up end when the workspaces are rendered, also those whose builds another process has claimed."""

import random
from collections import Counter

import anyio
import pytest
from structlog.testing import capture_logs
from support.building.given import afresh, stored_record
from support.building.timed import TimedTables, fill_store
from support.faulty import Crash, Fault, FaultyTables
from support.simulation.busy import a_copy
from support.simulation.histories import History
from support.workers.house import find_lagging

import ascend
from ascend.adapters.memory.tables import MemoryTables
from ascend.adapters.table.port import Tables
from ascend.projections.engine import projector
from ascend.projections.engine.building.claims import LASTS
from ascend.projections.generation_record import StoredState
from ascend.projections.workers.visits import LOOK_AGAIN
from ascend.testing import FakeEnvironment, VirtualEnvironment, run_in_virtual_time


@pytest.fixture(autouse=True)
def short_logs_are_built(monkeypatch: pytest.MonkeyPatch) -> None:
    """Build every log of more than a few commits as of its end, as a long one is, where nothing is rendered yet."""
    monkeypatch.setattr(projector, "SHORT", 5)


async def an_unrendered_store(tables: Tables | None = None) -> tuple[ascend.Store, History]:
    """Return a store with one workspace of which nothing is rendered."""
    environment = FakeEnvironment(3)
    store = ascend.Store(tables or MemoryTables(), environment)
    history = await History(store, environment, random.Random(3)).begin()
    while len(history.commits) < 25:
        await history.run_random(1)
    return store, history


async def kill_a_build(store: ascend.Store, workspace: ascend.WorkspaceId) -> None:
    """Begin a pass in another process, and kill it in the middle of the build."""
    whole = FaultyTables(await a_copy(store.tables))
    await ascend.Store(whole, store.environment).worker.run_once()
    dying = FaultyTables(store.tables, {len(whole.calls) // 2: Fault.CRASH_BEFORE})
    with pytest.raises((Crash, BaseExceptionGroup)):
        await ascend.Store(dying, store.environment).worker.run_once()
    record = await stored_record(store, workspace, store.current.generation)
    assert record.progress is not None
    assert record.progress.builder


async def test_a_pass_goes_on_with_the_build_of_a_killed_process_when_its_claim_lapses(any_tables: Tables) -> None:
    store, history = await an_unrendered_store(any_tables)
    await kill_a_build(store, history.workspace)
    began = store.environment.elapsed()

    with capture_logs() as logs:
        outcome = await store.worker.run_once()

    assert LASTS - 10 < store.environment.elapsed() - began < LASTS + 10
    assert await find_lagging(store) == []
    assert (outcome.workspaces, outcome.stalled) == (1, ())
    assert outcome.batches > 0
    waits = [log for log in logs if log["event"] == "build.awaited"]
    assert [(log["workspace"], log["claim_lasts"]) for log in waits] == [(history.workspace, 60)]


async def test_a_catch_up_waits_for_the_claim_of_a_killed_process() -> None:
    store, history = await an_unrendered_store()
    await kill_a_build(store, history.workspace)

    assert await store.worker.catch_up(history.workspace) > 0

    assert await find_lagging(store) == []


async def test_with_a_limit_of_batches_nothing_is_waited_for() -> None:
    store, history = await an_unrendered_store()
    await kill_a_build(store, history.workspace)
    began = store.environment.elapsed()

    assert (await store.worker.run_once(most=10)).batches == 0
    assert await store.worker.catch_up(history.workspace, most=10) == 0

    assert store.environment.elapsed() == began


def test_a_pass_waits_until_another_process_has_built_a_workspace_and_writes_nothing_twice() -> None:
    async def main() -> None:
        tables = TimedTables(seconds_per_put=0.5)
        await fill_store(tables, [100], renders=False)
        machine = VirtualEnvironment(1)
        first, second = (ascend.Store(tables, machine.elsewhere(seed)) for seed in (2, 3))
        ended: list[float] = []

        async def run(store: ascend.Store) -> None:
            await store.worker.run_once()
            assert await find_lagging(store) == []
            ended.append(anyio.current_time())

        async with anyio.create_task_group() as group:
            group.start_soon(run, first)
            group.start_soon(run, second)
        assert ended[0] > LASTS * 2  # the claim was renewed
        assert ended[1] - ended[0] < LOOK_AGAIN * 4
        builds = [f"#{build}#" for build in map(str, first.current.generation.builds)]
        written = [write.item.key for write in tables.written]
        puts = Counter(key for key in written if any(build in f"#{key.pk}#" for build in builds))
        assert len(puts) > 100
        assert set(puts.values()) == {1}

    run_in_virtual_time(main)


async def test_in_a_new_workspace_a_catch_up_builds_the_announced_generation_that_goes_first() -> None:
    store, history = await an_unrendered_store()
    claimed = store.current.state.announce_first()
    assert await store.views.replace_state(StoredState(None), claimed.announce(afresh(store)))

    await store.worker.catch_up(history.workspace)

    assert await find_lagging(store) == []
