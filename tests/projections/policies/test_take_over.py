"""Release 0.2 keeps policy positions in the views. The first worker that does not takes them over, once."""

from collections import Counter
from copy import deepcopy
from dataclasses import dataclass, replace

import pytest
from support.faulty import Call, Fault, FaultyTables
from support.policies.given import GREET, HURRY, LIFE, LOUDER, START, Place, T, installing_fails
from support.policies.released import released
from support.scenario import MAX
from support.simulation.busy import overwrite
from support.staged import Hook, StagedTables, paint, send

import ascend
from ascend import Store, WorkspaceId
from ascend.adapters.layout import keys
from ascend.adapters.store.policy_positions import TablePolicyPositions
from ascend.adapters.table.item import Item, Table
from ascend.adapters.table.query import Query, TablePage
from ascend.domain.ids import POLICIES
from ascend.projections.deadline import LATEST_WRITE
from ascend.projections.policies.policy import PolicyPosition
from ascend.testing import HOME

LATER, AWAY = (WorkspaceId.derive(name) for name in ("later", "away"))
GREET_MAX = ascend.AssignTask(task_id=T, users=(MAX,))


@dataclass
class ReleasedPlace(Place):
    """A home from before the policies were installed; they have answered nothing in it yet."""

    def released(self, *policies: ascend.Policy) -> Store:
        return released(self.running(*(policies or self.policies)))

    def copy(self) -> "ReleasedPlace":
        """Return the same place, with tables of its own."""
        return replace(self, tables=deepcopy(self.tables))

    async def answers(self, workspace: WorkspaceId = HOME) -> list[str]:
        """Return the titles that the answers of policies left, in the order of the log."""
        commits = await self.process().log.commits(workspace, 1, 100, consistent=True)
        records = [record for commit in commits for record in commit.records if record.actor == POLICIES]
        assert len({record.command_id for record in records}) == len(records)
        events = [event for record in records for event in record.events]
        return [title for event in events if (title := getattr(event, "title", None)) is not None]

    def former(self) -> TablePolicyPositions:
        return TablePolicyPositions(self.tables, Table.VIEWS)


async def a_released_place(*policies: ascend.Policy) -> ReleasedPlace:
    """The task was started before LOUDER was installed. Something has happened since that nobody has answered."""
    place = ReleasedPlace(policies=policies or (LOUDER, GREET))
    for command in (*LIFE, paint(), START):
        await send(place.process(), command)
    await place.released().worker.run_once()
    await send(place.process(), GREET_MAX)
    return place


async def live(store: Store, workspace: WorkspaceId) -> None:
    """A life in which LOUDER answers once."""
    for command in (*LIFE, paint(), START):
        await send(store, command, to=workspace)


async def test_they_go_on_where_they_were() -> None:
    place = await a_released_place()

    await place.process().worker.run_once()

    assert await place.answers() == ["Hello max"]
    assert set((await place.at()).values()) == {place.head}


async def test_all_positions_and_names_are_taken_over_also_of_policies_that_this_process_does_not_have() -> None:
    place = await a_released_place()
    begun = PolicyPosition(AWAY, "greet", 3, "a commit", "ValueError: a reason")
    await send(place.process(), LIFE[0], to=AWAY)
    await place.former().begin(begun)
    before = await place.former().read(HOME)

    await place.running(LOUDER).policies.installation.run([HOME, AWAY])

    positions = TablePolicyPositions(place.tables)
    assert await positions.installed() == {"louder", "greet"}
    assert (await positions.read(HOME), (await positions.read(AWAY))["greet"]) == (before, begun)


async def test_a_workspace_without_a_position_in_the_views_is_answered_from_its_beginning() -> None:
    """The policies were installed before it was created."""
    place = await a_released_place()
    await live(place.process(), LATER)

    await place.process().worker.run_once()

    assert await place.answers(LATER) == ["Paint!"]


async def test_afterwards_nobody_looks_at_the_views_for_positions() -> None:
    place = await a_released_place()
    await place.process().worker.run_once()
    tables = StagedTables(place.tables)
    looked: list[Call] = []

    async def look(call: Call) -> None:
        if call.table is Table.VIEWS and any(key.pk.endswith(keys.POLICIES) for key in call.keys):
            looked.append(call)

    tables.before = look
    for _ in range(2):
        await place.process(tables).worker.run_once()

    assert (looked, keys.INSTALLED.pk in tables.partitions) == ([], True)


