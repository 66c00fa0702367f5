"""A log that cannot be read is told by its place, stops nothing but its own workspace, and is erased like any other."""

from collections.abc import Mapping
from dataclasses import replace

import pytest
from support.simulation.busy import everything
from support.unreadable.faults import (
    BAD,
    CHORE,
    COMMITS,
    GARBAGE,
    GOOD,
    NEWER,
    Fault,
    beside,
    changed,
    fill,
    lose_third,
)

import ascend
from ascend.adapters.layout import keys
from ascend.adapters.memory.tables import MemoryTables
from ascend.adapters.sqlite.tables import SqliteTables
from ascend.adapters.table.conditions import Absent
from ascend.adapters.table.item import Item, Table
from ascend.adapters.table.port import Tables
from ascend.adapters.table.query import Query, TablePage
from ascend.domain.runtime.body import FORMAT, Body
from ascend.domain.runtime.ports import START, Head, Point, SlotTaken
from ascend.domain.workspaces.workspace import WorkspaceIsErased
from ascend.projections.limits import PolicyLimits
from ascend.projections.policies.install import Installation
from ascend.testing import ADA

FAULTS: Mapping[str, tuple[Fault, str]] = {**NEWER, **GARBAGE}


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_fault_is_told_by_its_place_and_stops_no_other_workspace_in_memory(fault: str) -> None:
    await check_others_go_on(MemoryTables(), fault)


@pytest.mark.parametrize("fault", ["event", "body", "key behind"])
async def test_a_fault_is_told_by_its_place_and_stops_no_other_workspace_on_sqlite(
    sqlite_tables: SqliteTables, fault: str
) -> None:
    await check_others_go_on(sqlite_tables, fault)


async def test_a_fault_is_told_by_its_place_and_stops_no_other_workspace_on_dynamodb(dynamodb_tables: Tables) -> None:
    await check_others_go_on(dynamodb_tables, "key between")


async def check_others_go_on(tables: Tables, fault: str) -> None:
    plant, text = FAULTS[fault]
    kind, message = ascend.UpgradeRequired if fault in NEWER else ascend.Damaged, text.format(bad=BAD)
    store = await fill(tables)
    await plant(tables)

    with pytest.raises(kind) as refused:
        await store.execute(BAD, ascend.CompleteTask(task_id=CHORE), actor=ADA)
    assert message in str(refused.value)
    assert ("upgrade" in str(refused.value)) == (fault in NEWER)
    assert "rebuild" not in str(refused.value)

    await store.worker.run_once()  # a first pass may render what stands before the fault
    assert (await store.worker.run_once()).stalled == (BAD,)
    bad, good = sorted([status async for status in store.status()], key=lambda status: status.workspace == GOOD)
    assert message in bad.stalled
    assert (good.rendered, good.lag, good.stalled, good.unreadable) == (COMMITS, 0, "", ())
    assert bad.head == COMMITS

    await check_rebuild(store, fault, message)
    differences = (await store.verify()).differences
    assert {difference.workspace for difference in differences} <= {BAD}
    await store.prune(even_if_in_use=True)
    await store.digest()
    assert (await store.execute(GOOD, ascend.CompleteTask(task_id=CHORE), actor=ADA)).events == 1


async def check_rebuild(store: ascend.Store, fault: str, message: str) -> None:
    """Rebuild: it names the workspace. It does not switch where a commit that was rendered is lost."""
    if fault == "gap":
        with pytest.raises(ascend.Damaged, match="not switched"):
            await store.rebuild()
        return
    named: dict[str, str] = {}
    await store.rebuild(report_unreadable=lambda workspace, error: named.update({workspace: str(error)}))
    assert set(named) <= {BAD}
    assert fault == "key behind" or message in named[BAD]  # what lies behind all commits holds up nothing


async def test_two_processes_store_the_same_text_for_the_same_fault() -> None:
    texts: list[str] = []
    for _ in range(2):
        tables = MemoryTables()
        store = await fill(tables)
        await GARBAGE["no title"][0](tables)
        await store.worker.run_once()
        texts += [status.stalled async for status in store.status() if status.workspace == BAD]
    assert len(texts) == 2
    assert len(set(texts)) == 1


async def test_a_sort_key_behind_the_log_is_named_by_status_and_verify() -> None:
    tables = MemoryTables()
    store = await fill(tables)
    await beside("zebra")(tables)
    await beside("!")(tables)

    (bad,) = [status async for status in store.status() if status.workspace == BAD]
    assert (bad.head, len(bad.unreadable)) == (COMMITS, 1)
    assert "the sort key 'zebra' is no position" in bad.unreadable[0]
    found = {(d.what, d.sort) for d in (await store.verify()).differences}
    assert {("log", "!"), ("log", "zebra")} <= found


async def test_a_rebuild_that_would_show_less_names_every_workspace_and_does_not_switch() -> None:
    tables = MemoryTables()
    store = await fill(tables)
    await store.worker.run_once()
    await GARBAGE["body"][0](tables)
    with pytest.raises(ascend.Damaged, match=f"its body is not JSON; not switched, because of {BAD}"):
        await store.rebuild()
    assert (await store.views.state()).epochs == {}


# ---- erasure --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_workspace_that_cannot_be_read_is_erased_in_memory(fault: str) -> None:
    await check_erased(MemoryTables(), fault)


