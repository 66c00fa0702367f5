"""A removed member sees nothing of the workspace from the moment their removal is projected, whatever indexes say.

Every query, also with cursors from before. And nobody's query ever asks for what belongs to others.
"""

import inspect
import random
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import pytest
from support.simulation.busy import a_busy_store
from support.simulation.histories import PEOPLE, TODAY, History
from support.staged import StagedTables

import ascend
from ascend.adapters.layout import keys
from ascend.domain.assets.asset import Asset
from ascend.domain.comments.comment import Comment
from ascend.domain.tasks.task import Task
from ascend.domain.things.thing import Thing
from ascend.domain.workspaces.workspace import Workspace
from ascend.projections.queries import Queries
from ascend.projections.read_models.feed import TASKS_OF_USER
from ascend.projections.read_models.tasks import TASKS_OF_WORKSPACE
from ascend.testing import FakeEnvironment

Ask = Callable[[Queries, ascend.Viewer, str | None], Awaitable[Any]]


def about_a_user(user: ascend.UserId) -> dict[str, Ask]:
    return {
        "feed": lambda q, v, c: q.feed(user, viewer=v, limit=2, cursor=c),
        "feed (of some days)": lambda q, v, c: q.feed(user, viewer=v, start=TODAY, limit=2, cursor=c),
        "workspaces": lambda q, v, c: q.workspaces(user, viewer=v, limit=1, cursor=c),
        "done": lambda q, v, c: q.done(user, viewer=v, limit=2, cursor=c),
        "mentions": lambda q, v, c: q.mentions(user, viewer=v, limit=2, cursor=c),
        "ask_across": lambda q, v, c: q.ask_across(TASKS_OF_USER, user, viewer=v, limit=2, cursor=c),
        "invitations_of": lambda q, v, c: q.invitations_of(user, viewer=v, limit=2, cursor=c),
    }


def about_a_workspace(history: History) -> dict[str, Ask]:
    home = history.workspace
    task, thing = history.entities(Task)[0].id, history.entities(Thing)[0].id
    comment = history.entities(Comment)[0].id
    asset = next((one.id for one in history.entities(Asset)), ascend.AssetId.derive("none"))
    at = ascend.Ref("thing", thing)
    return {
        "invitations": lambda q, v, c: q.invitations(home, viewer=v, limit=1, cursor=c),
        "tagged": lambda q, v, c: q.tagged(home, "red", viewer=v, limit=1, cursor=c),
        "history": lambda q, v, c: q.history(home, viewer=v, limit=1, cursor=c),
        "history_of": lambda q, v, c: q.history_of(home, at, viewer=v, limit=1, cursor=c),
        "tasks_of": lambda q, v, c: q.tasks_of(PEOPLE[0], home, viewer=v, limit=1, cursor=c),
        "tasks_by_priority": lambda q, v, c: q.tasks_by_priority(home, viewer=v, limit=1, cursor=c),
        "tasks_about": lambda q, v, c: q.tasks_about(home, thing, viewer=v, limit=1, cursor=c),
        "subtasks": lambda q, v, c: q.subtasks(home, task, viewer=v, limit=1, cursor=c),
        "blocks": lambda q, v, c: q.blocks(home, task, viewer=v, limit=1, cursor=c),
        "blocked_by": lambda q, v, c: q.blocked_by(home, task, viewer=v),
        "things_by_kind": lambda q, v, c: q.things_by_kind(home, ascend.ThingKind.DIGITAL, viewer=v, limit=1, cursor=c),
        "asset": lambda q, v, c: q.asset(home, asset, viewer=v),
        "assets": lambda q, v, c: q.assets(home, viewer=v, limit=1, cursor=c),
        "assets_of": lambda q, v, c: q.assets_of(home, at, viewer=v, limit=1, cursor=c),
        "targets_of": lambda q, v, c: q.targets_of(home, asset, viewer=v, limit=1, cursor=c),
        "relations_from": lambda q, v, c: q.relations_from(home, at, viewer=v, limit=1, cursor=c),
        "relations_to": lambda q, v, c: q.relations_to(home, at, viewer=v, limit=1, cursor=c),
        "ask": lambda q, v, c: q.ask(TASKS_OF_WORKSPACE, home, viewer=v, limit=1, cursor=c),
        "workspace": lambda q, v, c: q.workspace(home, viewer=v),
        "members": lambda q, v, c: q.members(home, viewer=v, limit=1, cursor=c),
        "tasks": lambda q, v, c: q.tasks(home, viewer=v, limit=1, cursor=c),
        "tasks_by_status": lambda q, v, c: q.tasks_by_status(home, ascend.Status.OPEN, viewer=v, limit=1, cursor=c),
        "task": lambda q, v, c: q.task(home, task, viewer=v),
        "children": lambda q, v, c: q.children(home, None, viewer=v, limit=1, cursor=c),
        "subtree": lambda q, v, c: q.subtree(home, None, viewer=v, limit=1, cursor=c),
        "subtree (of one)": lambda q, v, c: q.subtree(home, thing, viewer=v, limit=1, cursor=c),
        "thing": lambda q, v, c: q.thing(home, thing, viewer=v),
        "comments": lambda q, v, c: q.comments(home, task, viewer=v, limit=1, cursor=c),
        "comment": lambda q, v, c: q.comment(home, comment, viewer=v),
        "check": lambda q, v, c: q.check(home, v),
    }


