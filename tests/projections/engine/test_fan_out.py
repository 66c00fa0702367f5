"""A commit that changes a whole subtree is written chunk by chunk, and goes on from there after a crash."""

import random
from collections.abc import Sequence
from functools import partial
from itertools import pairwise
from typing import Any

import anyio
import pytest
from support.faulty import Call, Crash, Fault, FaultyTables
from support.limits import limited_process
from support.scenario import thing_id
from support.simulation.acting import check_home, execute_all
from support.simulation.busy import a_copy
from support.simulation.projected import TALE, TREE, TREE_MODEL, tree_process

import ascend
from ascend.adapters.layout import keys
from ascend.adapters.memory.tables import MemoryTables
from ascend.adapters.store.event_log import TableEventLog
from ascend.adapters.table.item import Table
from ascend.domain.runtime.commit import Commit
from ascend.domain.things.rules import DEPTH
from ascend.projections.read_models.members import MEMBERS
from ascend.projections.read_models.things import THINGS
from ascend.testing import ADA, HOME, FakeEnvironment

HERE, THERE, ROOT = (thing_id(name) for name in ("here", "there", "root"))
BELOW = 40

start = partial(tree_process, projections=(MEMBERS, THINGS, TREE, TALE))
"""Starts a process. The items of its projections: nodes of the real projection, which stay where they are; branches, which get new keys; and a tale."""


async def a_tree(below: int = BELOW, seed: int = 1) -> ascend.Store:
    """here ── root ── many in any shape; all projected."""
    store, rng = start(), random.Random(seed)
    await execute_all(store, ascend.CreateWorkspace(name="Home", owner_name="Ada"))
    for thing, parent in ((HERE, None), (THERE, None), (ROOT, HERE)):
        await execute_all(store, ascend.CreateThing(thing_id=thing, name="x", parent=parent))
    for n in range(below):
        parent = rng.choice([ROOT, *(thing_id(m) for m in range(max(0, n - 8), n))])
        create = ascend.CreateThing(thing_id=thing_id(n), name=str(n), parent=parent)
        try:
            await execute_all(store, create)
        except ascend.Refusal:  # too deep
            await execute_all(store, create.model_copy(update={"parent": ROOT}))
    await store.worker.run_once()
    return store


def items_written(tables: FaultyTables) -> int:
    """Read items, of whatever kind."""
    writes = [call for call in tables.calls if call.is_write and call.table is Table.VIEWS]
    return sum(keys.parse_owner(call.keys[0]).count(".") == 2 for call in writes)  # a build: projection, version, epoch


MOVE = ascend.MoveThing(thing_id=ROOT, parent=THERE)
DELETE = ascend.DeleteThing(thing_id=ROOT, children=ascend.Children.CASCADE)


@pytest.mark.parametrize("command", [MOVE, DELETE])
async def test_a_crash_between_two_chunks_costs_one_chunk_at_most(command: ascend.Command) -> None:
    store = await a_tree()
    await execute_all(store, command)
    whole = FaultyTables(await a_copy(store.tables))
    await start(whole, descendants_per_chunk=9).worker.run_once()
    chunk = 9 * 3  # a node, a branch here and one there
    writes = [call for call in whole.calls if call.is_write]
    moves = [call for call in writes if "generations" in call.keys[0].pk]
    for point in sorted({call.number for call in (*writes[::7], *moves)}):
        tables = await a_copy(store.tables)
        first = FaultyTables(tables, {point: Fault.CRASH_AFTER})
        with pytest.raises(Crash):
            await start(first, descendants_per_chunk=9).worker.run_once()
        second = FaultyTables(tables)
        await start(second, descendants_per_chunk=9).worker.run_once()
        await check_home(start(tables))
        assert items_written(first) + items_written(second) <= items_written(whole) + chunk, point


