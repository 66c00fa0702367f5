"""Every query answers what a naive look at all states answers, in one page or in many."""

import random
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import partial

import pytest
from support.simulation.busy import a_busy_store
from support.simulation.histories import PEOPLE, TODAY, History
from support.simulation.looking import alive, in_any_pages, path

import ascend
from ascend.adapters.table.port import Tables
from ascend.domain.comments.comment import Comment
from ascend.domain.tasks.task import Task
from ascend.domain.things.thing import Thing
from ascend.domain.workspaces.workspace import Workspace
from ascend.projections.item import sortable
from ascend.testing import FakeEnvironment

SEEDS = range(6)
LAST = "~"


def when(due: ascend.Due | None) -> str:
    if isinstance(due, ascend.ZonedTime):
        return due.instant.isoformat()
    return LAST if due is None else due.isoformat()


def day(due: ascend.Due | None) -> date | None:
    return due.instant.date() if isinstance(due, ascend.ZonedTime) else due


@pytest.mark.parametrize("seed", SEEDS)
async def test_things(seed: int) -> None:
    store, history = await a_busy_store(seed)
    ask, home, viewer = store.queries, history.workspace, ascend.OPERATOR
    living = [thing for thing in history.entities(Thing) if alive(history, thing)]
    for parent in (None, *(thing.id for thing in living)):
        nodes = await in_any_pages(partial(ask.children, home, parent, viewer=viewer))
        here = [thing for thing in living if thing.parent == parent]
        assert [node.thing for node in nodes] == [t.id for t in sorted(here, key=lambda t: (sortable(t.name), t.id))]
        nodes = await in_any_pages(partial(ask.subtree, home, parent, viewer=viewer))
        below = [path(history, thing) for thing in living if parent is None or parent in path(history, thing)]
        assert [node.path for node in nodes] == sorted(below)
    for thing in living:
        view = await ask.thing(home, thing.id, viewer=viewer)
        assert [node.thing for node in view.ancestors] == list(path(history, thing)[:-1])
        assert (view.card.name, view.card.archived) == (thing.name, thing.archived)
    for thing in (thing for thing in history.entities(Thing) if thing not in living):
        with pytest.raises(ascend.NotFound):
            await ask.thing(home, thing.id, viewer=viewer)


@pytest.mark.parametrize("seed", SEEDS)
async def test_tasks_and_comments(seed: int) -> None:
    store, history = await a_busy_store(seed)
    ask, home, viewer = store.queries, history.workspace, ascend.OPERATOR
    tasks = [task for task in history.entities(Task) if not task.deleted]
    lines = await in_any_pages(partial(ask.tasks, home, viewer=viewer))
    assert [line.task for line in lines] == sorted(task.id for task in tasks)
    for status in ascend.Status:
        lines = await in_any_pages(partial(ask.tasks_by_status, home, status, viewer=viewer))
        here = sorted((when(task.due), task.priority, task.id) for task in tasks if task.status is status)
        assert [line.task for line in lines] == [id for _, _, id in here]
    targets: list[ascend.TaskId | ascend.ThingId] = [
        *(task.id for task in tasks),
        *(thing.id for thing in history.entities(Thing) if alive(history, thing)),
    ]
    for target in targets:
        comment_lines = await in_any_pages(partial(ask.comments, home, target, viewer=viewer))
        posted = [comment for comment in history.entities(Comment) if comment.on.id == target]
        assert [line.comment for line in comment_lines] == [
            c.id for c in sorted(posted, key=lambda c: (c.posted_at, c.id))
        ]
    for deleted in [task.id for task in history.entities(Task) if task.deleted]:
        with pytest.raises(ascend.NotFound):
            await ask.comments(home, deleted, viewer=viewer)


@pytest.mark.parametrize("seed", range(2))
async def test_members_workspaces_and_the_feed_across_workspaces(seed: int, any_tables: Tables) -> None:
    environment = FakeEnvironment(seed)
    store, first = await a_busy_store(seed, 40, environment, any_tables)
    second = await History(store, environment, random.Random(seed + 100)).begin()
    await second.run_random(60)
    await store.worker.run_once()
    ask, homes = store.queries, (first, second)
    for history in homes:
        (workspace,) = history.entities(Workspace)
        members = await in_any_pages(partial(ask.members, workspace.id, viewer=ascend.OPERATOR))
        assert [(m.user, m.role) for m in members] == sorted((u, m.role) for u, m in workspace.members.items())
    for user in PEOPLE:
        mine = [h for h in homes if user in h.entities(Workspace)[0].members]
        found = await in_any_pages(partial(ask.workspaces, user, viewer=user))
        assert [line.workspace for line in found] == sorted(history.workspace for history in mine)
        for start, end in ((None, None), (TODAY, None), (None, TODAY), (TODAY, TODAY + timedelta(days=3))):
            entries = await in_any_pages(partial(ask.feed, user, viewer=user, start=start, end=end))
            assert [entry.line.task for entry in entries] == naive_feed(mine, user, start, end)


def naive_feed(
    homes: Sequence[History], user: ascend.UserId, start: date | None, end: date | None
) -> list[ascend.TaskId]:
    mine = [
        task
        for history in homes
        for task in history.entities(Task)
        if user in task.assignees and task.status in {"open", "started"} and not task.deleted
    ]
    if start is not None or end is not None:
        mine = [task for task in mine if (d := day(task.due)) and (start or date.min) <= d <= (end or date.max)]
    return [task.id for task in sorted(mine, key=lambda task: (order(task.due), task.id))]


def order(due: ascend.Due | None) -> tuple[date, datetime | None] | tuple[date]:
    at = day(due)
    if at is None:
        return (date.max,)
    return (at, due.instant) if isinstance(due, ascend.ZonedTime) else (at,)