async def two_lives(seed: int) -> tuple[ascend.Store, FakeEnvironment, History]:
    """Everybody is in two workspaces at first; the history is that of the second."""
    environment = FakeEnvironment(seed)
    store, _ = await a_busy_store(seed, 30, environment)
    history = await History(store, environment, random.Random(seed)).begin(members=len(PEOPLE))
    while len(history.commits) < 50 or not all(history.entities(kind) for kind in (Task, Thing, Comment)):
        await history.run_random(1)
    await store.worker.run_once()
    return store, environment, history


def members(history: History) -> dict[ascend.UserId, ascend.Role]:
    return {user: member.role for user, member in history.entities(Workspace)[0].members.items()}


async def remove(history: History, user: ascend.UserId) -> None:
    """By themselves or by an owner; the last owner finds a successor."""
    owner = next(person for person, role in members(history).items() if role is ascend.Role.OWNER)
    if user == owner:
        successor = next(person for person in PEOPLE if person != user)
        await history.send(ascend.AddMember(user_id=successor, name="Next"), owner)
        await history.send(ascend.ChangeRole(user_id=successor, role=ascend.Role.OWNER), owner)
    leave, gone = (ascend.LeaveWorkspace(), user), (ascend.RemoveMember(user_id=user), owner)
    await history.send(*history.rng.choice((leave, gone)))
    assert user not in members(history)


@pytest.mark.parametrize("lagging", [True, False])
@pytest.mark.parametrize("seed", range(8))
async def test_a_removed_member_sees_nothing_of_it(seed: int, *, lagging: bool) -> None:
    store, environment, history = await two_lives(seed)
    tables = StagedTables(store.tables)
    ask, user = ascend.Store(tables, environment).queries, history.rng.choice(list(members(history)))
    queries = about_a_workspace(history) | about_a_user(user)
    cursors: dict[str, str | None] = {}
    for name, query in queries.items():
        with suppress(ascend.NotFound):
            cursors[name] = getattr(await query(ask, user, None), "cursor", None)
    if lagging:
        await tables.freeze_indexes()
    await remove(history, user)
    await store.worker.run_once()
    await history.run_random(10)  # life goes on, and is not projected yet
    for name, query in about_a_workspace(history).items():
        for cursor in {None, cursors.get(name)}:
            with pytest.raises(ascend.NotAllowed):
                await query(ask, user, cursor)
            with suppress(ascend.NotFound):
                await query(ask, ascend.OPERATOR, cursor)
    for name, query in about_a_user(user).items():
        for cursor in {None, cursors.get(name)}:
            await sees_nothing(query, ask, user, cursor, history.workspace)


async def sees_nothing(
    query: Ask, ask: Queries, user: ascend.UserId, cursor: str | None, gone: ascend.WorkspaceId
) -> None:
    for _ in range(100):
        page = await query(ask, user, cursor)
        assert gone not in str(page.items)
        if (cursor := page.cursor) is None:
            return
    raise AssertionError("it never ends")


@pytest.mark.parametrize("seed", range(3))
async def test_no_query_asks_for_what_belongs_to_others(seed: int) -> None:
    store, environment, history = await two_lives(seed)
    tables = StagedTables(store.tables)
    ask = ascend.Store(tables, environment).queries
    for user in PEOPLE:
        for name, query in about_a_workspace(history).items():
            tables.partitions.clear()
            with suppress(ascend.NotAllowed, ascend.NotFound):
                await query(ask, user, None)
            theirs = {f"U#{PEOPLE[0]}"} if name == "tasks_of" else set[str]()
            asked = {"#".join(one.split("#")[:2]) for one in tables.partitions - {keys.EPOCHS.pk}}
            assert asked <= {f"W#{history.workspace}", *theirs}
        for query in about_a_user(user).values():
            tables.partitions.clear()
            tables.made()
            calls = tables.calls
            await query(ask, user, None)
            got = {key for call in calls for key in call.keys} - {keys.EPOCHS}
            about_them = (f"member#{user}", f"invitation#{user}")
            what_mentions_stand_on = ("line#", "node#", "asset#")
            assert all(key.sk in about_them or key.sk.startswith(what_mentions_stand_on) for key in got)
            queried = tables.partitions - {key.pk for key in got} - {keys.EPOCHS.pk}
            assert all(one.startswith(f"U#{user}#") for one in queried)


@pytest.mark.parametrize("query", about_a_user(PEOPLE[0]))
async def test_nobody_reads_anothers_feed(query: str) -> None:
    store, _, _ = await two_lives(0)
    for user in PEOPLE[1:]:
        with pytest.raises(ascend.NotAllowed):
            await about_a_user(PEOPLE[0])[query](store.queries, user, None)
    await about_a_user(PEOPLE[0])[query](store.queries, ascend.OPERATOR, None)


async def test_every_query_is_asked_here() -> None:
    _, _, history = await two_lives(0)
    asked = {name.partition(" ")[0] for name in about_a_workspace(history) | about_a_user(PEOPLE[0])}
    assert asked == {name for name, _ in inspect.getmembers(Queries, callable) if not name.startswith("_")} - {"head"}
