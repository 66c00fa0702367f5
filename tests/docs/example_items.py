"""A small store in which every kind of item lies, the same at every run: what `docs/reference/keys.md` shows."""

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from typing import Any

import ascend
from ascend.adapters.items import to_typed
from ascend.adapters.memory import MemoryTables
from ascend.adapters.scans import scan_pages
from ascend.adapters.table import Item, Table
from ascend.adapters.values import unmarshal
from ascend.adapters.world import uuid7
from ascend.domain.task import Task
from ascend.projections.item import ReadItem
from ascend.projections.projection import Look
from ascend.projections.rebuild import rebuild

MORNING = datetime(2030, 1, 1, 8, tzinfo=UTC)
ADA, BEN = ascend.UserId("ada"), ascend.UserId("ben")


class QuietWorld:
    """Every id is one millisecond later than the one before; the wall clock stands still."""

    def __init__(self) -> None:
        self.made = 0

    def now(self) -> datetime:
        return MORNING

    def elapsed(self) -> float:
        return 0.0

    async def sleep(self, seconds: float) -> None: ...

    def chance(self) -> float:
        return 0.0

    def unique(self) -> str:
        self.made += 1
        return uuid7(int(MORNING.timestamp() * 1_000) + self.made, self.made.to_bytes(10))


class Broken(ReadItem, key=("W#{workspace}", "broken#{task}")):
    task: ascend.TaskId


def fail(task: Task, look: Look) -> Iterable[Broken]:
    raise ValueError("this projection cannot render tasks")


BROKEN = ascend.Projection("broken", 1, (Broken,), {Task: fail})


async def example_store() -> MemoryTables:
    tables, world = MemoryTables(), QuietWorld()
    home = ascend.WorkspaceId(world.unique())
    house, flat = ascend.ThingId(world.unique()), ascend.ThingId(world.unique())
    rent, comment = ascend.TaskId(world.unique()), ascend.CommentId(world.unique())
    commands = (
        ascend.CreateWorkspace(name="Home", owner_name="Ada"),
        ascend.AddMember(user_id=BEN, name="Ben"),
        ascend.CreateThing(thing_id=house, name="House"),
        ascend.CreateThing(thing_id=flat, name="Flat", parent=house),
        ascend.CreateTask(task_id=rent, title="Pay the rent", about=(flat,)),
        ascend.ScheduleTask(task_id=rent, due=date(2030, 1, 31)),
        ascend.AssignTask(task_id=rent, users=(ADA, BEN)),
        ascend.PostComment(comment_id=comment, task_id=rent, text="Again?", mentions=(BEN,)),
        ascend.UnassignTask(task_id=rent, users=(BEN,)),
    )
    store = ascend.Store(tables, world, ascend.MODEL, (*ascend.PROJECTIONS, BROKEN))
    for command in commands:
        await store.execute(home, command, actor=ADA)
    await store.worker.run_once()
    await rebuild(store.log, store.views, store.worker, store.current, ["feed"])
    return tables


async def every_item() -> dict[Table, list[Item]]:
    tables = await example_store()
    return {table: [item async for page in scan_pages(tables, table) for item in page] for table in Table}


def shown(table: Table, item: Item) -> str:
    """The item as it lies in the table, one attribute a line. What is JSON in one attribute is shown as its text."""
    typed, _ = to_typed(table, item)
    plain: dict[str, Any] = {name: unmarshal(value) for name, value in typed.items()}
    width = max(map(len, plain))
    return "\n".join(f"{name:<{width}}  {as_text(value)}" for name, value in plain.items())


def as_text(value: Any) -> str:
    return value if isinstance(value, str) and value.startswith("{") else json.dumps(value, ensure_ascii=False)


def last(items: Iterable[Item], partition: str, sort: str, kind: str = "") -> Item:
    """The last item whose keys begin or end like that: of the latest generation, in the order of the scan."""
    return [item for item in items if matches(item, partition, sort, kind)][-1]


def matches(item: Item, partition: str, sort: str, kind: str) -> bool:
    head, _, tail = partition.partition("…")
    pk = item.key.pk
    is_read_item = "type" in item.attributes
    return (
        pk.startswith(head)
        and pk.endswith(tail)
        and item.key.sk.startswith(sort)
        and (item.attributes["type"] == kind if kind and is_read_item else not kind)
    )


def kinds() -> Iterator[tuple[str, Table, str, str, str]]:
    """What it is, and how to find an example: table, partition (head…tail), beginning of the sort key, type."""
    yield "A commit", Table.EVENTS, "W#", "0000000000000007", ""
    yield "A workspace in the registry", Table.EVENTS, "R#", "", ""
    yield "The epochs: here, `feed` was rebuilt once", Table.VIEWS, "epochs", "", ""
    yield "A record: how far a generation is", Table.VIEWS, "W#…generations", "", ""
    yield "A snapshot", Table.VIEWS, "W#", "S#task", ""
    yield "An edge: the child hangs below the parent", Table.VIEWS, "W#", "E#thing", ""
    yield "An applied command", Table.VIEWS, "W#", "C#", ""
    yield "A parked entity", Table.VIEWS, "W#", "P#", ""
    yield "A tombstone: this task is no longer in Ben's feed", Table.VIEWS, "U#ben…feed.1.1", "", ""
    for projection in ascend.PROJECTIONS:
        for item in projection.items:
            yield f"`{item.__name__}` of `{projection.name}`", Table.VIEWS, "", "", item.__name__
