"""A policy starts at the head when it is installed; in a workspace that is created later, at its beginning."""

from dataclasses import replace
from pathlib import Path

import pytest
from support.faulty import Call, Fault, FaultyTables
from support.policies.given import GREET, LIFE, LOUDER, START, Place, T, a_place, installing_fails
from support.scenario import MAX
from support.staged import StagedTables, paint, send

import ascend
from ascend import Store, WorkspaceId
from ascend.adapters.layout import keys
from ascend.adapters.store.policy_positions import TablePolicyPositions
from ascend.adapters.table.conditions import Equals
from ascend.adapters.table.item import Item, Table
from ascend.projections.deadline import LATEST_WRITE
from ascend.projections.limits import PolicyLimits
from ascend.projections.policies.policy import PolicyPosition
from ascend.testing import ADA, HOME

LATER = WorkspaceId.derive("later")


async def a_life(store: Store, workspace: WorkspaceId) -> None:
    for command in (*LIFE, paint(), START):
        await send(store, command, to=workspace)


async def titles(place: Place, workspace: WorkspaceId) -> list[str]:
    commits = await place.process().log.commits(workspace, 1, 100, consistent=True)
    events = [event for commit in commits for event in commit.events()]
    return [title for event in events if (title := getattr(event, "title", None)) is not None]


async def test_what_was_before_is_not_answered() -> None:
    place = Place()
    await a_life(place.process(), HOME)

    await place.process().worker.run_once()

    assert await titles(place, HOME) == ["Paint"]
    assert await place.at() == {"louder": place.head, "greet": place.head}


async def test_in_a_new_store_they_answer_also_what_comes_before_the_first_worker(tmp_path: Path) -> None:
    for url in ("memory://", f"sqlite:///{tmp_path}/new.db"):
        async with ascend.open_store(url, create=True, app=replace(ascend.LIFE_OS, policies=(LOUDER,))) as store:
            await a_life(store, HOME)
            await store.worker.run_once()
            assert (await store.queries.task(HOME, T, viewer=ADA)).title == "Paint!"


