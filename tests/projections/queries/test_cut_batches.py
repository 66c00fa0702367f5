"""Queries between any two writes of a batch answer with what was before or with what comes after, or raise our errors."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from itertools import count

import pytest
from support.faulty import Crash, Fault, FaultyTables
from support.scenario import task_id, thing_id

import ascend
from ascend.adapters.memory.tables import MemoryTables
from ascend.adapters.table.item import Table
from ascend.testing import ADA, FakeEnvironment

HOME = ascend.WorkspaceId.derive("home")
ROOM, SHELF, BOX, CUP = (thing_id(name) for name in ("room", "shelf", "box", "cup"))
CHORE, NOTE = task_id("chore"), ascend.CommentId.derive("note")
CREATED: list[ascend.Command] = [
    ascend.CreateWorkspace(name="Home", owner_name="Ada"),
    ascend.CreateThing(thing_id=ROOM, name="Room"),
    ascend.CreateThing(thing_id=BOX, name="Box", parent=ROOM),
    ascend.CreateThing(thing_id=CUP, name="Cup", parent=BOX),
    ascend.CreateTask(task_id=CHORE, title="Chore"),
    ascend.PostComment(comment_id=NOTE, thing_id=CUP, text="!"),
]
MOVED: list[ascend.Command] = [
    ascend.CreateThing(thing_id=SHELF, name="Shelf", parent=ROOM),
    ascend.MoveThing(thing_id=BOX, parent=SHELF),
]
DELETED: list[ascend.Command] = [ascend.DeleteThing(thing_id=ROOM, children=ascend.Children.CASCADE)]
PATHS = ((ROOM, BOX), (ROOM, SHELF, BOX))
"""The ancestors of the cup, before and after the move."""
ASK: dict[str, Callable[[ascend.Queries, ascend.Viewer], Awaitable[object]]] = {
    "workspace": lambda queries, viewer: queries.workspace(HOME, viewer=viewer),
    "members": lambda queries, viewer: queries.members(HOME, viewer=viewer),
    "comment": lambda queries, viewer: queries.comment(HOME, NOTE, viewer=viewer),
    "comments": lambda queries, viewer: queries.comments(HOME, CUP, viewer=viewer),
    "task": lambda queries, viewer: queries.task(HOME, CHORE, viewer=viewer),
    "subtree": lambda queries, viewer: queries.subtree(HOME, BOX, viewer=viewer),
    "children": lambda queries, viewer: queries.children(HOME, BOX, viewer=viewer),
    "history": lambda queries, viewer: queries.history(HOME, viewer=viewer),
    "workspaces": lambda queries, viewer: queries.workspaces(ADA, viewer=viewer),
}


async def execute(store: ascend.Store, story: list[ascend.Command]) -> None:
    for command in story:
        await store.execute(HOME, command, actor=ADA)


async def cut_after(writes: int, before: list[ascend.Command], batch: list[ascend.Command]) -> ascend.Store | None:
    """Return a store whose worker crashed after so many writes of views; None if the batch has no more than that."""
    tables, environment = MemoryTables(), FakeEnvironment()
    store = ascend.Store(tables, environment)
    if before:
        await execute(store, before)
        await store.worker.run_once()
    await execute(store, batch)
    done = count(1)
    faulty = FaultyTables(
        tables,
        lambda call: (
            Fault.CRASH_BEFORE if call.is_write and call.table is Table.VIEWS and next(done) > writes else None
        ),
    )
    try:
        await ascend.Store(faulty, environment).worker.run_once()
    except (Crash, BaseExceptionGroup):
        return store
    return None


@pytest.mark.parametrize(
    ("before", "batch"),
    [([], CREATED), (CREATED, MOVED), (CREATED, DELETED)],
    ids=["created", "moved", "deleted"],
)
async def test_a_query_between_two_writes_is_right_or_our_error(
    before: list[ascend.Command], batch: list[ascend.Command]
) -> None:
    for writes in count():
        store = await cut_after(writes, before, batch)
        if store is None:
            break
        for viewer in (ADA, ascend.OPERATOR):
            for ask in ASK.values():
                with suppress(ascend.NotFound, ascend.NotAllowed):
                    await ask(store.queries, viewer)
            with suppress(ascend.NotFound, ascend.NotAllowed, ascend.NotVisibleYet):
                view = await store.queries.thing(HOME, CUP, viewer=viewer)
                assert tuple(node.thing for node in view.ancestors) in PATHS
    assert writes > 3


async def test_what_was_shown_is_never_not_found_while_it_moves() -> None:
    """The new parent's item may come after the thing's: then the query asks to be asked again."""
    raised = set[type[Exception]]()
    for writes in count():
        store = await cut_after(writes, CREATED, MOVED)
        if store is None:
            break
        try:
            await store.queries.thing(HOME, CUP, viewer=ADA)
        except ascend.AscendError as error:
            raised.add(type(error))
    assert raised <= {ascend.NotVisibleYet}