async def test_a_worker_for_given_workspaces_takes_over_there_and_nowhere_else() -> None:
    place = await a_released_place()
    await live(place.process(), AWAY)
    await place.released().worker.run_once()
    await send(place.process(), GREET_MAX, to=AWAY)

    await place.process().worker_for([HOME]).run_once()

    assert (await place.answers(), await place.answers(AWAY)) == (["Hello max"], ["Paint!"])
    assert await place.at(AWAY) == {}
    await place.process().worker.run_once()
    assert (await place.answers(), await place.answers(AWAY)) == (["Hello max"], ["Paint!", "Hello max"])


@pytest.mark.parametrize("fault", Fault)
async def test_a_failure_in_the_middle_loses_and_repeats_nothing(fault: Fault) -> None:
    begun = await a_released_place()
    number, failed = 0, True
    while failed:
        number += 1
        place = begun.copy()
        failed = await installing_fails(place.process(FaultyTables(place.tables, {number: fault})))

        await place.process().worker.run_once()

        assert await place.answers() == ["Hello max"], number
        assert await TablePolicyPositions(place.tables).installed() == {"louder", "greet"}
    assert number > 8


def at_call(number: int, do: Hook) -> Hook:
    async def hook(call: Call) -> None:
        if call.number == number:
            await do(call)

    return hook


async def test_old_workers_that_run_during_the_take_over_skip_and_repeat_nothing() -> None:
    begun = await a_released_place()
    number = 0
    while True:
        number += 1
        place = begun.copy()
        tables = StagedTables(place.tables)

        async def meanwhile(_call: Call, place: ReleasedPlace = place) -> None:
            await live(place.process(), LATER)
            await place.released().worker.run_once()

        tables.before = at_call(number, meanwhile)
        await place.process(tables).policies.installation.run([HOME])
        if len(tables.calls) < number:
            break
        await place.process().worker.run_once()
        assert (await place.answers(), await place.answers(LATER)) == (["Hello max"], ["Paint!"]), number
    assert number > 8


async def test_a_policy_that_an_old_process_installs_afterwards_goes_on_where_that_process_was() -> None:
    """The old process installed HURRY and did not come to answer it: a head would be too late."""
    place = await a_released_place()
    await place.process().worker.run_once()
    old = place.released(HURRY)
    await old.policies.installation.run([HOME])
    await send(place.process(), ascend.EditTask(task_id=T, title="Now!"))
    await live(place.process(), LATER)
    await send(place.process(), ascend.EditTask(task_id=T, title="Now!"), to=LATER)

    await place.running(HURRY).worker.run_once()

    assert await urgent(place) == {HOME, LATER}


async def test_wherever_an_old_process_installs_a_policy_while_a_new_one_does_nothing_is_skipped() -> None:
    begun = await a_released_place()
    await begun.process().worker.run_once()
    number = 0
    while True:
        number += 1
        place = begun.copy()
        tables = StagedTables(place.tables)

        async def meanwhile(_call: Call, place: ReleasedPlace = place) -> None:
            await place.released(HURRY).policies.installation.run([HOME])
            await send(place.process(), ascend.EditTask(task_id=T, title="Now!"))

        tables.before = at_call(number, meanwhile)
        await place.running(HURRY, tables=tables).policies.installation.run([HOME])
        if len(tables.calls) < number:
            break
        await place.running(HURRY).worker.run_once()
        assert await urgent(place) == {HOME}, number
    assert number > 8


async def urgent(place: Place) -> set[WorkspaceId]:
    """Return the workspaces in which HURRY has answered."""
    found = set[WorkspaceId]()
    for workspace in (HOME, LATER):
        commits = await place.process().log.commits(workspace, 1, 100, consistent=True)
        if any(event.tag == "task.prioritised" for commit in commits for event in commit.events()):
            found.add(workspace)
    return found