async def test_a_store_in_which_something_happened_is_no_new_one(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/old.db"
    async with ascend.open_store(url, create=True, app=replace(ascend.LIFE_OS, policies=())) as store:
        await a_life(store, HOME)
    async with ascend.open_store(url, create=True, app=replace(ascend.LIFE_OS, policies=(LOUDER,))) as store:
        await store.worker.run_once()
        assert (await store.queries.task(HOME, T, viewer=ADA)).title == "Paint"


async def test_another_policy_starts_at_the_head_when_it_is_added() -> None:
    place = await a_place(GREET)
    await send(place.process(), START)
    await place.process().worker.run_once()
    place.policies = (GREET, LOUDER)

    await place.process().worker.run_once()
    await send(place.process(), ascend.AssignTask(task_id=T, users=(MAX,)))
    await place.process().worker.run_once()

    assert await titles(place, HOME) == ["Paint", "Hello max"]


async def test_a_workspace_that_is_created_later_is_answered_from_its_beginning() -> None:
    place = await a_place()
    await a_life(place.process(), LATER)

    await place.process().worker.run_once()

    assert await titles(place, LATER) == ["Paint", "Paint!"]


async def test_also_where_it_is_the_first_of_the_store() -> None:
    place = Place()
    await place.process().worker.run_once()
    await a_life(place.process(), HOME)

    await place.process().worker.run_once()

    assert await titles(place, HOME) == ["Paint", "Paint!"]


async def test_a_policy_that_was_away_goes_on_where_it_was() -> None:
    place = await a_place()
    both = place.policies
    place.policies = (GREET,)
    await send(place.process(), START)
    await place.process().worker.run_once()
    place.policies = both

    await place.process().worker.run_once()

    assert await titles(place, HOME) == ["Paint", "Paint!"]


@pytest.mark.parametrize("fault", Fault)
async def test_a_failure_while_installing_loses_and_repeats_nothing(fault: Fault) -> None:
    number, failed = 0, True
    while failed:
        number += 1
        place = Place()
        await a_life(place.process(), HOME)
        failed = await installing_fails(place.process(FaultyTables(place.tables, {number: fault})))

        await place.process().worker.run_once()
        await send(place.process(), ascend.AssignTask(task_id=T, users=(MAX,)))
        await a_life(place.process(), LATER)
        await place.process().worker.run_once()

        assert await titles(place, HOME) == ["Paint", "Hello max"]
        assert await titles(place, LATER) == ["Paint", "Paint!"]
    assert number > 6


async def test_nothing_that_happens_after_it_was_installed_is_lost_whoever_installs_it_late() -> None:
    """A second runner began to install it at the same time, and was slow: before each of its calls, the first is done."""
    late = 0
    while True:
        late += 1
        place = Place()
        await a_life(place.process(), HOME)
        tables = StagedTables(place.tables)

        async def meanwhile(call: Call, place: Place = place, late: int = late) -> None:
            if call.number == late:
                await place.process().worker.run_once()  # installs it
                await a_life(place.process(), LATER)
                await send(place.process(), ascend.AssignTask(task_id=T, users=(MAX,)))

        tables.before = meanwhile
        await place.process(tables).worker.run_once()
        if len(tables.calls) < late:
            break
        await place.process().worker.run_once()
        assert await titles(place, HOME) == ["Paint", "Hello max"]
        assert await titles(place, LATER) == ["Paint", "Paint!"]
    assert late > 20


async def test_also_in_a_workspace_that_was_created_while_it_was_being_installed() -> None:
    """The first runner did not know of it, the second does; between two of its calls, the first is done."""
    number, was_reached = 0, True
    while was_reached:
        number += 1
        place = Place()
        await a_life(place.process(), HOME)
        for command in (*LIFE, paint()):
            await send(place.process(), command, to=LATER)
        tables = StagedTables(place.tables)

        async def meanwhile(call: Call, place: Place = place, number: int = number) -> None:
            if call.number == number:
                await place.process().policies.installation.run([HOME])
                await send(place.process(), START, to=LATER)

        tables.before = meanwhile
        await place.process(tables).policies.installation.run([HOME, LATER])
        await place.process().worker.run_once()

        if was_reached := len(tables.calls) >= number:
            assert await titles(place, LATER) == ["Paint", "Paint!"], number
    assert number > 6


async def test_a_position_that_is_there_is_not_begun_again() -> None:
    place = await a_place()
    positions, louder = TablePolicyPositions(place.tables), (await place.positions())["louder"]

    assert await positions.begin(PolicyPosition(HOME, "louder")) == louder
    assert await positions.begin(PolicyPosition(HOME, "new")) == PolicyPosition(HOME, "new")
    assert (await place.positions())["louder"] == louder


async def test_a_runner_that_slept_begins_nothing() -> None:
    place = Place()
    await a_life(place.process(), HOME)
    tables = StagedTables(place.tables)

    async def sleep(call: Call) -> None:
        if call.method == "get" and call.number > 1:
            place.environment.advance(seconds=LATEST_WRITE + 1)

    tables.before = sleep
    await place.process(tables).policies.installation.run([HOME])

    assert await place.at() == {}
    assert await TablePolicyPositions(place.tables).installed() == frozenset()


async def test_many_workspaces_are_installed_in_chunks() -> None:
    place = Place(policy_limits=PolicyLimits(workspaces_per_chunk=2))
    homes = [WorkspaceId.derive(str(n)) for n in range(5)]
    for home in homes:
        await a_life(place.process(), home)

    await place.process().worker.run_once()

    assert [await titles(place, home) for home in homes] == [["Paint"]] * 5
    assert [set((await place.at(home)).values()) for home in homes] == [{5}] * 5


async def test_once_installed_a_process_asks_once_and_never_again() -> None:
    place = await a_place()
    tables = StagedTables(place.tables)
    store = place.process(tables)

    for _ in range(3):
        await store.worker.run_once()

    assert len([call for call in tables.calls if keys.INSTALLED in call.keys]) == 1


async def test_two_that_install_different_policies_both_have_them_installed() -> None:
    place = Place()
    await a_life(place.process(), HOME)
    tables = StagedTables(place.tables)

    async def meanwhile(call: Call) -> None:
        if call.method == "put" and keys.INSTALLED in call.keys and tables.before is not None:
            tables.before = None
            await place.running(GREET).worker.run_once()

    tables.before = meanwhile
    await place.running(LOUDER, tables=tables).worker.run_once()

    assert await TablePolicyPositions(place.tables).installed() == {"louder", "greet"}


async def test_also_where_this_process_cannot_read_the_log() -> None:
    place = Place()
    await a_life(place.process(), HOME)
    first = keys.commit_key(HOME, 1)
    item = await place.tables.get(Table.EVENTS, first)
    assert item is not None
    newer = Item(first, {**item.attributes, "format": "json/9"})
    await place.tables.put(Table.EVENTS, newer, Equals({"id": item.attributes["id"]}))

    done = await place.process().worker.run_once()

    assert (done.stalled, set((await place.at()).values())) == ((HOME,), {5})
    assert await TablePolicyPositions(place.tables).installed() == {"louder", "greet"}