async def test_a_crash_after_every_chunk_still_ends() -> None:
    store = await a_tree()
    await execute_all(store, MOVE)
    cursors: list[tuple[str, ...]] = [()]
    while True:
        moves_left = [2]

        def after_its_first_move(call: Call, moves_left: list[int] = moves_left) -> Fault | None:
            moves_left[0] -= call.is_write and "generations" in call.keys[0].pk
            return Fault.CRASH_AFTER if moves_left[0] == 1 and call.is_write else None

        try:
            crashing = FaultyTables(store.tables, after_its_first_move)
            await start(crashing, descendants_per_chunk=5).worker.run_once()
        except Crash:
            (record,) = await store.views.records(HOME)
            cursors.append(record.cursor)
        else:
            break
    assert len([cursor for cursor in cursors if cursor]) == BELOW // 5
    assert all(earlier != later for earlier, later in pairwise(cursors[: BELOW // 5 + 1]))
    await check_home(store)


@pytest.mark.parametrize("chunk", [1, 7, BELOW, BELOW + 1, 250])
@pytest.mark.parametrize("commits", [1, 3, 500])
async def test_what_comes_before_and_after_it(chunk: int, commits: int) -> None:
    store = await a_tree()
    rename = (ascend.RenameThing(thing_id=thing_id(n), name="new") for n in range(4))
    deep = thing_id("new")
    await execute_all(store, next(rename), MOVE, next(rename))
    await execute_all(store, ascend.CreateThing(thing_id=deep, name="deep", parent=ROOT))
    await execute_all(store, next(rename), ascend.MoveThing(thing_id=ROOT, parent=None), DELETE)
    limits = {"descendants_per_chunk": chunk, "commits_per_batch": commits, "states_kept": 10}
    await limited_process(store, **limits).worker.run_once()
    await check_home(store)


@pytest.mark.parametrize("seed", range(5))
async def test_several_workers_at_once(seed: int) -> None:
    store = await a_tree(seed=seed)
    await execute_all(store, MOVE, ascend.RenameThing(thing_id=thing_id(3), name="new"), DELETE)
    rng = random.Random(seed)

    async def worker() -> None:
        for _ in range(rng.randrange(50)):
            await anyio.lowlevel.checkpoint()
        await start(store.tables, descendants_per_chunk=3).worker.run_once()

    async with anyio.create_task_group() as group:
        for _ in range(4):
            group.start_soon(worker)
    await check_home(store)


async def test_a_chain_as_deep_as_can_be() -> None:
    store = await a_tree(below=0)
    for n in range(DEPTH - 2):
        await execute_all(
            store, ascend.CreateThing(thing_id=thing_id(n), name=str(n), parent=thing_id(n - 1) if n else ROOT)
        )
    await execute_all(store, MOVE, ascend.RenameThing(thing_id=thing_id(DEPTH - 3), name="deepest"))
    await limited_process(store, states_kept=1, descendants_per_chunk=2).worker.run_once()
    await check_home(store)
    deepest = await store.queries.thing(HOME, thing_id(DEPTH - 3), viewer=ADA)
    assert len(deepest.ancestors) == DEPTH - 1


async def test_what_lies_behind_many_subtrees_is_not_read_for_each_of_them() -> None:
    """The commit before it (is it still the same?), it, and one behind it: three reads a commit."""
    store, moves = await a_tree(), 200
    for n in range(moves):
        await execute_all(store, ascend.MoveThing(thing_id=ROOT, parent=(THERE, HERE)[n % 2]))
    read: list[int] = []

    class Counted(TableEventLog):
        async def commits(self, *args: Any, **kwargs: Any) -> Sequence[Commit]:
            commits = await super().commits(*args, **kwargs)
            read.append(len(commits))
            return commits

    process = start(store.tables)
    process.worker.projector.commits.log = Counted(store.tables, TREE_MODEL)
    await process.worker.catch_up(HOME)
    await check_home(process)

    assert moves < sum(read) < 4.5 * moves  # the first time, it reads as far as it may


async def test_a_large_subtree_as_it_comes() -> None:
    """With the real limits, each node is written once, and nothing else below the moved Thing is written."""
    store = ascend.Store(MemoryTables(), FakeEnvironment())
    await execute_all(store, ascend.CreateWorkspace(name="Home", owner_name="Ada"))
    for thing in (HERE, THERE, ROOT):
        await execute_all(store, ascend.CreateThing(thing_id=thing, name="x"))
    for n in range(600):
        await execute_all(
            store, ascend.CreateThing(thing_id=thing_id(n), name=str(n), parent=thing_id(n // 9 - 1) if n > 8 else ROOT)
        )
    await store.worker.run_once()
    await execute_all(store, MOVE)
    counted = FaultyTables(store.tables)
    await ascend.Store(counted, FakeEnvironment()).worker.run_once()
    nodes, card_of_root, history = 601, 1, 1
    assert items_written(counted) == nodes + card_of_root + history
    assert (await store.queries.subtree(HOME, THERE, viewer=ADA)).items[-1].path[0] == THERE
