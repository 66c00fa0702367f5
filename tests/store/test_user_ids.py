"""Users whose ids hold what separates parts elsewhere do everything that others do, and see nothing of each other."""

from functools import partial

import pytest
from support.scenario import comment_id, task_id
from support.simulation.looking import pages

import ascend
from ascend.adapters.memory.tables import MemoryTables
from ascend.adapters.table.port import Tables
from ascend.testing import HOME, FakeEnvironment

OWNER = ascend.UserId("auth0|507f1f77bcf86cd799439011")
PEOPLE = tuple(
    map(
        ascend.UserId,
        (
            "org/name",
            "org%2Fname",
            "CN=Ada Lovelace,OU=x",
            "samlp|tenant|name#1",
            "samlp|tenant|name",
            "ada@example.org#open",
            "ada@example.org",
            "*",
            "Åse",
            "%2A",
        ),
    )
)
ALL_TASKS = task_id("of all")


async def a_house(tables: Tables) -> ascend.Store:
    """Return a store in which each person has a task of their own, one of all, one that is done, and a mention."""
    store = ascend.Store(tables, FakeEnvironment())

    async def send(user: ascend.UserId, *commands: ascend.Command) -> None:
        for command in commands:
            await store.execute(HOME, command, actor=user)

    await send(OWNER, ascend.CreateWorkspace(name="Home", owner_name="Ada"))
    await send(OWNER, ascend.CreateTask(task_id=ALL_TASKS, title="All"))
    for user in PEOPLE:
        await send(OWNER, ascend.InviteMember(user_id=user))
        await send(user, ascend.JoinWorkspace(name=f"Person {user}"))
        for task in (task_id(user), task_id((user, "done"))):
            await send(user, ascend.CreateTask(task_id=task, title=user))
            await send(user, ascend.AssignTask(task_id=task, users=(user,)))
        await send(user, ascend.CompleteTask(task_id=task_id((user, "done"))))
        post = ascend.PostComment(comment_id=comment_id(user), task_id=ALL_TASKS, text="You?", mentions=(user,))
        await send(OWNER, ascend.AssignTask(task_id=ALL_TASKS, users=(user,)), post)
    await store.worker.run_once()
    return store


async def test_users_of_any_id_see_their_own_lines_and_no_others_on_every_engine(any_tables: Tables) -> None:
    ask = (await a_house(any_tables)).queries
    members = [line.user for line in await pages(partial(ask.members, HOME, viewer=OWNER), 3)]
    assert (len(members), set(members)) == (len(PEOPLE) + 1, {OWNER, *PEOPLE})
    for user in PEOPLE:
        feed = await pages(partial(ask.feed, user, viewer=user), 1)
        assert {entry.line.task for entry in feed} == {task_id(user), ALL_TASKS}
        assert {entry.line.user for entry in feed} == {user}
        done, mentions, own = (
            await ask.done(user, viewer=user),
            await ask.mentions(user, viewer=user),
            await ask.tasks_of(user, HOME, viewer=OWNER),
        )
        assert [entry.line.task for entry in done.items] == [task_id((user, "done"))]
        assert [entry.line.comment for entry in mentions.items] == [comment_id(user)]
        assert {line.task for line in own.items} == {task_id(user), ALL_TASKS}
        assert [line.user for line in (await ask.workspaces(user, viewer=user)).items] == [user]
    (card,) = [line for line in (await ask.tasks(HOME, viewer=OWNER)).items if line.task == ALL_TASKS]
    assert card.assignees == PEOPLE


async def test_a_cursor_of_one_user_is_none_of_another_with_a_similar_id() -> None:
    ask = (await a_house(MemoryTables())).queries
    for one, other in ((PEOPLE[0], PEOPLE[1]), (PEOPLE[3], PEOPLE[4]), (PEOPLE[5], PEOPLE[6])):
        cursor = (await ask.feed(one, viewer=one, limit=1)).cursor
        assert cursor
        with pytest.raises(ascend.InvalidCursor):
            await ask.feed(other, viewer=other, limit=1, cursor=cursor)


async def test_a_removed_user_of_any_id_sees_nothing() -> None:
    house = await a_house(MemoryTables())
    for user in PEOPLE[3:6:2]:
        await house.execute(HOME, ascend.RemoveMember(user_id=user), actor=OWNER)
    await house.worker.run_once()

    for user in PEOPLE[:7]:
        removed = user in PEOPLE[3:6:2]
        assert (not (await house.queries.feed(user, viewer=user)).items) == removed
        if removed:
            with pytest.raises(ascend.NotAllowed):
                await house.queries.members(HOME, viewer=user)
