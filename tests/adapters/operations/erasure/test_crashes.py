"""An erasure that stops anywhere can run again. Until then, people see either everything as before, or nothing."""

import pytest
from support.erasure.house import COMMITS, DOOMED, KEPT, doomed_items, fill_store, find_traces, items_of_others
from support.faulty import Call, Crash, Fault, FaultyTables
from support.scenario import BEA
from support.simulation.busy import a_copy

import ascend
from ascend.adapters.memory.tables import MemoryTables
from ascend.adapters.table.item import Key
from ascend.testing import FakeEnvironment

EVERY = 3
"""The erasure crashes at every third storage call, because most calls are alike."""


@pytest.fixture(scope="module")
async def house() -> MemoryTables:
    tables = MemoryTables()
    await fill_store(tables, FakeEnvironment())
    return tables


def a_day_later() -> FakeEnvironment:
    environment = FakeEnvironment(2)
    environment.advance(days=1)
    return environment


@pytest.fixture(scope="module")
async def calls(house: MemoryTables) -> int:
    faulty = FaultyTables(await a_copy(house))
    await ascend.Store(faulty, a_day_later()).erase(DOOMED, workers_stopped=True)
    return len(faulty.calls)


@pytest.mark.parametrize("fault", [Fault.CRASH_BEFORE, Fault.CRASH_AFTER])
async def test_an_erasure_can_run_again_after_a_crash_at_any_call(
    house: MemoryTables, calls: int, fault: Fault
) -> None:
    others = await items_of_others(house)
    for number in range(1 if fault is Fault.CRASH_BEFORE else 2, calls + 1, EVERY):
        tables, environment = await a_copy(house), a_day_later()
        try:
            await ascend.Store(FaultyTables(tables, {number: fault}), environment).erase(DOOMED, workers_stopped=True)
        except* Crash:
            pass
        seen = await workspaces_seen_by_bea(ascend.Store(tables, environment))
        result = await ascend.Store(tables, environment).worker.run_once()
        assert result.stalled == ()
        assert await workspaces_seen_by_bea(ascend.Store(tables, environment)) == seen
        erased = await ascend.Store(tables, environment).erase(DOOMED, workers_stopped=True)
        assert await find_traces(tables) == [], number
        assert await items_of_others(tables) == others
        assert erased.position == COMMITS + 1


async def workspaces_seen_by_bea(store: ascend.Store) -> set[ascend.WorkspaceId]:
    """Return the workspaces that Bea sees, after a check that all queries agree."""
    try:
        await store.queries.workspace(DOOMED, viewer=BEA)
    except ascend.NotAllowed:
        seen = {KEPT}
    else:
        seen = {KEPT, DOOMED}
    feed = await store.queries.feed(BEA, viewer=BEA)
    assert {entry.line.workspace for entry in feed.items} == seen
    mentions = await store.queries.mentions(BEA, viewer=BEA)
    assert {entry.line.workspace for entry in mentions.items} == seen
    return seen


@pytest.mark.parametrize("fault", [Fault.LOST_REQUEST, Fault.LOST_REPLY])
async def test_a_write_without_an_answer_is_sent_again_and_counted_once(house: MemoryTables, fault: Fault) -> None:
    doomed, sent = len(await doomed_items(house)), set[tuple[Key, ...]]()

    def plan(call: Call) -> Fault | None:
        if not call.is_write or call.keys in sent:
            return None
        sent.add(call.keys)
        return fault

    tables = await a_copy(house)
    erased = await ascend.Store(FaultyTables(tables, plan), a_day_later()).erase(DOOMED)
    assert await find_traces(tables) == []
    assert (erased.commits, sum(erased.removed.values())) == (COMMITS, doomed)
    assert len(sent) == COMMITS + 2 + doomed
