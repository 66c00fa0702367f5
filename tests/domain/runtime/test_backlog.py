"""The work inside a command is bounded, however far the workers are behind: it runs at most one small batch.

The limits of the command path are small here. The limits of a small batch are those that ship.
"""

from contextlib import suppress

import pytest
from support.faulty import Call
from support.scenario import id_of, task_id
from support.staged import Home, StagedTables, cache_of, paint, send, staged_home

from ascend import Store
from ascend.adapters.layout import keys
from ascend.adapters.table.conditions import Equals
from ascend.adapters.table.item import Table
from ascend.domain.errors import AccessDenied, ProjectionBehind, StoreError, StoreUnavailable
from ascend.domain.ids import ThingId
from ascend.domain.runtime.limits import CommandLimits
from ascend.domain.tasks.commands import CompleteTask
from ascend.domain.things.commands import Children, CreateThing, DeleteThing, MoveThing
from ascend.domain.workspaces.command import Command
from ascend.domain.workspaces.lifecycle import RenameWorkspace
from ascend.projections.limits import SmallBatchLimits
from ascend.store import Limits
from ascend.testing import HOME

TAIL = 60
SHORT_TAIL = Limits(commands=CommandLimits(tail_commits=TAIL, cached_commits=TAIL))
LONG_TAIL = Limits(commands=CommandLimits(tail_commits=100_000, cached_commits=100_000))
WRITES = SmallBatchLimits().writes_per_batch + 3
"""Writes to the views in one command: a small batch, and the generation record (begun, rendered, folded)."""
READS = 25
"""Requests that read, in one command."""
T, ROOT, OTHER = task_id(), id_of(ThingId, "root"), id_of(ThingId, "other")
CHILDREN = 120


async def home_behind(commits: int, *commands: Command) -> Home:
    """Return a home whose log ends with the commands, so many commits behind what is folded, and without workers."""
    home = await staged_home(*commands, limits=LONG_TAIL)
    store = home.process()
    while home.head < commits:
        await send(store, paint(home.head))
    home.limits = SHORT_TAIL
    return home


def observe(home: Home) -> tuple[Store, StagedTables]:
    tables = StagedTables(home.tables)
    return home.process(tables), tables


def check_bounded(tables: StagedTables, writes: int = WRITES) -> int:
    """Check the calls since the last look. Return the number of writes to the views."""
    made = tables.made()
    puts = made.count("put views")
    assert puts <= writes
    assert made.count("put events") <= 2  # the second one after a conflict
    assert len(made) - puts <= READS
    return puts


async def folded(home: Home) -> int:
    records = await home.process().views.records(HOME)
    return records[0].folded if records else 0


async def send_until_applied(home: Home, store: Store, tables: StagedTables, command: Command) -> int:
    """Send the same command until it is applied. Return how often it was refused; each refusal brought it nearer."""
    refusals, command_id, before = 0, home.new_id(), await folded(home)
    while True:
        try:
            receipt = await send(store, command, id=command_id)
        except ProjectionBehind:
            check_bounded(tables)
            now = await folded(home)
            assert now > before
            refusals, before = refusals + 1, now
        else:
            check_bounded(tables)
            assert not receipt.repeated
            assert (await home.applied()).count(command_id) == 1
            assert (await send(store, command, id=command_id)).repeated
            return refusals


