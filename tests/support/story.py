"""A scripted history with every kind of entity, performed by a warm writer, cold writers and a worker.

A process that crashes or gets no answer repeats the step with the same command id.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from support.faulty import Call, Crash, Fault, FaultyTables
from support.scenario import BEA, MAX, comment_id, task_id, thing_id

import ascend
from ascend.adapters.layout import keys
from ascend.adapters.operations.applied_comparison import is_command_record
from ascend.adapters.operations.digest import digest_items
from ascend.adapters.store.command_records import to_applied
from ascend.adapters.table.item import Key, Table
from ascend.adapters.table.pages import scan_pages
from ascend.adapters.table.port import Tables
from ascend.domain.ids import CommandId
from ascend.testing import ADA, HOME, NOON, FakeEnvironment

HOUSE, ROOM, SHELF, BOX, CUP, OLD = (thing_id(name) for name in ("house", "room", "shelf", "box", "cup", "old"))
PAINT, SWEEP = task_id("paint"), task_id("sweep")
DEED = ascend.AssetId.derive("deed")
FIRST, SECOND = comment_id("first"), comment_id("second")

STORY: tuple[tuple[ascend.UserId, ascend.Command] | None, ...] = (
    (ADA, ascend.CreateWorkspace(name="Home", owner_name="Ada")),
    (ADA, ascend.AddMember(user_id=BEA, name="Bea", role=ascend.Role.ADMIN)),
    (BEA, ascend.AddMember(user_id=MAX, name="Max")),
    (ADA, ascend.CreateThing(thing_id=HOUSE, name="House")),
    (MAX, ascend.CreateThing(thing_id=ROOM, name="Room", parent=HOUSE)),
    (MAX, ascend.CreateThing(thing_id=SHELF, name="Shelf", parent=ROOM)),
    (MAX, ascend.CreateThing(thing_id=BOX, name="Box", parent=SHELF)),
    (MAX, ascend.CreateThing(thing_id=CUP, name="Cup", parent=BOX)),
    (MAX, ascend.CreateThing(thing_id=OLD, name="Old")),
    (ADA, ascend.CreateTask(task_id=PAINT, title="Paint", about=(ROOM,))),
    (ADA, ascend.AssignTask(task_id=PAINT, users=(BEA, MAX))),
    None,
    (ADA, ascend.CreateTask(task_id=SWEEP, title="Sweep")),
    (ADA, ascend.RenameWorkspace(name="Our home")),
    (ADA, ascend.ChangeRole(user_id=MAX, role=ascend.Role.ADMIN)),
    (MAX, ascend.RenameThing(thing_id=ROOM, name="Hall")),
    (MAX, ascend.DescribeThing(thing_id=ROOM, description="Long", tags=("cold",))),
    (MAX, ascend.ArchiveThing(thing_id=OLD)),
    (MAX, ascend.RestoreThing(thing_id=OLD)),
    (MAX, ascend.MoveThing(thing_id=SHELF, parent=OLD)),
    (BEA, ascend.EditTask(task_id=PAINT, title="Paint it")),
    (BEA, ascend.ScheduleTask(task_id=PAINT, start=date(2026, 1, 2), due=date(2026, 1, 5))),
    (BEA, ascend.PrioritiseTask(task_id=PAINT, priority=ascend.Priority.HIGH)),
    (BEA, ascend.UnassignTask(task_id=PAINT, users=(MAX,))),
    (BEA, ascend.StartTask(task_id=PAINT)),
    (BEA, ascend.PostComment(comment_id=FIRST, task_id=PAINT, text="Blue?", mentions=(MAX,))),
    (MAX, ascend.PostComment(comment_id=SECOND, task_id=PAINT, text="Red.", reply_to=FIRST)),
    (BEA, ascend.EditComment(comment_id=FIRST, text="Green?")),
    (MAX, ascend.DeleteComment(comment_id=SECOND)),
    None,
    (BEA, ascend.CompleteTask(task_id=PAINT)),
    (BEA, ascend.ReopenTask(task_id=PAINT)),
    (BEA, ascend.CancelTask(task_id=PAINT)),
    (BEA, ascend.StartTask(task_id=PAINT)),  # refused
    (BEA, ascend.CancelTask(task_id=PAINT)),  # already cancelled: changes nothing
    (ADA, ascend.BlockTask(task_id=SWEEP, blockers=(PAINT,))),
    (ADA, ascend.CreateAsset(asset_id=DEED, kind=ascend.AssetKind.DOCUMENT, name="Deed", tags=("cold",))),
    (ADA, ascend.LinkAsset(asset_id=DEED, to=ascend.Ref("thing", BOX))),
    (ADA, ascend.AddRelation(source=ascend.Ref("thing", BOX), type="holds", target=ascend.Ref("thing", CUP))),
    (ADA, ascend.DeleteTask(task_id=SWEEP)),
    (ADA, ascend.DeleteThing(thing_id=SHELF, children=ascend.Children.REPARENT, reparented=(BOX,))),
    (ADA, ascend.DeleteThing(thing_id=OLD, children=ascend.Children.CASCADE)),
    (ADA, ascend.DeleteThing(thing_id=HOUSE)),  # refused: it has a child
    (ADA, ascend.RemoveMember(user_id=MAX)),
    (BEA, ascend.LeaveWorkspace()),
    None,
)

_ids = FakeEnvironment(1)
COMMAND_IDS = [CommandId(_ids.new_id()) for _ in STORY]


@dataclass
class Performance:
    """The processes that perform the story. `fault` happens at storage call number `point` of all processes together."""

    tables: Tables
    environment: FakeEnvironment
    point: int = 0
    fault: Fault | None = None
    calls: int = 0

    def __post_init__(self) -> None:
        self.warm = self.process()
        self.worker = self.process()

    def process(self) -> ascend.Store:
        return ascend.Store(FaultyTables(self.tables, self.plan), self.environment)

    def plan(self, call: Call) -> Fault | None:
        self.calls += 1
        return self.fault if self.calls == self.point else None

    async def play(self, scenes: range = range(len(STORY))) -> None:
        for number in scenes:
            scene = STORY[number]
            if scene is None:
                await self.project()
                continue
            actor, command = scene
            timed = command.model_copy(update={"at": NOON + timedelta(minutes=number)})
            await self.send(timed, actor, COMMAND_IDS[number], cold=number % 2 == 0)

    async def send(self, command: ascend.Command, actor: ascend.UserId, id: CommandId, *, cold: bool) -> None:
        while True:
            store = self.process() if cold else self.warm
            try:
                await store.importing().execute(HOME, command, actor=actor, command_id=id)
            except ascend.Refusal:
                return
            except (ascend.StoreUnavailable, ascend.OutcomeUnknown):
                continue
            except Crash:
                self.warm = self.warm if cold else self.process()
            else:
                return

    async def project(self) -> None:
        while True:
            try:
                await self.worker.worker.run_once()
            except ascend.StoreUnavailable:
                continue
            except Crash:
                self.worker = self.process()
            else:
                return


async def stored_content(tables: Tables) -> dict[str, Any]:
    """Return the content of a store: the log without ids of processes, and the views without times and ids."""
    reader = ascend.Store(tables, FakeEnvironment())
    commits = await reader.log.commits(HOME, 1, 1_000, consistent=True)
    every = [item async for items in scan_pages(tables) for item in items]
    views = [item for item in every if not is_command_record(item)]
    records = [item for item in every if is_command_record(item)]  # which pack holds a command depends on the batches
    per_process = {"moved", "commit_id", "folded_id", "rendered_hash", "folded_hash", "incarnation"}
    return {
        "log": [(commit.position, commit.clock, commit.records) for commit in commits],
        "views": {
            without_incarnation(item.key): (
                item.gsi1,
                item.gsi2,
                {k: v for k, v in item.attributes.items() if k not in per_process},
            )
            for item in views
        },
        "applied": {applied.command_id: applied for item in records for applied in to_applied(item)},
        "events": {item.key async for items in scan_pages(tables, Table.EVENTS) for item in items},
        "digest": await digest_items(tables, reader.current.generation),
    }


def without_incarnation(key: Key) -> Key:
    """Return the key with the generation in place of its incarnation."""
    partition, _, owner = key.pk.rpartition("#")
    return Key(f"{partition}#{keys.parse_generation(owner)}", key.sk)