async def test_positions_in_the_views_stay_so_that_the_earlier_release_can_go_on() -> None:
    place = await a_released_place()
    await place.process().worker.run_once()
    before = await place.former().read(HOME)

    await place.process().prune(even_if_in_use=True)
    await send(place.process(), ascend.AssignTask(task_id=T, users=(ascend.UserId("bea"),)))
    await place.released().worker.run_once()

    assert await place.answers() == ["Hello max", "Hello bea"]
    assert before.keys() == (await place.former().read(HOME)).keys() == {"louder", "greet"}


async def test_an_erasure_removes_the_positions_in_both_tables() -> None:
    place = await a_released_place()
    await place.process().worker.run_once()

    await place.process().erase(HOME)

    assert (await place.at(), await place.former().read(HOME)) == ({}, {})


class LaggingTables(StagedTables):
    """Tables whose eventually consistent reads show no policy position yet."""

    async def query(self, query: Query) -> TablePage:
        page = await super().query(query)
        is_behind = not query.consistent and query.pk.endswith(f"#{keys.POLICIES}")
        return TablePage((), None) if is_behind else page


async def test_positions_that_a_lagging_read_does_not_show_are_used_all_the_same() -> None:
    place = await a_released_place()

    for _ in range(2):
        await place.process(LaggingTables(place.tables)).worker.run_once()

    assert await place.answers() == ["Hello max"]


async def test_a_worker_that_sleeps_while_it_installs_answers_nothing_from_before() -> None:
    place = ReleasedPlace()
    await live(place.process(), HOME)
    tables = StagedTables(place.tables)

    async def sleep(call: Call) -> None:
        if call.method == "get" and keys.INSTALLED in call.keys and tables.before is not None:
            place.environment.advance(seconds=LATEST_WRITE + 1)

    tables.before = sleep
    worker = place.process(tables).worker
    await worker.run_once()
    tables.before = None
    await worker.run_once()

    assert await place.answers() == []
    assert set((await place.at()).values()) == {place.head}


async def test_a_pass_sends_the_same_requests_as_with_positions_in_the_views() -> None:
    begun = await a_released_place()
    await begun.process().worker.run_once()
    await begun.released().worker.run_once()
    for command in (START, paint("another"), GREET_MAX):
        await send(begun.process(), command)
    requests: list[Counter[str]] = []
    for is_released in (True, False):
        place = begun.copy()
        tables = StagedTables(place.tables)
        store = place.process(tables)
        await (released(store) if is_released else store).worker.run_once()
        requests.append(Counter(call.method for call in tables.calls))

    assert requests[0] == requests[1]


# ---- garbage --------------------------------------------------------------------------------------------------------


async def test_a_position_in_the_views_that_cannot_be_read_stops_its_workspace_only(
    caplog: pytest.LogCaptureFixture,
) -> None:
    place = await a_released_place()
    await live(place.process(), AWAY)
    position = await place.tables.get(Table.VIEWS, keys.policy_key(HOME, "greet"))
    assert position is not None
    await overwrite(place.tables, Table.VIEWS, replace(position, attributes={"position": "zebra"}))

    process = place.process()
    for _ in range(3):
        assert (await process.worker.run_once()).stalled == ()
    (message,) = [record.message for record in caplog.records if str(HOME) in record.message]
    assert message.startswith(f"policies.former_positions_unreadable workspace='{HOME}'")
    assert f"the position of a policy, {keys.policies_partition(HOME)} greet" in message
    assert await place.answers() == []
    assert len(await place.answers(AWAY)) == 1
    assert dict(await process.policies.positions.read(HOME)) == {}

    await overwrite(place.tables, Table.VIEWS, position)
    await process.worker.run_once()
    assert await place.answers() == ["Hello max"]
    assert len(await place.answers(AWAY)) == 1
    assert process.policies.installation.is_done


@pytest.mark.parametrize("table", Table)
async def test_garbage_instead_of_the_installed_policies_is_a_mismatch_that_names_the_item(table: Table) -> None:
    place = await a_released_place()
    await overwrite(place.tables, table, Item(keys.INSTALLED, {"installed": 5}))
    with pytest.raises(ascend.StoreMismatch, match=f"the item `policies` of the {table.value} table"):
        await place.process().worker.run_once()
