"""A small sample store. It is the same at every run; that of the Life OS holds at least one item of each type.

The code itself writes the store. The design document and the NoSQL Workbench model show its items, so they show real output.
The samples of another application are only of workspaces and their members: nobody else knows how to use its commands.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime

import ascend
from ascend.adapters.memory.tables import MemoryTables
from ascend.adapters.store.leases import TableLeases
from ascend.adapters.table.conditions import Absent
from ascend.adapters.table.item import Item, Table
from ascend.adapters.table.pages import scan_pages
from ascend.adapters.table.port import Tables
from ascend.domain.kernel import WORKSPACE
from ascend.domain.tasks.task import Task
from ascend.projections.generation_record import StoredState
from ascend.projections.item import ReadItem
from ascend.projections.projection import RenderContext
from ascend.projections.read_models.feed import FEED
from ascend.projections.read_models.members import MEMBERS
from ascend.projections.read_models.tags import TAGS
from ascend.projections.workers.lease_records import Heartbeat, Lease
from ascend.testing import FakeEnvironment

SAMPLE_TIME = datetime(2030, 1, 1, 8, tzinfo=UTC)
HOME_WORKSPACE = ascend.WorkspaceId(FakeEnvironment(start=SAMPLE_TIME).new_id())
"""The workspace of the household: its id is the first that the sample store's environment makes."""
ADA, BEN, EVE = ascend.UserId("ada"), ascend.UserId("ben"), ascend.UserId("eve")


def park_untagged(projection: ascend.Projection) -> ascend.Projection:
    """Return the projection of tags as it would be with a fault: it cannot render tasks without tags."""
    render = projection.renders[Task]

    def fail_to_render(task: Task, context: RenderContext) -> Iterable[ReadItem]:
        if not task.tags:
            raise ValueError("this projection cannot render tasks without tags")
        return render(task, context)

    return replace(projection, renders={**projection.renders, Task: fail_to_render})


def household_commands(environment: FakeEnvironment) -> tuple[ascend.Command, ...]:
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


async def sample_tables(app: ascend.Application) -> MemoryTables:
    """Return the tables of the sample store as after a rebuild of one projection, and with an erased workspace.

    If the application has the kinds of the Life OS, its projection of tags cannot render some tasks, and the policies of the
    Life OS run. No policy of another application runs.
    """
    tables, environment = MemoryTables(), FakeEnvironment(start=SAMPLE_TIME)
    home, erased = ascend.WorkspaceId(environment.new_id()), ascend.WorkspaceId(environment.new_id())
    has_life_os = set(ascend.LIFE_OS.kinds) <= set(app.kinds)
    projections = tuple(
        park_untagged(projection) if has_life_os and projection.name == TAGS.name else projection
        for projection in app.projections
    )
    policies = ascend.LIFE_OS.policies if has_life_os else ()
    store = ascend.Store(tables, environment, replace(app, projections=projections, policies=policies))
    names = {projection.name for projection in app.projections}
    rebuilt = next(name for name in (FEED.name, MEMBERS.name) if name in names)
    state = ascend.GenerationState(current=store.current.at_epochs({rebuilt: 1}))  # a rebuild would log how far it is
    await store.views.replace_state(StoredState(None), state.announce_first())
    await store.worker.run_once()  # installs the policies: they react to later events
    for command in household_commands(environment):
        if has_life_os or type(command) in WORKSPACE.commands:
            await store.execute(home, command, actor=ADA)
    await store.execute(erased, ascend.CreateWorkspace(name="Gone", owner_name="Ada"), actor=ADA)
    for workspace in (home, erased):
        await project(store, workspace)
    await store.erase(erased, workers_stopped=True)
    leases, worker, code = TableLeases(tables), environment.new_id(), store.current.code
    await leases.beat(Heartbeat(worker, 1, frozenset({f"hints-{code}", f"sweep-{code}"}), (home,)))
    await leases.replace(None, Lease(f"sweep-{code}#0", worker, 1))
    return tables


async def project(store: ascend.Store, workspace: ascend.WorkspaceId) -> None:
    """Render everything and run the policies. A pass of the worker would log what is parked here on purpose."""
    while True:
        await store.worker.catch_up(workspace)
        rendered = await store.log.last_position(workspace)
        answered = await store.policies.run(workspace, await store.worker.generation(), rendered)
        if not answered.has_more:
            return


async def fill_with_sample(app: ascend.Application, tables: Tables) -> int:
    """Create the tables, put all items of the sample store into them, and return the number of items.

    Raises: InvalidInput if a table holds anything.
    """
    await tables.create()
    for table in Table:
        if (await tables.scan(table, limit=1)).items:
            raise ascend.InvalidInput(
                f"only an empty store is filled with the sample, and the table {table.value} holds items: name a new store"
            )
    items = await sample_items(app)
    for table, stored in items.items():
        for item in stored:
            await tables.put(table, item, Absent())
    return sum(map(len, items.values()))


async def sample_items(app: ascend.Application) -> dict[Table, list[Item]]:
    """Return all items of the sample store, by table."""
    tables = await sample_tables(app)
    return {table: [item async for page in scan_pages(tables, table) for item in page] for table in Table}


def is_tombstone(item: Item) -> bool:
    """Return True if the item is the tombstone of a read item."""
    return "workspace" in item.attributes and "data" not in item.attributes
