"""A log that was restored to an earlier moment, with views that were not: commands and workers notice."""

from contextlib import suppress
from dataclasses import replace

import pytest
from support.faulty import Call, Crash
from support.scenario import task_id
from support.staged import Home, StagedTables, paint, send, staged_home

import ascend
from ascend.adapters.layout import keys
from ascend.adapters.memory.tables import MemoryTables
from ascend.adapters.table.conditions import Absent, Equals
from ascend.adapters.table.item import Table
from ascend.domain.errors import NotFound
from ascend.domain.runtime.body import encode
from ascend.domain.runtime.cache import WorkspaceCache
from ascend.domain.runtime.commit import make_commit
from ascend.domain.runtime.limits import CommandLimits
from ascend.domain.runtime.loader import CONFIRMED_SECONDS
from ascend.domain.runtime.ports import Checkpoint, Folded, Head
from ascend.domain.tasks.commands import CompleteTask
from ascend.projections.limits import ProjectionLimits
from ascend.store import Limits
from ascend.testing import HOME

ADA = ascend.UserId("ada")


async def folded(tables: MemoryTables, commits: int) -> ascend.WorkspaceId:
    """Create a workspace with this many commits, all of them rendered and folded."""
    store = ascend.Store(tables)
    home = ascend.new_id(ascend.WorkspaceId)
    await store.execute(home, ascend.CreateWorkspace(name="Home", owner_name="Ada"), actor=ADA)
    for number in range(2, commits + 1):
        await store.execute(home, ascend.RenameWorkspace(name=f"Home {number}"), actor=ADA)
    await store.worker.run_once()
    return home


async def cut(tables: MemoryTables, home: ascend.WorkspaceId, last: int) -> None:
    """Do what a restore to an earlier moment does."""
    while (head := (await ascend.Store(tables).log.head(home)).position) > last:
        key = keys.commit_key(home, head)
        item = await tables.get(Table.EVENTS, key)
        assert item is not None
        assert await tables.delete(Table.EVENTS, key, Equals({"id": item.attributes["id"]})) is None


async def test_a_command_is_not_appended_behind_a_gap() -> None:
    tables = MemoryTables()
    home = await folded(tables, 10)
    await cut(tables, home, 6)

    with pytest.raises(ascend.LogDiverged):
        await ascend.Store(tables).execute(home, ascend.RenameWorkspace(name="Ours"), actor=ADA)

    assert (await ascend.Store(tables).log.head(home)).position == 6


async def test_a_worker_stalls_a_restored_workspace_and_says_so() -> None:
    tables = MemoryTables()
    home = await folded(tables, 10)
    await cut(tables, home, 6)

    done = await ascend.Store(tables).worker.run_once()

    assert done.stalled == (home,)
    assert [status.stalled != "" async for status in ascend.Store(tables).status()] == [True]


async def test_a_rebuild_repairs_a_restored_workspace() -> None:
    tables = MemoryTables()
    home = await folded(tables, 10)
    await cut(tables, home, 6)

    await ascend.Store(tables).rebuild()
    store = ascend.Store(tables)
    await store.worker.generation()
    receipt = await store.execute(home, ascend.RenameWorkspace(name="Ours"), actor=ADA)
    await store.worker.run_once()

    assert receipt.position == 7
    assert (await store.queries.workspace(home, viewer=ADA)).card.name == "Ours"
    assert (await store.verify()).clean


async def two_processes(*, commits: int, rendered: int) -> tuple[Home, ascend.Store]:
    """Return a home with a log of so many commits, rendered up to a position, and a process that knows its head."""
    home = await staged_home()
    warm = home.process()
    while home.head < commits:
        if home.head == rendered:
            await home.caught_up()
        await send(warm, paint(home.head))
    return home, warm


async def test_a_warm_process_does_not_confirm_a_refusal_on_a_log_that_has_become_shorter() -> None:
    home, warm = await two_processes(commits=10, rendered=5)
    await cut(home.tables, HOME, 8)
    with pytest.raises(NotFound):  # decided anew, without what was remembered
        await send(warm, CompleteTask(task_id=task_id("missing")))
    assert (await send(warm, paint("ours"))).position == 9
    await home.caught_up()
    assert (await warm.verify()).clean