@pytest.mark.parametrize(("behind", "refusals"), [(5, 0), (TAIL // 2 + 5, 0), (TAIL, 0), (TAIL + 40, 0), (250, 3)])
async def test_a_cold_command_works_or_is_refused_at_a_bounded_cost(behind: int, refusals: int) -> None:
    home = await home_behind(behind, paint())
    store, tables = observe(home)

    assert await send_until_applied(home, store, tables, CompleteTask(task_id=T)) == refusals

    await home.caught_up()
    assert (await home.process().verify()).clean


@pytest.mark.parametrize(("behind", "refusals"), [(5, 0), (TAIL // 2 + 5, 0), (250, 3)])
async def test_a_warm_command_works_or_is_refused_at_a_bounded_cost(behind: int, refusals: int) -> None:
    home = await home_behind(5, paint())
    store, tables = observe(home)
    await send(store, paint("warm"))
    rival = Store(home.tables, home.environment, limits=LONG_TAIL)
    while home.head < behind:
        await send(rival, paint(home.head))
    tables.made()

    assert await send_until_applied(home, store, tables, CompleteTask(task_id=T)) == refusals


async def test_a_process_without_any_worker_goes_on_at_a_bounded_cost() -> None:
    """One command in some dozens pays for a small batch. None is refused, and the next process can start."""
    home = await home_behind(5, paint())
    store, tables = observe(home)
    with_batch = 0
    for n in range(4 * TAIL):
        await send(store, paint(n))
        with_batch += check_bounded(tables) > 0
        assert len(cache_of(store).commits) <= TAIL + 1
    assert with_batch <= 4 * TAIL / 20
    assert home.head - await folded(home) <= TAIL // 2 + 1
    assert (await send(home.process(), CompleteTask(task_id=T))).events == 1


async def test_processes_that_start_anew_for_each_command_go_on_without_any_worker() -> None:
    home = await home_behind(TAIL // 2, paint())
    for n in range(TAIL):
        store, tables = observe(home)
        await send(store, paint(n))
        check_bounded(tables)
    assert home.head - await folded(home) <= TAIL // 2 + 1


async def test_a_refused_command_is_accepted_after_a_pass_of_a_worker() -> None:
    home = await home_behind(150, paint())
    store, command_id = home.process(), home.new_id()
    with pytest.raises(ProjectionBehind, match=r"run a worker, then send .* 100 commits"):
        await send(store, CompleteTask(task_id=T), id=command_id)
    assert home.head == 150

    await home.caught_up()

    assert (await send(store, CompleteTask(task_id=T), id=command_id)).position == 151
    assert store.commands.counts.batches == 1


async def test_a_command_runs_one_batch_however_often_it_is_decided() -> None:
    home = await home_behind(TAIL // 2 + 10, paint())
    store, tables = observe(home)
    rival = Store(home.tables, home.environment, limits=LONG_TAIL)
    left = 2

    async def be_faster(call: Call) -> None:
        nonlocal left
        if (call.method, call.table) == ("put", Table.EVENTS) and left:
            left -= 1
            for n in range(25):
                await send(rival, paint((left, n)))

    tables.before = be_faster
    await send(store, CompleteTask(task_id=T))
    assert store.commands.counts.conflicts == 2
    assert store.commands.counts.batches == 1
    assert tables.made().count("put views") <= WRITES


async def test_a_command_runs_one_batch_also_where_it_is_decided_again_without_the_cache() -> None:
    """The log has gone another way than the cache: the second attempt starts cold."""
    home = await home_behind(5, paint())
    store, tables = observe(home)
    while home.head <= TAIL // 2:
        await send(store, paint(home.head))
    last = keys.commit_key(HOME, home.head)
    await home.tables.delete(Table.EVENTS, last, Equals({}))
    home.tables.heads[last.pk] -= 1
    rival = Store(home.tables, home.environment, limits=LONG_TAIL)
    while home.head < 90:
        await send(rival, paint(home.new_id()))
    tables.made()

    await send(store, CompleteTask(task_id=T))

    assert store.commands.counts.batches == 1
    check_bounded(tables)


async def test_a_commit_that_touches_very_many_entities_is_a_batch_of_its_own() -> None:
    """Its writes cannot be split. At most six for each of the entities that it touches, which are at most 500."""
    children = tuple(id_of(ThingId, n) for n in range(CHILDREN))
    home = await staged_home(
        CreateThing(thing_id=ROOT, name="Root"),
        *(CreateThing(thing_id=child, name="Child", parent=ROOT) for child in children),
    )
    await home.caught_up()
    await send(home.process(), DeleteThing(thing_id=ROOT, children=Children.REPARENT, reparented=children))
    deleted = home.head
    home.limits = Limits(commands=CommandLimits(tail_commits=4))
    await send(home.process(), paint(1))
    await send(home.process(), paint(2))
    worst = 0
    while await folded(home) < deleted:
        store, tables = observe(home)
        with suppress(ProjectionBehind):
            await send(store, RenameWorkspace(name=f"Home {home.head}"))
        worst = max(worst, check_bounded(tables, 6 * (CHILDREN + 2) + 3))
    assert worst > WRITES
    await home.caught_up()
    assert (await home.process().verify()).clean


async def test_a_large_fan_out_goes_on_from_its_cursor() -> None:
    home = await staged_home(
        CreateThing(thing_id=ROOT, name="Root"),
        *(CreateThing(thing_id=id_of(ThingId, n), name="Child", parent=ROOT) for n in range(CHILDREN)),
        CreateThing(thing_id=OTHER, name="Other"),
    )
    await home.caught_up()
    home.limits = Limits(commands=CommandLimits(tail_commits=2))
    await send(home.process(), MoveThing(thing_id=ROOT, parent=OTHER))
    moved = home.head
    await send(home.process(), paint())
    cursors: list[tuple[str, ...]] = []
    while await folded(home) < moved:
        store, tables = observe(home)
        with suppress(ProjectionBehind):
            await send(store, paint(home.new_id()))
        check_bounded(tables)
        cursors.append((await store.views.records(HOME))[0].cursor)
    assert len(set(cursors)) == 4  # three chunks, and none
    await home.caught_up()
    assert (await home.process().verify()).clean


async def test_what_a_worker_rendered_before_it_stopped_is_folded_in_small_parts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    home = await home_behind(200, paint())
    worker = home.process()

    async def stop(*_: object) -> None:
        raise InterruptedError

    monkeypatch.setattr(worker.worker.projector.writer, "fold", stop)
    with pytest.raises(InterruptedError):
        await worker.worker.catch_up(HOME)
    record = (await home.process().views.records(HOME))[0]
    assert (int(record.rendered), int(record.folded)) == (200, 0)

    store, tables = observe(home)
    refusals = await send_until_applied(home, store, tables, CompleteTask(task_id=T))

    assert refusals == 2
    await home.caught_up()
    assert (await home.process().verify()).clean


class Unable:
    """Inline work that fails."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    async def run_small_batch(self, _: object) -> int:
        raise self.error


def unable_process(home: Home, error: Exception) -> Store:
    store = home.process()
    object.__setattr__(store.commands.dependencies, "inline_work", Unable(error))
    return store


@pytest.mark.parametrize("error", [AccessDenied("PutItem on views"), StoreUnavailable("views")])
async def test_a_process_that_may_not_do_a_workers_work_goes_on_until_too_much_is_left(error: StoreError) -> None:
    home = await home_behind(TAIL // 2 + 1, paint())
    store = unable_process(home, error)
    while home.head <= TAIL:
        await send(store, paint(home.head))

    for process in (store, unable_process(home, error)):
        with pytest.raises(ProjectionBehind, match=f"{type(error).__name__}.*views") as refused:
            await send(process, CompleteTask(task_id=T))
        assert refused.value.__cause__ is error
    assert home.head == TAIL + 1

    await home.caught_up()
    assert (await send(store, CompleteTask(task_id=T))).events == 1


async def test_a_stalled_workspace_is_not_called_behind() -> None:
    """Sending the command again would never help."""
    home = await home_behind(TAIL + 1, paint())
    with pytest.raises(Stalled):
        await send(unable_process(home, Stalled()), CompleteTask(task_id=T))


class Stalled(Exception):
    """The worker's own error."""
