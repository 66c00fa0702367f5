"""The time in its id shows that a command is new, without a read, and whatever any wall clock says."""

from dataclasses import replace
from datetime import timedelta

import pytest
from support.faulty import Call
from support.scenario import task_id
from support.staged import Home, StagedTables, cache_of, paint, send, staged_home

from ascend import Store
from ascend.domain.ids import CommandId, Ref
from ascend.domain.runtime.limits import CommandLimits
from ascend.domain.runtime.ports import Folded
from ascend.domain.tasks.commands import CompleteTask, CreateTask, ReopenTask
from ascend.domain.tasks.rules import TaskExists
from ascend.store import Limits

READ = ["batch_get views"]
LOOK_UP = ["query views", *READ]
"""The packs that the id may be in, then its own record and the generation record."""
WRITE = ["put events"]


async def folded_and_warm(tables: StagedTables, home: Home) -> Store:
    """Start a process whose cache begins at this moment."""
    await home.caught_up()
    store = home.process(tables)
    await send(store, paint("warm"))
    tables.made()
    return store


@pytest.mark.parametrize(
    ("seconds", "reads"), [(-3600, LOOK_UP), (-1.001, LOOK_UP), (-1, LOOK_UP), (-0.999, []), (0, []), (60, [])]
)
async def test_only_an_id_that_is_not_younger_than_the_evicted_commits_costs_a_read(
    seconds: float, reads: list[str]
) -> None:
    """The home was made a second ago, and the time of its last command is the clock at *since*. A tie proves nothing."""
    home = await staged_home()
    tables = StagedTables(home.tables)
    store = await folded_and_warm(tables, home)
    id = CommandId(home.environment.id_of(home.environment.now() + timedelta(seconds=seconds)))
    assert (await send(store, CompleteTask(task_id=task_id("warm")), id=id)).events == 1
    assert tables.made() == reads + WRITE


async def test_an_id_without_a_time_costs_a_read() -> None:
    home = await staged_home()
    tables = StagedTables(home.tables)
    store = await folded_and_warm(tables, home)
    done = CompleteTask(task_id=task_id("warm"))
    await send(store, done, id=CommandId.derive("any"))
    assert tables.made() == READ + WRITE
    await send(store, done, id=CommandId.derive("any"))
    assert tables.made() == []  # it is remembered


async def test_the_clock_of_a_commit_is_at_least_every_earlier_time() -> None:
    home = await staged_home()
    fast, slow, now = home.process(ahead=50), home.process(ahead=-50), home.environment.now()
    await send(fast, paint("fast"))
    await send(slow, paint("slow"))
    await send(home.process(), paint("derived"), id=CommandId.derive("any"))
    clocks = [commit.clock for commit in (await home.log())[-3:]]
    assert clocks == [round((now.timestamp() + 50) * 1_000)] * 3


@pytest.mark.parametrize("ahead", [-30, 0, 30])
async def test_no_wrong_clock_makes_a_command_apply_twice(ahead: float) -> None:
    """A command is sent to a machine with a wrong clock, folded behind a right one, and sent again to a third machine."""
    home = await staged_home(paint())
    wrong = home.process(ahead=ahead)
    id = CommandId(wrong.environment.new_id())
    first = await send(wrong, CompleteTask(task_id=task_id()), id=id)
    await send(home.process(), ReopenTask(task_id=task_id()))
    await home.caught_up()
    for store in (wrong, home.process(), home.process(ahead=30), home.process(ahead=-30)):
        assert await send(store, CompleteTask(task_id=task_id()), id=id) == first
    assert (await home.tags())[-1] == "task.reopened"


SMALL_CACHE = Limits(commands=CommandLimits(cached_commits=8, cached_milliseconds=2_000))


@pytest.mark.parametrize("worker", [1, 3, 100])
async def test_a_command_that_left_the_cache_is_still_known(worker: int) -> None:
    """A process with a small cache goes on for long, and now and then a worker runs. Old commands are sent again."""
    home = await staged_home(paint(), limits=SMALL_CACHE)
    store, ids = home.process(), list[CommandId]()
    for n in range(40):
        home.environment.advance(seconds=0.5)
        ids.append(home.new_id())
        await send(store, paint(n), id=ids[-1])
        if n % worker == 0:
            await home.caught_up()
        for again in (ids[0], ids[n // 2], ids[-1]):
            receipt = await send(store, paint(ids.index(again)), id=again)
            assert (receipt.events, receipt.position) == (1, 5 + ids.index(again))
    assert len(await home.applied()) == 4 + len(ids)


async def test_an_entity_that_left_the_cache_is_loaded_from_its_snapshot() -> None:
    """The cache began before anything was folded; entities from that time come from snapshots afterwards."""
    home = await staged_home(limits=SMALL_CACHE)
    store = home.process()
    await send(store, paint("first"))
    for n in range(20):
        await home.caught_up()
        await send(store, paint(n))
    held = cache_of(store)
    assert held.since.position > 4
    held.entities.clear()
    with pytest.raises(TaskExists):
        await send(store, CreateTask(task_id=task_id("first"), title="Draw"))
    seen = {Ref("task", task_id("first")): 1}
    assert (await send(store, CompleteTask(task_id=task_id("first")), expected=seen)).events == 1


@pytest.mark.parametrize("derived", [False, True])
async def test_a_record_that_leaves_the_cache_while_its_command_is_sent_is_looked_up(derived: bool) -> None:
    """Between two attempts of a command, it is applied elsewhere, folded, added to the cache here and dropped from it."""
    home = await staged_home(paint(), limits=Limits(commands=CommandLimits(cached_commits=1, cached_milliseconds=0)))
    tables, rival = StagedTables(home.tables), home.process()
    store = await folded_and_warm(tables, home)
    id = CommandId.derive("any") if derived else home.new_id()

    async def overtake(call: Call) -> None:
        if call.is_write:
            tables.before = None
            await send(rival, CompleteTask(task_id=task_id()), id=id)
            await send(rival, ReopenTask(task_id=task_id()))
            await home.caught_up()

    tables.before = overtake
    assert (await send(store, CompleteTask(task_id=task_id()), id=id)).position == home.head - 1
    assert cache_of(store).since.position == home.head
    assert (await home.tags())[-1] == "task.reopened"


async def test_a_cache_is_not_used_with_a_generation_that_is_behind_it() -> None:
    home = await staged_home(paint(), limits=SMALL_CACHE)
    await home.caught_up()
    store = home.process()
    await send(store, paint("warm"))
    held = cache_of(store)
    behind = replace(held.checkpoint, folded=Folded(held.since.position - 1), incarnation="another")
    assert not held.shrink(behind)
    assert held.shrink(replace(held.checkpoint, incarnation="another"))
    assert held.checkpoint.incarnation == "another"
