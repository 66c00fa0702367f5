"""Only the handle for imports takes commands with a time of their own: nobody else writes into the past."""

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from datetime import timedelta

import pytest
from support.scenario import BEA, MAX, task_id

import ascend
from ascend.domain.ids import OPERATOR_USER, POLICIES
from ascend.domain.runtime.request import Request
from ascend.domain.workspaces.lifecycle import EraseWorkspace
from ascend.testing import ADA, HOME, NOON, given, workspace

T, AWAY = task_id("paint"), ascend.WorkspaceId.derive("away")
YESTERDAY = NOON - timedelta(days=1)
PAINT = ascend.CreateTask(task_id=T, title="Paint", at=YESTERDAY)
ID = ascend.CommandId.derive("import", "1")


@pytest.fixture
async def store() -> AsyncIterator[ascend.Store]:
    async with ascend.open_store("memory://", create=True) as store:
        await store.execute(HOME, ascend.CreateWorkspace(name="Home", owner_name="Ada"), actor=ADA)
        await store.execute(HOME, ascend.AddMember(user_id=MAX, name="Max"), actor=ADA)
        yield store


async def records(store: ascend.Store) -> Sequence[object]:
    return [record for commit in await store.log.commits(HOME, 3, 100) for record in commit.records]


async def test_a_command_with_a_time_is_refused_whoever_sends_it(store: ascend.Store) -> None:
    for actor in (ADA, MAX):
        with pytest.raises(ascend.NotImported, match=r"store\.importing\(\).*CreateTask"):
            await store.execute(HOME, PAINT, actor=actor)
    with pytest.raises(ascend.NotImported):
        await store.execute(AWAY, ascend.CreateWorkspace(name="Away", owner_name="Bea", at=YESTERDAY), actor=BEA)

    assert await records(store) == []


@pytest.mark.parametrize(("actor", "command"), [(OPERATOR_USER, EraseWorkspace(at=YESTERDAY)), (POLICIES, PAINT)])
async def test_the_command_service_refuses_a_time_also_to_the_systems_own_users(
    store: ascend.Store, actor: ascend.UserId, command: ascend.Command
) -> None:
    request = Request(workspace=HOME, command=command, actor=actor, command_id=ID)

    with pytest.raises(ascend.NotImported):
        await store.commands.execute(request)


async def test_an_import_may_set_the_time_and_the_log_marks_its_commands(store: ascend.Store) -> None:
    await store.importing().execute(HOME, PAINT, actor=ADA, command_id=ID)
    await store.execute(HOME, ascend.StartTask(task_id=T), actor=ADA)

    imported, started = (record for commit in await store.log.commits(HOME, 3, 100) for record in commit.records)

    assert (imported.imported, started.imported) == (True, False)
    assert imported.events[0].at == YESTERDAY


async def test_importing_checks_roles_and_rules_like_every_sender(store: ascend.Store) -> None:
    importing = store.importing()

    with pytest.raises(ascend.NotAllowed):
        await importing.execute(HOME, PAINT, actor=BEA)
    with pytest.raises(ascend.InvalidInput, match="system's own users"):
        await importing.execute(HOME, PAINT, actor=POLICIES)


async def test_an_applied_import_gets_its_first_receipt_whichever_way_it_is_sent_again(store: ascend.Store) -> None:
    first = await store.importing().execute(HOME, PAINT, actor=ADA, command_id=ID)

    for sender in (store, store.importing()):
        again = await sender.execute(HOME, PAINT, actor=ADA, command_id=ID)
        assert (again, again.repeated) == (first, True)
    later = PAINT.model_copy(update={"at": NOON})  # the time belongs to the content of the command
    with pytest.raises(ascend.CommandIdReused):
        await store.importing().execute(HOME, later, actor=ADA, command_id=ID)


async def test_an_import_wakes_the_worker(store: ascend.Store) -> None:
    await store.worker.run_once()
    store.worker.wake = lambda workspace=None: woken.append(workspace)  # type: ignore[method-assign]
    woken: list[ascend.WorkspaceId | None] = []

    await store.importing().execute(HOME, PAINT, actor=ADA)

    assert woken == [HOME]


async def test_a_policy_cannot_set_the_time() -> None:
    async def backdate(created: ascend.TaskCreated, context: ascend.PolicyContext) -> AsyncGenerator[ascend.Reaction]:
        yield ascend.Reaction(ascend.StartTask(task_id=created.task_id, at=YESTERDAY), name="start")

    app = ascend.LIFE_OS.extended(policies=(ascend.Policy("backdate", {ascend.TaskCreated: backdate}),))
    async with ascend.open_store("memory://", create=True, app=app) as store:
        await store.execute(HOME, ascend.CreateWorkspace(name="Home", owner_name="Ada"), actor=ADA)
        await store.execute(HOME, ascend.CreateTask(task_id=T, title="Paint"), actor=ADA)
        await store.worker.run_once()

        assert store.policies.counts.refused == 1
        assert (await store.queries.task(HOME, T, viewer=ADA)).status is ascend.Status.OPEN


def test_a_scenario_refuses_a_time_unless_the_command_is_imported() -> None:
    home = given(*workspace())

    home.when(PAINT).refused(ascend.NotImported)

    assert home.after(PAINT, imported=True).events[-1].at == YESTERDAY
    home.after(PAINT, imported=True).when(PAINT, imported=True).nothing()
