"""Queries in the middle of a batch answer with what was before or with what comes after, or raise our errors."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import suppress

import pytest
from support.scenario import task_id, thing_id
from support.simulation.busy import everything

import ascend
from ascend.adapters.memory.tables import MemoryTables
from ascend.adapters.table.conditions import Absent
from ascend.adapters.table.item import Item, Key, Table
from ascend.adapters.table.port import Tables
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


async def cut_states(before: list[ascend.Command], batch: list[ascend.Command]) -> AsyncIterator[ascend.Store]:
    """Yield stores as they are in the middle of a batch: one of its read items is written, or all but one.

    A worker writes several at once, so any of them may be the first or the last.
    """
    tables, environment = MemoryTables(), FakeEnvironment()
    store = ascend.Store(tables, environment)
    await execute(store, before)
    await store.worker.run_once()
    await execute(store, batch)
    old = await everything_by_key(tables)
    await store.worker.run_once()
    new = await everything_by_key(tables)
    changed = [place for place, item in new.items() if old.get(place) != item]
    assert len(changed) > 3
    for place in changed:
        for items in ({**old, place: new[place]}, {**old, **new, place: old.get(place)}):
            yield await a_store_of(items, environment)


async def everything_by_key(tables: Tables) -> dict[tuple[Table, Key], Item]:
    return {(table, item.key): item for table, item in await everything(tables)}


async def a_store_of(items: Mapping[tuple[Table, Key], Item | None], environment: FakeEnvironment) -> ascend.Store:
    tables = MemoryTables()
    for (table, _), item in items.items():
        if item is not None:
            await tables.put(table, item, Absent())
    return ascend.Store(tables, environment)


@pytest.mark.parametrize(
    ("before", "batch"),
    [([], CREATED), (CREATED, MOVED), (CREATED, DELETED)],
    ids=["created", "moved", "deleted"],
)
async def test_a_query_in_the_middle_of_a_batch_is_right_or_our_error(
    before: list[ascend.Command], batch: list[ascend.Command]
) -> None:
    async for store in cut_states(before, batch):
        for viewer in (ADA, ascend.OPERATOR):
            for ask in ASK.values():
                with suppress(ascend.NotFound, ascend.NotAllowed):
                    await ask(store.queries, viewer)
            with suppress(ascend.NotFound, ascend.NotAllowed, ascend.NotVisibleYet):
                view = await store.queries.thing(HOME, CUP, viewer=viewer)
                assert tuple(node.thing for node in view.ancestors) in PATHS


async def test_what_was_shown_is_never_not_found_while_it_moves() -> None:
    """The new parent's item may come after the thing's: then the query asks to be asked again."""
    raised = set[type[Exception]]()
    async for store in cut_states(CREATED, MOVED):
        try:
            await store.queries.thing(HOME, CUP, viewer=ADA)
        except ascend.AscendError as error:
            raised.add(type(error))
    assert raised == {ascend.NotVisibleYet}
