"""A worker for given workspaces: it projects and runs policies there, and touches no other workspace."""

from typing import Any

import anyio
import pytest
from support.faulty import Call
from support.policies.given import GREET, LIFE, LOUDER, START, Place, T
from support.scenario import MAX
from support.staged import StagedTables, paint, send

import ascend
from ascend.adapters.layout import keys
from ascend.adapters.store.policy_positions import TablePolicyPositions
from ascend.testing import ADA, HOME

AWAY, LATER = (ascend.WorkspaceId.derive(name) for name in ("away", "later"))


async def live(store: ascend.Store, workspace: ascend.WorkspaceId) -> None:
    """A life in which LOUDER answers once."""
    for command in (*LIFE, paint(), START):
        await send(store, command, to=workspace)


async def titles(place: Place, workspace: ascend.WorkspaceId) -> list[str]:
    commits = await place.process().log.commits(workspace, 1, 100, consistent=True)
    events = [event for commit in commits for event in commit.events()]
    return [title for event in events if (title := getattr(event, "title", None)) is not None]


async def a_store(place: Place) -> None:
    """Policies are installed before anything happens. Then there is a life in each of two workspaces."""
    await place.process().worker.run_once()
    for workspace in (HOME, AWAY):
        await live(place.process(), workspace)


async def test_it_projects_and_answers_in_the_given_workspaces_only() -> None:
    place = Place()
    await a_store(place)
    tables = StagedTables(place.tables)
    store = place.process(tables)

    done = await store.worker_for([HOME]).run_once()

    assert (done.workspaces, done.stalled) == (1, ())
    assert (await titles(place, HOME), await titles(place, AWAY)) == (["Paint", "Paint!"], ["Paint"])
    assert (await store.queries.task(HOME, T, viewer=ADA)).title == "Paint!"
    with pytest.raises(ascend.NotAllowed):  # nothing is rendered there
        await store.queries.task(AWAY, T, viewer=ADA)
    assert {status.workspace: status.lag for status in [status async for status in store.status()]}[HOME] == 0


async def test_it_sends_no_request_about_another_workspace() -> None:
    place = Place()
    for workspace in (HOME, AWAY):  # without installed policies, so that their positions are written, too
        await live(place.process(), workspace)
    tables = StagedTables(place.tables)
    worker = place.process(tables).worker_for([HOME])

    for _ in range(3):
        await worker.run_once()

    owners = {"#".join(partition.split("#")[:2]) for partition in tables.partitions}
    of_nobody = {keys.EPOCHS.pk, keys.INSTALLED.pk, keys.APPLICATION.pk}
    assert owners - of_nobody <= {f"W#{HOME}", *(f"U#{user}" for user in ("ada", "bea", "max"))}
    assert not any(str(AWAY) in f"{key}" for call in tables.calls for key in call.keys)


async def test_it_refuses_to_catch_up_with_another_workspace() -> None:
    place = Place()
    await a_store(place)
    worker = place.process().worker_for([HOME])

    assert await worker.catch_up(HOME) > 0
    with pytest.raises(ascend.InvalidInput, match=f"was not given the workspace {AWAY}: use `store.worker`"):
        await worker.catch_up(AWAY)


async def test_a_policy_that_is_not_installed_starts_at_the_heads_of_these_workspaces_only() -> None:
    place = Place()
    for workspace in (HOME, AWAY):
        await live(place.process(), workspace)
    worker = place.process().worker_for([HOME])

    await worker.run_once()
    await send(place.process(), ascend.AssignTask(task_id=T, users=(MAX,)))
    await worker.run_once()

    assert await titles(place, HOME) == ["Paint", "Hello max"]
    assert await place.at(AWAY) == {}
    assert await TablePolicyPositions(place.tables).installed() == frozenset()


async def test_an_installation_after_it_repeats_and_loses_nothing() -> None:
    place = Place()
    for workspace in (HOME, AWAY):
        await live(place.process(), workspace)
    await place.process().worker_for([HOME]).run_once()
    for workspace in (HOME, AWAY):
        await send(place.process(), ascend.AssignTask(task_id=T, users=(MAX,)), to=workspace)

    await place.process().worker.run_once()  # installs them, at the head of the other workspace

    assert await titles(place, HOME) == ["Paint", "Hello max"]
    assert await titles(place, AWAY) == ["Paint"]


async def test_a_workspace_that_is_created_while_it_runs_is_answered_from_its_beginning() -> None:
    place = Place()
    worker = place.process().worker_for([LATER])
    await worker.run_once()
    await live(place.process(), LATER)

    await worker.run_once()

    assert await titles(place, LATER) == ["Paint", "Paint!"]


async def test_nothing_is_lost_if_the_policies_are_installed_between_two_of_its_requests() -> None:
    late = 0
    while True:
        late += 1
        place = Place()
        await live(place.process(), HOME)
        tables = StagedTables(place.tables)

        async def meanwhile(call: Call, place: Place = place, late: int = late) -> None:
            if call.number == late:
                await place.process().worker.run_once()
                await live(place.process(), LATER)
                await send(place.process(), ascend.AssignTask(task_id=T, users=(MAX,)))

        tables.before = meanwhile
        await place.process(tables).worker_for([HOME, LATER]).run_once()
        if len(tables.calls) < late:
            break
        await place.process().worker.run_once()
        assert await titles(place, HOME) == ["Paint", "Hello max"], late
        assert await titles(place, LATER) == ["Paint", "Paint!"], late
    assert late > 10


async def test_an_erased_or_unknown_workspace_is_left_alone() -> None:
    place = Place()
    await a_store(place)
    store = place.process()
    await store.worker.run_once()
    await store.erase(AWAY, workers_stopped=True)
    before = await store.digest()

    done = await place.process().worker_for([AWAY, LATER]).run_once()

    assert (done.batches, done.stalled) == (0, ())
    assert await store.digest() == before
    assert (await store.verify()).clean


def nothing_to_do(_: object) -> None:
    pytest.fail("this worker has nothing to do")


async def test_a_command_wakes_the_worker_of_its_workspace(monkeypatch: pytest.MonkeyPatch) -> None:
    async with ascend.open_store("memory://", create=True) as store, anyio.create_task_group() as group:
        worker, other = store.worker_for([HOME]), store.worker_for([AWAY])
        monkeypatch.setattr(other, "wake", nothing_to_do)
        group.start_soon(worker.follow, 3_600.0)
        await anyio.wait_all_tasks_blocked()

        receipt = await store.execute(HOME, ascend.CreateWorkspace(name="Home", owner_name="Ada"), actor=ADA)

        await store.wait_for(receipt, seconds=5)
        group.cancel_scope.cancel()


async def test_each_workspace_is_visited_once() -> None:
    place = Place(policies=(GREET, LOUDER))
    await a_store(place)
    visited: list[ascend.WorkspaceId] = []

    await place.process().worker_for([HOME, AWAY, HOME]).run_once(visited.append)

    assert sorted(visited) == sorted([HOME, AWAY])


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (HOME, r"workspaces is .*: pass a list of ids, such as \[ascend.WorkspaceId\(text\)\]"),
        (None, "workspaces is None: pass a list of ids"),
        (["home"], "workspaces: not a WorkspaceId: 'home'"),
        ([T], r"workspaces is .* \(TaskId\): pass ascend.WorkspaceId"),
    ],
)
def test_a_wrong_argument_is_named(wrong: Any, message: str) -> None:
    with pytest.raises(ascend.InvalidInput, match=message):
        Place().process().worker_for(wrong)
