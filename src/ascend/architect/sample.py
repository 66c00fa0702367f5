"""A small sample store that holds at least one item of each type. It is the same at every run.

The code itself writes the store. The design document and the NoSQL Workbench model show its items, so they show real output.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime

import ascend
from ascend.adapters.environment import uuid7
from ascend.adapters.memory.tables import MemoryTables
from ascend.adapters.table.item import Item, Table
from ascend.adapters.table.pages import scan_pages
from ascend.domain.tasks.task import Task
from ascend.projections.item import ReadItem
from ascend.projections.projection import RenderContext

SAMPLE_TIME = datetime(2030, 1, 1, 8, tzinfo=UTC)
ADA, BEN, EVE = ascend.UserId("ada"), ascend.UserId("ben"), ascend.UserId("eve")


class FixedEnvironment:
    """An environment for reproducible ids: each is one millisecond later than the last, and the wall clock stands still."""

    def __init__(self) -> None:
        self.ids_made = 0

    def now(self) -> datetime:
        return SAMPLE_TIME

    def elapsed(self) -> float:
        return 0.0

    async def sleep(self, seconds: float) -> None: ...

    def random(self) -> float:
        return 0.0

    def new_id(self) -> str:
        self.ids_made += 1
        return uuid7(int(SAMPLE_TIME.timestamp() * 1_000) + self.ids_made, self.ids_made.to_bytes(10))


class Broken(ReadItem, key=("W#{workspace}", "broken#{task}")):
    """An item that is never written: its projection fails."""

    task: ascend.TaskId


def fail_to_render(_task: Task, _context: RenderContext) -> Iterable[Broken]:
    raise ValueError("this projection cannot render tasks")


BROKEN = ascend.Projection("broken", 1, (Broken,), {Task: fail_to_render})


def household_commands(environment: FixedEnvironment) -> tuple[ascend.Command, ...]:
    """Return the commands of a small household: they create at least one of everything."""
    house, flat, lamp = (ascend.ThingId(environment.new_id()) for _ in range(3))
    move, rent, boxes, plants = (ascend.TaskId(environment.new_id()) for _ in range(4))
    lease, comment = ascend.AssetId(environment.new_id()), ascend.CommentId(environment.new_id())
    reply, on_flat, on_lease = (ascend.CommentId(environment.new_id()) for _ in range(3))
    the_flat, the_house = ascend.Ref("thing", flat), ascend.Ref("thing", house)
    return (
        ascend.CreateWorkspace(name="Home", owner_name="Ada"),
        ascend.AddMember(user_id=BEN, name="Ben"),
        ascend.InviteMember(user_id=EVE, role=ascend.Role.VIEWER),
        ascend.DescribeWorkspace(tags=("family",)),
        ascend.CreateThing(thing_id=house, name="House", tags=("family",)),
        ascend.CreateThing(thing_id=flat, name="Flat", parent=house),
        ascend.CreateThing(thing_id=lamp, name="Lamp", parent=flat),
        ascend.CreateTask(task_id=move, title="Move in", about=(flat,), tags=("family",)),
        ascend.CreateTask(task_id=boxes, title="Pack the boxes", parent=move),
        ascend.BlockTask(task_id=move, blockers=(boxes,)),
        ascend.CreateTask(task_id=rent, title="Pay the rent", about=(flat,)),
        ascend.ScheduleTask(task_id=rent, due=date(2030, 1, 31), recurrence="FREQ=MONTHLY;BYMONTHDAY=-1"),
        ascend.AssignTask(task_id=rent, users=(ADA, BEN)),
        ascend.CreateAsset(
            asset_id=lease, kind=ascend.AssetKind.DOCUMENT, name="Lease", uri="https://example.org/lease.pdf"
        ),
        ascend.LinkAsset(asset_id=lease, to=the_flat),
        ascend.LinkAsset(asset_id=lease, to=ascend.Ref("task", rent)),
        ascend.AddRelation(source=the_house, type="insured by", target=the_flat, inverse="insures"),
        ascend.PostComment(comment_id=comment, task_id=rent, text="Again?", mentions=(BEN,)),
        ascend.PostComment(comment_id=reply, task_id=rent, text="Every month.", reply_to=comment),
        ascend.PostComment(comment_id=on_flat, thing_id=flat, text="Third floor."),
        ascend.PostComment(comment_id=on_lease, asset_id=lease, text="Signed."),
        ascend.AssignTask(task_id=boxes, users=(BEN,)),
        ascend.CompleteTask(task_id=boxes),
        ascend.UnassignTask(task_id=rent, users=(BEN,)),
        ascend.CreateTask(task_id=plants, title="Water the plants"),
        ascend.ScheduleTask(task_id=plants, due=date(2030, 1, 5), recurrence="FREQ=WEEKLY"),
        ascend.CompleteTask(task_id=plants),
    )


async def sample_tables() -> MemoryTables:
    """Return the tables of the sample store: `feed` was rebuilt once, and the projection `broken` cannot render tasks."""
    tables, environment = MemoryTables(), FixedEnvironment()
    home, erased = ascend.WorkspaceId(environment.new_id()), ascend.WorkspaceId(environment.new_id())
    store = ascend.Store(tables, environment, ascend.MODEL, (*ascend.PROJECTIONS, BROKEN))
    await store.worker.run_once()  # installs the policies: they react to later events
    for command in household_commands(environment):
        await store.execute(home, command, actor=ADA)
    await store.execute(erased, ascend.CreateWorkspace(name="Gone", owner_name="Ada"), actor=ADA)
    await store.worker.run_once()
    await store.rebuild("feed")
    await store.erase(erased, workers_stopped=True)
    return tables


async def sample_items() -> dict[Table, list[Item]]:
    """Return all items of the sample store, by table."""
    tables = await sample_tables()
    return {table: [item async for page in scan_pages(tables, table) for item in page] for table in Table}


def is_tombstone(item: Item) -> bool:
    """Return True if the item is the tombstone of a read item."""
    return "workspace" in item.attributes and "data" not in item.attributes
