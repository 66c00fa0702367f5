"""One example of each event, and two of each state: with all that is optional, and with nothing of it."""

from datetime import date, datetime, timedelta
from typing import Any

from scenario import ADA, BEA, HOME, NOON, comment_id, fact, task_id, thing_id

from ascend.domain import comment, task, thing, workspace
from ascend.domain.command import Role
from ascend.domain.event import Event
from ascend.domain.ids import Ref
from ascend.domain.task import Priority, Status, Task
from ascend.domain.thing import Thing, ThingKind
from ascend.domain.values import ZonedTime
from ascend.domain.view import Entity
from ascend.domain.workspace import Member, Workspace

T, C = task_id(), comment_id()
HOUSE, ROOM, SHELF, BOX = (thing_id(name) for name in ("house", "room", "shelf", "box"))
DUE = ZonedTime(instant=datetime.fromisoformat("2026-05-02T18:30:00+02:00"), zone="Europe/Berlin")
TEXTS: dict[str, Any] = {"description": "Two coats.\n“Sky” 🎨", "tags": ("diy", "№ 5"), "metadata": {"colour": "blue"}}

EVENTS: tuple[Event, ...] = (
    fact(workspace.WorkspaceCreated, workspace_id=HOME, name="Home", owner_name="Ada"),
    fact(workspace.WorkspaceRenamed, workspace_id=HOME, name="House #1"),
    fact(workspace.MemberAdded, workspace_id=HOME, user_id=BEA, name="Bea", role=Role.ADMIN),
    fact(workspace.MemberRoleChanged, workspace_id=HOME, user_id=BEA, role=Role.VIEWER),
    fact(workspace.MemberRemoved, workspace_id=HOME, user_id=BEA),
    fact(
        thing.ThingCreated, thing_id=SHELF, kind=ThingKind.PHYSICAL, name="Shelf", parent=ROOM, raised=(ROOM,), **TEXTS
    ),
    fact(thing.ThingRenamed, thing_id=SHELF, name="Board"),
    fact(thing.ThingDescribed, thing_id=SHELF, **TEXTS),
    fact(thing.ThingMoved, thing_id=SHELF, old_parent=ROOM, new_parent=HOUSE, height=1, raised=(HOUSE,)),
    fact(thing.ThingArchived, thing_id=SHELF),
    fact(thing.ThingRestored, thing_id=SHELF),
    fact(thing.ThingDeleted, thing_id=SHELF, parent=HOUSE, reparented=(BOX,)),
    fact(task.TaskCreated, task_id=T, title="Paint", about=(ROOM,), **TEXTS),
    fact(task.TaskEdited, task_id=T, title="Draw", about=(), **TEXTS),
    fact(task.TaskScheduled, task_id=T, start=date(2026, 5, 1), due=DUE),
    fact(task.TaskPrioritised, task_id=T, priority=Priority.URGENT),
    fact(task.TaskAssigned, task_id=T, users=(ADA, BEA)),
    fact(task.TaskUnassigned, task_id=T, users=(BEA,)),
    fact(task.TaskStarted, task_id=T),
    fact(task.TaskCompleted, task_id=T, at=NOON + timedelta(microseconds=1)),
    fact(task.TaskReopened, task_id=T),
    fact(task.TaskCancelled, task_id=T),
    fact(task.TaskDeleted, task_id=T),
    fact(comment.CommentPosted, comment_id=C, on=Ref("task", T), text="Blue?", reply_to=C, mentions=(BEA,)),
    fact(comment.CommentEdited, comment_id=C, text="Red?", mentions=(ADA,)),
    fact(comment.CommentDeleted, comment_id=C),
)

WORKSPACE = Workspace(id=HOME, name="Home", members={ADA: Member("Ada", Role.OWNER), BEA: Member("B", Role.VIEWER)})
THING = Thing(
    id=SHELF,
    kind=ThingKind.RELATIONAL,
    name="Shelf",
    parent=ROOM,
    created_by=ADA,
    created_at=NOON,
    children=2,
    height=3,
    archived=True,
    deleted=True,
    **TEXTS,
)
TASK = Task(
    id=T,
    title="Paint",
    about=(ROOM, HOUSE),
    status=Status.DONE,
    priority=Priority.LOW,
    start=date(2026, 5, 1),
    due=DUE,
    assignees=(ADA, BEA),
    created_by=ADA,
    created_at=NOON,
    closed_at=NOON + timedelta(days=1),
    deleted=True,
    **TEXTS,
)
COMMENT = comment.Comment(
    id=C,
    on=Ref("thing", ROOM),
    author=ADA,
    text="Blue?",
    reply_to=comment_id("other"),
    mentions=(BEA,),
    posted_at=NOON,
    edited_at=NOON,
    deleted=True,
)

FULL: dict[str, Entity] = {"workspace": WORKSPACE, "thing": THING, "task": TASK, "comment": COMMENT}
"""A state of each kind with all that is optional set to what it is not by default."""

BARE: dict[str, Entity] = {
    "workspace": Workspace(id=HOME, name="Home"),
    "thing": Thing(
        id=SHELF, kind=ThingKind.PHYSICAL, name="S", description="", tags=(), created_by=ADA, created_at=NOON
    ),
    "task": Task(id=T, title="P", description="", about=(), tags=(), created_by=ADA, created_at=NOON),
    "comment": comment.Comment(id=C, on=Ref("task", T), author=ADA, text="", mentions=(), posted_at=NOON),
}
"""A state of each kind with nothing optional set."""
