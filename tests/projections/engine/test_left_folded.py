"""*Folded* may stay behind: the next batch of the same process moves it, or whoever finds it so folds the difference."""

import pytest
from support.faulty import Call, Fault
from support.scenario import task_id
from support.staged import Home, StagedTables, paint, send, staged_home

from ascend import CreateWorkspace, EditTask, Store, StoreUnavailable, WorkspaceId
from ascend.adapters.layout import keys
from ascend.projections.engine.projector import SETTLE_AFTER
from ascend.projections.generation_record import GenerationRecord
from ascend.testing import ADA, HOME


async def record(home: Home) -> GenerationRecord:
    return (await home.process().views.records(HOME))[0]


async def step(store: Store, *, leave_folded: bool = True) -> bool:
    return (await store.worker.projector.step(HOME, store.current.generation, leave_folded=leave_folded)).idle


async def a_follower() -> tuple[Home, Store, StagedTables]:
    home = await staged_home(*(paint(n) for n in range(2)))
    await home.process().worker.run_once()
    tables = StagedTables(home.tables)
    return home, Store(tables, home.environment), tables


async def test_the_next_batch_of_the_same_process_moves_both_positions_in_one_put() -> None:
    home, store, tables = await a_follower()
    for n in range(2, 6):
        await send(store, paint(n))
        tables.made()
        await step(store)
        moves = [call for call in tables.calls if call.is_write and call.keys[0].pk.endswith("#generations")]
        assert len(moves) == 1
        left = await record(home)
        assert (left.rendered, left.folded) == (home.head, home.head - 1)
    await store.worker.projector.settle()
    left = await record(home)
    assert (left.rendered, left.folded) == (home.head, home.head)
    assert (await home.process().verify()).clean


async def test_an_idle_step_moves_it_after_a_while_and_an_exact_one_at_once() -> None:
    home, store, _ = await a_follower()
    await send(store, paint(2))
    await step(store)
    assert await step(store)
    assert (await record(home)).folded < home.head
    home.environment.advance(seconds=SETTLE_AFTER)
    assert await step(store)
    assert (await record(home)).folded == home.head

    await send(store, paint(3))
    await step(store)
    await store.worker.catch_up(HOME)
    assert (await record(home)).folded == home.head


async def test_what_a_dead_process_left_is_folded_by_the_next_one() -> None:
    home, store, _ = await a_follower()
    await send(store, paint(2))
    await step(store)  # and it is never seen again

    await home.process().worker.catch_up(HOME)

    assert (await record(home)).folded == home.head
    assert (await home.process().verify()).clean


async def test_a_process_reads_nothing_but_the_record_and_the_log_of_entities_that_it_knows() -> None:
    _, store, tables = await a_follower()
    await send(store, paint(2))
    await step(store)
    await send(store, EditTask(task_id=task_id(2), title="Again"))
    tables.made()
    await step(store)
    made = tables.made()
    assert made.count("batch_get views") == 0
    assert made.count("query views") == 1


async def test_a_process_forgets_what_it_knows_when_another_one_was_at_work() -> None:
    home, store, tables = await a_follower()
    await send(store, paint(2))
    await step(store)
    await send(store, EditTask(task_id=task_id(2), title="Again"))
    await home.process().worker.catch_up(HOME)
    await send(store, EditTask(task_id=task_id(2), title="And again"))
    tables.made()
    await step(store)
    assert tables.made().count("batch_get views") > 0
    await store.worker.catch_up(HOME)
    assert (await home.process().verify()).clean
    assert task_id(2) in [line.task for line in (await store.queries.tasks(HOME, viewer=ADA)).items]


async def test_a_workspace_that_cannot_be_settled_does_not_hold_up_the_others() -> None:
    home, store, tables = await a_follower()
    other = WorkspaceId("5f0c6f0e-0000-4000-8000-000000000001")
    await send(store, CreateWorkspace(name="Other", owner_name="Ada"), to=other)
    await send(store, paint(2))
    for workspace in (HOME, other):  # the one that fails comes first
        await store.worker.projector.step(workspace, store.current.generation, leave_folded=True)

    partition = keys.generations_partition(HOME)
    tables.go_wrong(lambda call: Fault.LOST_REQUEST if call.keys and call.keys[0].pk == partition else None)
    with pytest.raises(StoreUnavailable):
        await store.worker.projector.settle()
    (settled,) = await home.process().views.records(other)
    assert (settled.rendered, settled.folded) == (1, 1)

    tables.go_wrong({})
    await store.worker.projector.settle()
    assert (await record(home)).folded == home.head


@pytest.mark.parametrize("before", [True, False])
async def test_a_batch_while_another_task_settles_is_settled_in_the_end(before: bool) -> None:
    home, store, tables = await a_follower()
    await send(store, paint(2))
    await step(store)

    async def a_batch(_: Call) -> None:
        tables.before = tables.after = None
        await send(store, paint(3))
        await step(store)

    if before:
        tables.before = a_batch
    else:
        tables.after = a_batch
    await store.worker.projector.settle()
    await store.worker.projector.settle()
    left = await record(home)
    assert (left.rendered, left.folded) == (home.head, home.head)
