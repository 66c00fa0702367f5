"""Jobs of operators ignore an erased workspace, and verify finds what an erasure missed."""

from collections.abc import Generator
from contextlib import contextmanager

import pytest
from support.erasure.house import DOOMED, KEPT, KEPT_COMMANDS, doomed_items, fill_store, find_traces
from support.faulty import Call, Crash, Fault, FaultyTables
from support.limits import limited_process, projection_limits
from support.simulation.busy import a_copy
from support.staged import StagedTables

import ascend
from ascend.adapters.layout import keys
from ascend.adapters.memory.tables import MemoryTables
from ascend.adapters.table.conditions import Absent
from ascend.adapters.table.item import Table
from ascend.testing import FakeEnvironment


async def test_verify_finds_what_an_erasure_missed_and_another_erasure_removes_it() -> None:
    """A process stood still for more than 15 minutes between its last look at the clock and its write."""
    tables = MemoryTables()
    store = await fill_store(tables, FakeEnvironment(), rebuilt=False)
    late = [item for item in await doomed_items(tables) if item.key.pk.startswith("U#bea#feed")]
    await store.erase(DOOMED)
    for item in late:
        await tables.put(Table.VIEWS, item, Absent())

    verified = await store.verify()
    assert {(difference.what, difference.workspace) for difference in verified.differences} == {("surplus", DOOMED)}
    assert len(verified.differences) == len(late)
    again = await store.erase(DOOMED, workers_stopped=True)
    assert (again.commits, sum(again.removed.values())) == (0, len(late))
    assert await find_traces(tables) == []
    assert (await store.verify()).clean


@pytest.mark.parametrize("stops", [False, True], ids=["whole", "in part"])
async def test_a_verification_runs_while_a_workspace_is_erased(stops: bool) -> None:
    limits = projection_limits(commits_per_batch=4)
    house = MemoryTables()
    store = await fill_store(house, FakeEnvironment(), rebuilt=False)
    await limited_process(store, commits_per_batch=4).worker.run_once()
    rehearsal = StagedTables(await a_copy(house))
    assert (await ascend.Store(rehearsal, store.environment, limits=limits).verify()).clean

    def at_commit_8(call: Call) -> Fault | None:
        return Fault.CRASH_BEFORE if stops and call.is_write and call.keys == (keys.commit_key(DOOMED, 8),) else None

    for number in range(1, len(rehearsal.calls), 3):
        tables = await a_copy(house)
        staged = StagedTables(tables)

        async def erase(call: Call, tables: MemoryTables = tables, number: int = number) -> None:
            if call.number == number:
                with suppress_crash():
                    await ascend.Store(FaultyTables(tables, at_commit_8), store.environment, limits=limits).erase(
                        DOOMED
                    )

        staged.before = erase
        verified = await ascend.Store(staged, store.environment, limits=limits).verify()
        assert [difference for difference in verified.differences if difference.what != "surplus"] == [], number
        assert stops or (verified.differences, verified.unsettled) == ([], []), number


@contextmanager
def suppress_crash() -> Generator[None]:
    try:
        yield
    except* Crash:
        pass


async def test_status_rebuild_digest_and_prune_ignore_an_erased_workspace() -> None:
    alone, environment = MemoryTables(), FakeEnvironment()
    reference = ascend.Store(alone, environment)
    for command in KEPT_COMMANDS:
        await reference.execute(KEPT, command, actor=ascend.UserId("ada"))
    await reference.worker.run_once()

    store = await fill_store(MemoryTables(), FakeEnvironment())
    await store.erase(DOOMED)
    assert [status.workspace async for status in store.status()] == [KEPT]
    assert (await store.digest())[1] == (await reference.digest())[1]
    await store.rebuild()
    assert (await store.prune(even_if_in_use=True)).records == 2  # before the two rebuilds
    assert await find_traces(store.tables) == []


async def test_an_unknown_workspace_cannot_be_erased() -> None:
    store = await fill_store(MemoryTables(), FakeEnvironment(), rebuilt=False)
    unknown = ascend.WorkspaceId.derive("unknown")
    with pytest.raises(ascend.NotFound, match=unknown):
        await store.erase(unknown)


async def test_progress_is_reported() -> None:
    store = await fill_store(MemoryTables(), FakeEnvironment(), rebuilt=False)
    reports: dict[str, tuple[int, int | None]] = {}
    await store.erase(DOOMED, progress=lambda stage, done, total: reports.__setitem__(stage, (done, total)))
    assert list(reports) == ["Emptying commits", "Sweeping the views", "Waiting for late workers", "Sweeping again"]
    assert reports["Waiting for late workers"] == (895, 900)
