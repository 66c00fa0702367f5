"""A small store in which every kind of item lies, made by the code itself, the same at every run.

Documents and the NoSQL Workbench model show its items, so that what they show is what the code writes.
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

MORNING = datetime(2030, 1, 1, 8, tzinfo=UTC)
ADA, BEN, EVE = ascend.UserId("ada"), ascend.UserId("ben"), ascend.UserId("eve")


class QuietEnvironment:
    """Every id is one millisecond later than the one before; the wall clock stands still."""

    def __init__(self) -> None:
        self.made = 0

    def now(self) -> datetime:
        return MORNING

    def elapsed(self) -> float:
        return 0.0

    async def sleep(self, seconds: float) -> None: ...

    def random(self) -> float:
        return 0.0

    def new_id(self) -> str:
        self.made += 1
        return uuid7(int(MORNING.timestamp() * 1_000) + self.made, self.made.to_bytes(10))


class Broken(ReadItem, key=("W#{workspace}", "broken#{task}")):
    task: ascend.TaskId


def fail(_task: Task, _context: RenderContext) -> Iterable[Broken]:
    raise ValueError("this projection cannot render tasks")


BROKEN = ascend.Projection("broken", 1, (Broken,), {Task: fail})


def life(environment: QuietEnvironment) -> tuple[ascend.Command, ...]:
    """What a small household does: at least one of everything."""
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
    """The tables of the sample store: the projection `feed` was rebuilt once, and one of them cannot render tasks."""
    tables, environment = MemoryTables(), QuietEnvironment()
    home, gone = ascend.WorkspaceId(environment.new_id()), ascend.WorkspaceId(environment.new_id())
    store = ascend.Store(tables, environment, ascend.MODEL, (*ascend.PROJECTIONS, BROKEN))
    await store.worker.run_once()  # installs the policies: they answer what comes from now on
    for command in life(environment):
        await store.execute(home, command, actor=ADA)
    await store.execute(gone, ascend.CreateWorkspace(name="Gone", owner_name="Ada"), actor=ADA)
    await store.worker.run_once()
    await store.rebuild("feed")
    await store.erase(gone, workers_stopped=True)
    return tables


async def sample_items() -> dict[Table, list[Item]]:
    """Everything that lies in them."""
    tables = await sample_tables()
    return {table: [item async for page in scan_pages(tables, table) for item in page] for table in Table}