async def test_a_refusal_is_not_confirmed_by_a_log_shorter_than_its_views() -> None:
    home, warm = await two_processes(commits=10, rendered=9)
    await cut(home.tables, HOME, 8)
    for process in (warm, home.process()):
        with pytest.raises(ascend.LogDiverged):
            await send(process, CompleteTask(task_id=task_id("missing")))


@pytest.mark.parametrize("appended", [3, 4, 6])
async def test_a_log_that_has_gone_another_way_before_folded_is_noticed_by_a_cold_command(appended: int) -> None:
    home, _ = await two_processes(commits=8, rendered=6)
    await cut(home.tables, HOME, 3)
    for position in range(4, 4 + appended):
        assert await forge(home, position)
    with pytest.raises(ascend.LogDiverged):
        await send(home.process(), paint("ours"))
    assert (await home.process().worker.run_once()).stalled == (HOME,)


@pytest.mark.parametrize("appended", [2, 3])
async def test_a_log_that_has_gone_another_way_since_is_noticed_by_a_warm_command(appended: int) -> None:
    """The commit at the head of its cache is another one. Nothing is refused for what is not in the log any more."""
    home, warm = await two_processes(commits=10, rendered=5)
    await cut(home.tables, HOME, 8)
    rival = home.process()
    for number in range(appended):
        await send(rival, paint(("theirs", number)))
    assert (await send(warm, CompleteTask(task_id=task_id(("theirs", 0))))).position == 9 + appended
    with pytest.raises(NotFound):
        await send(warm, CompleteTask(task_id=task_id(9)))
    await home.caught_up()
    assert (await warm.verify()).clean


@pytest.mark.parametrize("commits_per_batch", [500, 1, 2])
@pytest.mark.parametrize("appended", [0, 1, 2, 3])
async def test_a_commit_replaced_between_folded_and_rendered_is_noticed(commits_per_batch: int, appended: int) -> None:
    """A worker stopped between the two positions. The log was restored there, and has gone another way since."""
    home, _ = await two_processes(commits=6, rendered=3)
    await stop_between_rendered_and_folded(home)
    (status,) = [one async for one in home.process().status()]
    assert (status.folded, status.rendered) == (3, 6)
    await cut(home.tables, HOME, 4)
    other = ascend.Store(home.tables, home.environment)
    for position in range(5, 5 + appended):
        assert await forge(home, position=position)
    home.limits = Limits(projection=ProjectionLimits(commits_per_batch=commits_per_batch))

    for process in (other, home.process()):
        with pytest.raises(ascend.LogDiverged):
            await send(process, paint("ours"))
    assert (await home.process().worker.run_once()).stalled == (HOME,)
    assert [one.folded async for one in home.process().status()] == [3]


async def test_a_commit_edited_between_folded_and_rendered_is_not_folded() -> None:
    """Its stored hash was left as it was. It is the first commit of its page, so only the hash at folded shows it."""
    home, _ = await two_processes(commits=6, rendered=3)
    await stop_between_rendered_and_folded(home)
    item = await home.tables.get(Table.EVENTS, keys.commit_key(HOME, 4))
    assert item is not None
    body = str(item.attributes["body"]).replace('"title":"', '"title":"!', 1)
    assert body != item.attributes["body"]
    await home.tables.delete(Table.EVENTS, item.key, Equals({}))
    await home.tables.put(Table.EVENTS, replace(item, attributes={**item.attributes, "body": body}), Absent())
    (stalled,) = (await home.process().worker.run_once()).stalled
    (status,) = [one async for one in home.process().status()]
    assert (stalled, status.folded) == (HOME, 3)
    assert "hash does not match" in status.stalled


async def stop_between_rendered_and_folded(home: Home) -> None:
    tables = StagedTables(home.tables)
    crashed = home.process(tables)

    async def crash_before_snapshots(call: Call) -> None:
        if any("#S#" in f"#{key.sk}" for key in call.keys) and call.method == "put":
            raise Crash

    tables.before = crash_before_snapshots
    with suppress(Crash):
        await crashed.worker.catch_up(HOME)


async def forge(home: Home, position: int) -> bool:
    """Append a commit to the end of the log, as a process does that does not look at the views."""
    log = home.process().log
    head = await log.head(HOME)
    id, time = home.environment.new_id(), home.environment.now()
    body = encode([])
    commit = make_commit(head.hash, HOME, position, id=id, clock=head.clock, time=time, records=(), body=body)
    return isinstance(await log.append(Head(HOME, head), commit, body), Head)


