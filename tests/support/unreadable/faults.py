"""Faults of one workspace, BAD, beside a sound one, GOOD: in its log, in its views, and in the registry.

Every text of BAD holds the word "zebra", and no other text does. Each has four commits, of which three are rendered.
"""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import replace

from support.chained import chained
from support.scenario import task_id
from support.simulation.busy import everything, overwrite

import ascend
from ascend.adapters.layout import keys
from ascend.adapters.table.conditions import Absent, Equals
from ascend.adapters.table.item import Item, Key, Table, Value
from ascend.adapters.table.port import Tables
from ascend.testing import ADA, FakeEnvironment

BAD, GOOD = (ascend.WorkspaceId.derive(name) for name in ("unreadable", "readable"))
CHORE, LATER = task_id("chore"), task_id("later")
COMMITS = 4
LOG = keys.log_partition(BAD)
Fault = Callable[[Tables], Awaitable[None]]


async def fill(tables: Tables) -> ascend.Store:
    """Fill the store, render three commits of each workspace, append the fourth. Return a process that is new."""
    environment = FakeEnvironment()
    store = ascend.Store(tables, environment)
    for workspace, word in ((BAD, "zebra"), (GOOD, "horse")):
        for command in (
            ascend.CreateWorkspace(name=word, owner_name=f"Ada {word}"),
            ascend.CreateTask(task_id=CHORE, title=word),
            ascend.AssignTask(task_id=CHORE, users=(ADA,)),
        ):
            await store.execute(workspace, command, actor=ADA)
    await store.worker.run_once()
    for workspace, word in ((BAD, "zebra"), (GOOD, "horse")):
        await store.execute(workspace, ascend.CreateTask(task_id=LATER, title=word, parent=CHORE), actor=ADA)
    environment.advance(seconds=10)
    return ascend.Store(tables, environment)


async def commit_at(tables: Tables, position: int) -> Item:
    item = await tables.get(Table.EVENTS, keys.commit_key(BAD, position))
    assert item is not None
    return item


def changed(**attributes: Value) -> Fault:
    """Change attributes of the last commit, as other code would write it: its hash follows. None takes one away."""

    async def plant(tables: Tables) -> None:
        await edited(**attributes)(tables)
        predecessor = (await commit_at(tables, COMMITS - 1)).attributes["hash"]
        assert isinstance(predecessor, bytes)
        with suppress(KeyError, AssertionError):  # without an id, a clock, a time, a format or a body, it has no hash
            item = chained(BAD, predecessor, await commit_at(tables, COMMITS))
            await overwrite(tables, Table.EVENTS, item)

    return plant


def edited(**attributes: Value) -> Fault:
    """Change attributes of the last commit, and leave its hash as it was."""

    async def plant(tables: Tables) -> None:
        last = await commit_at(tables, COMMITS)
        stored = {name: value for name, value in {**last.attributes, **attributes}.items() if value is not None}
        await overwrite(tables, Table.EVENTS, replace(last, attributes=stored))

    return plant


def rewritten(old: str, new: str) -> Fault:
    """Replace text in the body of the last commit."""

    async def plant(tables: Tables) -> None:
        body = str((await commit_at(tables, COMMITS)).attributes["body"])
        assert old in body
        await changed(body=body.replace(old, new))(tables)

    return plant


def beside(sort_key: str) -> Fault:
    """Put a copy of the last commit under a sort key that is no position."""

    async def plant(tables: Tables) -> None:
        last = await commit_at(tables, COMMITS)
        await tables.put(Table.EVENTS, replace(last, key=Key(LOG, sort_key)), Absent())

    return plant


async def lose_third(tables: Tables) -> None:
    await tables.delete(Table.EVENTS, keys.commit_key(BAD, 3), Equals({}))


NEWER: Mapping[str, tuple[Fault, str]] = {
    "format": (changed(format="zstd/7", body=b"\x00zebra"), "commit 4 of workspace {bad}: format zstd/7"),
    "event": (rewritten("task.created", "task.exploded"), "commit 4 of workspace {bad}: event task.exploded version 1"),
    "version": (
        rewritten('"task.created",1', '"task.created",9'),
        "commit 4 of workspace {bad}: event task.created version 9",
    ),
}
"""What a later version of the code wrote, and the message."""
GARBAGE: Mapping[str, tuple[Fault, str]] = {
    "body": (changed(body="zebra"), "commit 4 of workspace {bad}: its body is not JSON"),
    "edited": (
        edited(body='{"commands":[],"zebra":1}'),
        "commit 4 of workspace {bad}: its hash does not match its content and its predecessor",
    ),
    "no hash": (edited(hash=None), "commit 4 of workspace {bad}: its hash is missing or no hash"),
    "binary body": (changed(body=b"\xff zebra"), "commit 4 of workspace {bad}: its body is no text"),
    "no body": (changed(body=None), "commit 4 of workspace {bad}: its body is no text"),
    "no commands": (changed(body='{"commands": {}}'), "commit 4 of workspace {bad}: its body lists no commands"),
    "no actor": (rewritten('"actor":', '"zebra":'), "commit 4 of workspace {bad}: command 1 of its body"),
    "no title": (
        rewritten('"title":', '"zebra":'),
        "commit 4 of workspace {bad}: event task.created version 1: title (missing), zebra (extra_forbidden)",
    ),
    "id": (changed(id=["zebra"]), "commit 4 of workspace {bad}: its id is missing or no text"),
    "clock": (changed(clock="zebra"), "commit 4 of workspace {bad}: its clock is missing or no number"),
    "time": (changed(time="zebra"), "commit 4 of workspace {bad}: its time is missing or no time"),
    "no format": (changed(format="a zebra"), "commit 4 of workspace {bad}: its format is no name of a format"),
    "empty": (
        changed(id=None, clock=None, time=None, format=None, body=None),
        "commit 4 of workspace {bad}: its format is no name of a format",
    ),
    "gap": (lose_third, "the log of workspace {bad} has a gap at 3"),
    "key behind": (beside("zebra"), "the log of workspace {bad}: the sort key 'zebra' is no position"),
    "key between": (
        beside("0000000000000003zebra"),
        "the log of workspace {bad}: the sort key '0000000000000003zebra' is no position",
    ),
}
"""What no version of the code writes into a log, and the message."""


async def items_of_bad(tables: Tables, owner: str) -> list[tuple[Table, Item]]:
    """Return the items of BAD, beside its log, whose partition or sort key holds this text."""
    stored = [(table, item) for table, item in await everything(tables) if BAD in item.key.pk and item.key.pk != LOG]
    return [(table, item) for table, item in stored if owner in f"{item.key.pk} {item.key.sk}"]


async def spoil_items(tables: Tables, owner: str) -> list[str]:
    """Take all attributes of these items away. Return their sort keys."""
    items = await items_of_bad(tables, owner)
    for table, item in items:
        await overwrite(tables, table, replace(item, attributes={"garbage": "zebra"}))
    assert items
    return [item.key.sk for _, item in items]