@pytest.mark.parametrize("fault", ["event", "empty", "gap", "key behind"])
async def test_a_workspace_that_cannot_be_read_is_erased_on_sqlite(sqlite_tables: SqliteTables, fault: str) -> None:
    await check_erased(sqlite_tables, fault)


async def test_a_workspace_that_cannot_be_read_is_erased_on_dynamodb(dynamodb_tables: Tables) -> None:
    await lose_and_erase(dynamodb_tables)


async def lose_and_erase(tables: Tables) -> None:
    """Erase a workspace whose log has several faults at once."""
    store = await fill(tables)
    for plant in (changed(body=b"zebra", id=None), lose_third, beside("zebra"), beside("0000000000000002zebra")):
        await plant(tables)
    erased = await store.erase(BAD, workers_stopped=True)
    assert (erased.position, erased.commits) == (COMMITS + 1, 5)
    await check_nothing_stays(store)


async def check_erased(tables: Tables, fault: str) -> None:
    store = await fill(tables)
    await FAULTS[fault][0](tables)
    erased = await store.erase(BAD, workers_stopped=True)
    assert erased.position == COMMITS + 1
    await check_nothing_stays(store)
    again = await ascend.Store(tables, store.environment).erase(BAD, workers_stopped=True)
    assert (again.position, again.commits, again.removed) == (COMMITS + 1, 0, {})


async def check_nothing_stays(store: ascend.Store) -> None:
    tables = store.tables
    assert await store.log.is_erased(BAD)
    stored = [item for _, item in await everything(tables) if BAD in str(item)]
    assert not [item for item in stored if "zebra" in str(item.attributes)]
    slots = [item.key.sk for item in stored if item.key.pk == keys.log_partition(BAD)]
    assert {keys.format_position(position) for position in range(1, COMMITS + 2)} <= set(slots)
    for process in (store, ascend.Store(tables, store.environment)):
        with pytest.raises(WorkspaceIsErased):
            await process.execute(BAD, ascend.CompleteTask(task_id=CHORE), actor=ADA)
    assert [status.workspace async for status in store.status()] == [GOOD]
    assert (await store.worker.run_once()).stalled == ()
    assert (await store.verify()).clean


class SmallPages(MemoryTables):
    """Tables whose pages hold one item."""

    async def query(self, query: Query) -> TablePage:
        return await super().query(replace(query, limit=1))


async def test_what_stands_behind_the_erasure_on_a_page_of_its_own_is_emptied() -> None:
    tables = SmallPages()
    store = await fill(tables)
    await beside("zebra")(tables)
    assert (await store.erase(BAD, workers_stopped=True)).commits == COMMITS + 1
    await check_nothing_stays(store)


async def test_no_late_writer_appends_in_a_gap_of_an_erased_log() -> None:
    tables = MemoryTables()
    store = await fill(tables)
    await lose_third(tables)
    await store.erase(BAD, workers_stopped=True)
    (commit,) = await store.log.commits(GOOD, 3, 1)
    late = Head(BAD, Point(2, 0, commit.hash))
    written = ascend.Commit(BAD, 3, "late", 1, commit.time, commit.records, commit.hash)
    outcome = await store.log.append(late, written, Body(FORMAT, "{}"))
    assert isinstance(outcome, SlotTaken)


async def test_an_erasure_that_stopped_after_its_append_goes_on_without_a_second_one() -> None:
    tables = MemoryTables()
    store = await fill(tables)
    await GARBAGE["body"][0](tables)

    def stop(stage: str, done: int, total: int | None) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        await store.erase(BAD, progress=stop, workers_stopped=True)
    erased = await ascend.Store(tables, store.environment).erase(BAD, workers_stopped=True)
    assert erased.position == COMMITS + 1
    await check_nothing_stays(store)


async def test_a_workspace_without_one_position_is_erased() -> None:
    """Its first commit was never written, or is lost, and something else stands in its log."""
    tables = MemoryTables()
    store = await fill(tables)
    other = ascend.WorkspaceId.derive("without positions")
    await tables.put(Table.EVENTS, Item(keys.registry_key(other), {}), Absent())
    key = keys.commit_key(other, 1)
    await tables.put(Table.EVENTS, Item(type(key)(key.pk, "00zebra"), {"body": "zebra"}), Absent())

    with pytest.raises(ascend.Damaged):
        await store.log.tail(other, START, 10, 100)
    assert (await store.erase(other, workers_stopped=True)).position == 1
    assert await store.log.is_erased(other)
    assert "zebra" not in str([item.attributes for _, item in await everything(tables) if other in item.key.pk])


# ---- installing policies --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", ["clock", "key behind", "gap"])
async def test_a_policy_is_installed_at_the_head_of_a_log_that_cannot_be_read(fault: str) -> None:
    """Without a position there, it would answer everything from the beginning once the log is mended."""
    tables = MemoryTables()
    store = await fill(tables)
    await GARBAGE[fault][0](tables)
    positions = store.policies.positions
    installation = Installation(
        store.log, positions, store.policies.installation.former, ["new"], store.environment, PolicyLimits()
    )

    await installation.run([BAD, GOOD])
    assert {workspace: (await positions.read(workspace))["new"].position for workspace in (BAD, GOOD)} == {
        BAD: COMMITS,
        GOOD: COMMITS,
    }
