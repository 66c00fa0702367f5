"""A log has the positions 1 to head without gaps, however many write at once, and all of a command or nothing."""

import random
from itertools import pairwise

import anyio
import pytest
from anyio.lowlevel import checkpoint
from support.faulty import Call, Fault
from support.scenario import id_of
from support.staged import Home, StagedTables, paint, send, staged_home

from ascend import Store
from ascend.adapters.layout import keys
from ascend.adapters.table.item import Table
from ascend.domain.errors import Contention
from ascend.domain.ids import WorkspaceId
from ascend.domain.workspaces.lifecycle import CreateWorkspace
from ascend.testing import HOME


def hurried(home: Home, seed: int) -> Store:
    """Start a process whose calls take turns of different lengths."""
    dice = random.Random(seed)

    async def others(_: Call) -> None:
        for _turn in range(dice.randrange(4)):
            await checkpoint()

    tables = StagedTables(home.tables)
    tables.before = others
    return home.process(tables)


@pytest.mark.parametrize("writers", [2, 8, 16])
async def test_any_number_of_writers_leave_no_gap_and_lose_nothing(writers: int) -> None:
    home = await staged_home()
    stores = [hurried(home, seed) for seed in range(writers)]

    async def write(store: Store, writer: int) -> None:
        for n in range(5):
            await send(store, paint((writer, n)))

    async with anyio.create_task_group() as group:
        for writer, store in enumerate(stores):
            group.start_soon(write, store, writer)
    assert (await home.tags()).count("task.created") == 5 * writers
    assert sum(store.commands.counts.conflicts for store in stores) > 0
    clocks = [commit.clock for commit in await home.log()]
    assert all(earlier <= later for earlier, later in pairwise(clocks))


async def test_the_tasks_of_one_process_take_turns_and_never_conflict() -> None:
    home = await staged_home()
    store = home.process()
    async with anyio.create_task_group() as group:
        for n in range(20):
            group.start_soon(send, store, paint(n))
    assert len(await home.applied()) == 23
    assert store.commands.counts.conflicts == 0


async def test_a_command_that_is_always_too_late_gives_up_after_a_bounded_number_of_attempts() -> None:
    home = await staged_home()
    tables, rival = StagedTables(home.tables), home.process()
    tables_before = home.head

    async def rival_first(call: Call) -> None:
        if call.is_write:
            await send(rival, paint(home.new_id()))

    tables.before = rival_first
    late = home.new_id()
    with pytest.raises(Contention):
        await send(home.process(tables), paint("late"), id=late)
    assert home.head - tables_before == home.limits.commands.attempts
    assert late not in await home.applied()
    tables.before = None
    assert (await send(home.process(tables), paint("late"), id=late)).events == 1


async def test_a_workspace_is_registered_before_its_first_commit() -> None:
    home = Home()
    tables = StagedTables(home.tables)
    await send(home.process(tables), CreateWorkspace(name="Home", owner_name="Ada"))
    writes = [call.keys[0] for call in tables.calls if call.is_write]
    assert writes == [keys.registry_key(HOME), keys.commit_key(HOME, 1)]


@pytest.mark.parametrize("fault", [Fault.LOST_REQUEST, Fault.LOST_REPLY])
async def test_a_registration_without_an_answer_is_sent_again(fault: Fault) -> None:
    home = Home()

    def first_put(call: Call) -> Fault | None:
        return fault if call.is_write and sum(before.is_write for before in tables.calls) == 1 else None

    tables = StagedTables(home.tables, first_put)
    await send(home.process(tables), CreateWorkspace(name="Home", owner_name="Ada"))
    assert [workspace async for workspace in home.process().log.workspaces()] == [HOME]


async def test_a_command_reaches_no_other_workspace() -> None:
    home = await staged_home(paint())
    other = id_of(WorkspaceId, "other")
    await send(home.process(), CreateWorkspace(name="Other", owner_name="Ada"), to=other)
    await home.caught_up()
    before = [(item.key, item.attributes) for table in Table for item in (await home.tables.scan(table)).items]
    tables = StagedTables(home.tables)
    store = home.process(tables)
    await send(store, paint("here"), to=other)
    await store.worker.catch_up(other)
    mine = {"epochs", keys.log_partition(other)}
    assert all(pk in mine or pk.startswith((f"W#{other}#", "U#")) for pk in tables.partitions)
    after = {item.key: item.attributes for table in Table for item in (await home.tables.scan(table)).items}
    assert all(after[key] == attributes for key, attributes in before if HOME in key.pk)