async def test_what_is_remembered_is_confirmed_again_after_five_minutes() -> None:
    """No condition of a write names its predecessor: a process could append behind a head that is no more."""
    home, warm = await two_processes(commits=10, rendered=5)
    await cut(home.tables, HOME, 8)
    home.environment.advance(seconds=CONFIRMED_SECONDS + 1)
    assert (await send(warm, paint("ours"))).position == 9
    await home.caught_up()
    assert (await warm.verify()).clean


async def test_the_head_is_confirmed_again_where_a_load_lasts_longer_than_five_minutes() -> None:
    home, _ = await two_processes(commits=10, rendered=5)
    tables = StagedTables(home.tables)
    warm = home.process(tables)
    await send(warm, ascend.RenameWorkspace(name="first"))

    async def sleep_while_the_log_is_restored(call: Call) -> None:
        if call.method == "batch_get":
            tables.before = None
            await cut(home.tables, HOME, 8)
            home.environment.advance(seconds=CONFIRMED_SECONDS + 1)

    tables.before = sleep_while_the_log_is_restored
    receipt = await send(warm, CompleteTask(task_id=task_id(6)))
    assert tables.before is None
    assert receipt.position == 9
    await home.caught_up()
    assert (await home.process().verify()).clean


async def test_within_five_minutes_a_warm_command_reads_nothing() -> None:
    home, _ = await two_processes(commits=10, rendered=5)
    tables = StagedTables(home.tables)
    warm = home.process(tables)
    await send(warm, ascend.RenameWorkspace(name="first"))
    tables.made()
    home.environment.advance(seconds=CONFIRMED_SECONDS - 1)
    await send(warm, ascend.RenameWorkspace(name="second"))
    assert tables.made() == ["put events"]
    home.environment.advance(seconds=CONFIRMED_SECONDS + 1)
    await send(warm, ascend.RenameWorkspace(name="third"))
    assert tables.made() == ["query events", "put events"]


@pytest.mark.parametrize("slow", ["put", "query"])
async def test_a_head_counts_as_confirmed_from_the_sending_of_the_request(slow: str) -> None:
    """The answer may have been on its way for minutes, while the log was restored."""
    home, _ = await two_processes(commits=10, rendered=5)
    tables = StagedTables(home.tables)
    warm = home.process(tables)
    await send(warm, ascend.RenameWorkspace(name="first"))
    answer_late(home, tables, slow, CONFIRMED_SECONDS - 5)
    if slow == "put":
        await send(warm, ascend.RenameWorkspace(name="second"))
    else:
        with pytest.raises(NotFound):
            await send(warm, CompleteTask(task_id=task_id("missing")))
    assert tables.after is None
    tables.made()
    home.environment.advance(seconds=10)
    await send(warm, ascend.RenameWorkspace(name="third"))
    assert tables.made() == ["query events", "put events"]


async def test_a_cold_start_that_lasts_longer_than_five_minutes_is_confirmed_before_the_append() -> None:
    home, _ = await two_processes(commits=10, rendered=5)
    tables = StagedTables(home.tables)
    answer_late(home, tables, "query", CONFIRMED_SECONDS + 5)
    await send(home.process(tables), ascend.RenameWorkspace(name="first"))
    assert [call for call in tables.made() if call.endswith("events")] == ["query events", "query events", "put events"]


def answer_late(home: Home, tables: StagedTables, method: str, seconds: float) -> None:
    """Let the answer to the next request of this kind to the log take so long."""

    async def wait(call: Call) -> None:
        if (call.method, call.table) == (method, Table.EVENTS):
            tables.after = None
            home.environment.advance(seconds=seconds)

    tables.after = wait


def test_a_cache_knows_the_hash_at_since_and_none_before() -> None:
    ours, other = b"o" * 32, b"x" * 32
    cache = WorkspaceCache(ascend.LIFE_OS.model, HOME, Checkpoint(Folded(3), 0, "", ours), CommandLimits())
    assert cache.has_at(3, ours)
    assert not cache.has_at(3, other)
    assert cache.has_at(2, other)  # not known
