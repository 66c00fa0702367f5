"""For workers, the log of an erased workspace ends before its erasure, also while the erasure runs."""

from collections.abc import Awaitable, Callable

from support.erasure.house import COMMITS, DOOMED, PROJECTED, fill_store, item_text, send_all
from support.faulty import Call, Crash, Fault, FaultyTables, Plan
from support.simulation.busy import everything

import ascend
from ascend.adapters.memory.tables import MemoryTables
from ascend.adapters.table.item import Table
from ascend.adapters.table.port import Tables
from ascend.domain.ids import OPERATOR_USER, CommandId
from ascend.domain.runtime.request import Request
from ascend.domain.workspaces.lifecycle import EraseWorkspace
from ascend.testing import FakeEnvironment


async def test_the_erasure_itself_is_not_projected() -> None:
    store = await fill_store(MemoryTables(), FakeEnvironment(), rebuilt=False)
    id = CommandId.derive("erase")
    await store.commands.execute(
        Request(workspace=DOOMED, command=EraseWorkspace(), actor=OPERATOR_USER, command_id=id)
    )
    worker = ascend.Store(store.tables, store.environment).worker

    assert (await worker.run_once()).batches > 0
    (record,) = await store.views.records(DOOMED)
    assert (record.rendered, record.folded, record.stalled) == (COMMITS, COMMITS, "")
    views = [item_text(table, item) for table, item in await everything(store.tables) if table is Table.VIEWS]
    assert "workspace.erased" not in str(views)
    assert (await worker.run_once()).batches == 0
    assert await worker.catch_up(DOOMED) == 0


async def test_an_unfinished_batch_stays_unfinished_once_its_commits_are_stubs() -> None:
    tables, environment = MemoryTables(), FakeEnvironment()
    await send_all(ascend.Store(tables, environment), DOOMED, PROJECTED)
    await crash_during(
        tables, after_the_move_of_rendered(), lambda faulty: ascend.Store(faulty, environment).worker.run_once()
    )
    await crash_during(tables, at_the_first_delete, lambda faulty: ascend.Store(faulty, environment).erase(DOOMED))

    late = FaultyTables(tables)
    store = ascend.Store(late, environment)
    (record,) = await store.views.records(DOOMED)
    assert (int(record.rendered), int(record.folded)) == (len(PROJECTED), 0)
    assert await store.worker.catch_up(DOOMED) == 0
    assert [call for call in late.calls if call.is_write] == []


async def crash_during(tables: Tables, plan: Plan, work: Callable[[Tables], Awaitable[object]]) -> None:
    crashed = False
    try:
        await work(FaultyTables(tables, plan))
    except* Crash:
        crashed = True
    assert crashed


def after_the_move_of_rendered() -> Callable[[Call], Fault | None]:
    """Return a plan to crash after the second write of the record: the first begins it, the second moves *rendered*."""
    writes: list[Call] = []

    def plan(call: Call) -> Fault | None:
        if call.method == "put" and call.keys[0].pk == f"W#{DOOMED}#generations":
            writes.append(call)
        return Fault.CRASH_AFTER if len(writes) == 2 else None

    return plan


def at_the_first_delete(call: Call) -> Fault | None:
    return Fault.CRASH_BEFORE if call.method == "delete" else None
