"""A cursor is good for its own question only: of the same query, workspace, user and dates."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

import orjson
import pytest
from support.scenario import BEA, task_id, thing_id

import ascend
from ascend.adapters.memory.tables import MemoryTables
from ascend.projections.queries.pages import to_cursor
from ascend.testing import ADA, NOON, FakeEnvironment

HOME, AWAY = (ascend.WorkspaceId.derive(name) for name in ("home", "away"))
Ask = Callable[[ascend.Store, str | None], Awaitable[ascend.Page[Any]]]


async def a_store() -> ascend.Store:
    """Two workspaces, two of everything in each."""
    store = ascend.Store(MemoryTables(), FakeEnvironment())
    for home in (HOME, AWAY):
        story: list[ascend.Command] = [
            ascend.CreateWorkspace(name="Home", owner_name="Ada"),
            ascend.AddMember(user_id=BEA, name="Bea"),
        ]
        for n in range(2):
            story += [
                ascend.CreateThing(thing_id=thing_id((home, n)), name="Box"),
                ascend.CreateThing(thing_id=thing_id((home, n, "in")), name="Cup", parent=thing_id((home, 0))),
                ascend.CreateTask(task_id=task_id((home, n)), title="Paint"),
                ascend.ScheduleTask(task_id=task_id((home, n)), due=date(2026, 1, 1)),
                ascend.AssignTask(task_id=task_id((home, n)), users=(ADA, BEA)),
                ascend.PostComment(
                    comment_id=ascend.CommentId.derive(home, str(n)), thing_id=thing_id((home, 0)), text="!"
                ),
            ]
        for command in story:
            await store.importing().execute(home, command.model_copy(update={"at": NOON}), actor=ADA)
    await store.worker.run_once()
    return store


ASK: dict[str, Ask] = {
    "feed": lambda s, c: s.queries.feed(ADA, viewer=ADA, limit=1, cursor=c),
    "feed of a day": lambda s, c: s.queries.feed(ADA, viewer=ADA, start=NOON.date(), limit=1, cursor=c),
    "bea's feed": lambda s, c: s.queries.feed(BEA, viewer=BEA, limit=1, cursor=c),
    "workspaces": lambda s, c: s.queries.workspaces(ADA, viewer=ADA, limit=1, cursor=c),
    "members": lambda s, c: s.queries.members(HOME, viewer=ADA, limit=1, cursor=c),
    "members away": lambda s, c: s.queries.members(AWAY, viewer=ADA, limit=1, cursor=c),
    "tasks": lambda s, c: s.queries.tasks(HOME, viewer=ADA, limit=1, cursor=c),
    "tasks away": lambda s, c: s.queries.tasks(AWAY, viewer=ADA, limit=1, cursor=c),
    "open": lambda s, c: s.queries.tasks_by_status(HOME, ascend.Status.OPEN, viewer=ADA, limit=1, cursor=c),
    "children": lambda s, c: s.queries.children(HOME, None, viewer=ADA, limit=1, cursor=c),
    "children of one": lambda s, c: s.queries.children(HOME, thing_id((HOME, 0)), viewer=ADA, limit=1, cursor=c),
    "children away": lambda s, c: s.queries.children(AWAY, None, viewer=ADA, limit=1, cursor=c),
    "all things": lambda s, c: s.queries.subtree(HOME, None, viewer=ADA, limit=1, cursor=c),
    "subtree": lambda s, c: s.queries.subtree(HOME, thing_id((HOME, 0)), viewer=ADA, limit=1, cursor=c),
    "comments": lambda s, c: s.queries.comments(HOME, thing_id((HOME, 0)), viewer=ADA, limit=1, cursor=c),
}


@pytest.mark.parametrize("question", ASK)
async def test_a_cursor_belongs_to_its_question(question: str) -> None:
    store = await a_store()
    cursor = (await ASK[question](store, None)).cursor
    assert cursor is not None
    assert len((await ASK[question](store, cursor)).items) == 1
    for ask in (ask for other, ask in ASK.items() if other != question):
        with pytest.raises(ascend.InvalidCursor):
            await ask(store, cursor)


@pytest.mark.parametrize("question", ASK)
async def test_a_cursor_that_was_changed_is_refused(question: str) -> None:
    store = await a_store()
    cursor = (await ASK[question](store, None)).cursor
    assert cursor is not None
    parts: list[str] = orjson.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    forged = [
        [parts[0], *(f"{part}0" for part in parts[1:])],
        parts[:1],
        [*parts, "more"],
        [1, 2, 3],
        {"a": 1},
        "text",
        7,
    ]
    texts = [urlsafe_b64encode(orjson.dumps(one)).decode().rstrip("=") for one in forged]
    for text in (*texts, "", "…", cursor[:-4], cursor + "AAAA", "\ud800", "bnVsbA", "W10", "IlxcdWQ4MDAi"):
        with pytest.raises(ascend.InvalidCursor):
            await ASK[question](store, text)


async def test_a_forged_seal_does_not_lead_elsewhere() -> None:
    """The seal is no secret; the partition that is read never comes from a cursor."""
    store = await a_store()
    question = "\x1f".join(("tasks", f"W#{HOME}", "line#", "None", "None", "None"))
    for bookmark in (("",), (f"card#{task_id((HOME, 0))}",), ("a", "b", "c"), ("line#", "x")):
        with pytest.raises(ascend.InvalidCursor):
            await ASK["tasks"](store, to_cursor(question, bookmark))
    page = await ASK["tasks"](store, to_cursor(question, (f"line#{task_id((AWAY, 0))}",)))
    assert all(line.workspace == HOME for line in page.items)


async def test_days_that_end_before_they_start_are_refused() -> None:
    store = await a_store()
    with pytest.raises(ascend.InvalidInput, match="start, 2026-05-02, is behind end, 2026-05-01"):
        await store.queries.feed(ADA, viewer=ADA, start=date(2026, 5, 2), end=date(2026, 5, 1))


@pytest.mark.parametrize("limit", [0, -1, 1_001])
async def test_a_page_has_bounds(limit: int) -> None:
    store = await a_store()
    with pytest.raises(ascend.InvalidInput):
        await store.queries.tasks(HOME, viewer=ADA, limit=limit)
