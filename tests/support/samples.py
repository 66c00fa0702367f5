"""An example of each event, and two of each state: with all optional values, and with none.

Those that are not written here are derived from the types of the fields: a new event or kind needs no entry.
"""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from support.derived import derive_model, derive_state
from support.scenario import BEA, MAX, asset_id, comment_id, fact, task_id, thing_id

from ascend.domain import links as link
from ascend.domain.assets import asset
from ascend.domain.assets.asset import Asset, AssetKind, Details
from ascend.domain.comments import comment
from ascend.domain.event import Event
from ascend.domain.ids import LinkId, Ref, RelationId
from ascend.domain.links import Link
from ascend.domain.relations import relation
from ascend.domain.relations.relation import Relation
from ascend.domain.role import Role
from ascend.domain.tasks import task
from ascend.domain.tasks.task import Priority, Status, Task
from ascend.domain.things import thing
from ascend.domain.things.thing import Thing, ThingKind
from ascend.domain.values import ZonedTime
from ascend.domain.workspaces import workspace
from ascend.domain.workspaces.view import Entity
from ascend.domain.workspaces.workspace import Member, Workspace
from ascend.projections.life_os import LIFE_OS
from ascend.testing import ADA, HOME, NOON

T, C, A = task_id(), comment_id(), asset_id()
NEXT, WHOLE, BLOCKER = (task_id(name) for name in ("next", "whole", "blocker"))
HOUSE, ROOM, SHELF, BOX = (thing_id(name) for name in ("house", "room", "shelf", "box"))
ON_SHELF, ON_TASK = Ref("thing", SHELF), Ref("task", T)
L = LinkId.derive(A, *ON_SHELF)
R = RelationId.derive(*ON_SHELF, "part of", *ON_TASK)
DUE = ZonedTime(instant=datetime.fromisoformat("2026-05-02T18:30:00+02:00"), zone="Europe/Berlin")
MORE: dict[str, Any] = {"tags": ("diy", "№ 5"), "metadata": {"colour": "blue"}}
TEXTS: dict[str, Any] = {"description": "Two coats.\n“Sky” 🎨", **MORE}
PICTURE = Details(
    name="Shelf.jpg", media_type="image/jpeg", uri="s3://b/k%20y", size=2**53 + 1, checksum="sha256:00", **TEXTS
)
WORTH = Details(name="Savings", amount=Decimal("-12345678901234567890.10"), currency="EUR")
VALID: dict[str, Any] = {"inverse": "has part", "valid_from": date(2026, 1, 1), "valid_to": date(2026, 12, 31), **MORE}

WRITTEN_EVENTS: tuple[Event, ...] = (
    fact(workspace.WorkspaceCreated, workspace_id=HOME, name="Home", owner_name="Ada"),
    fact(workspace.WorkspaceRenamed, workspace_id=HOME, name="House #1"),
    fact(workspace.WorkspaceDescribed, workspace_id=HOME, **MORE),
    fact(workspace.WorkspaceArchived, workspace_id=HOME),
    fact(workspace.WorkspaceRestored, workspace_id=HOME),
    fact(workspace.MemberInvited, workspace_id=HOME, user_id=BEA, role=Role.VIEWER),
    fact(workspace.InvitationWithdrawn, workspace_id=HOME, user_id=BEA),
    fact(workspace.MemberJoined, by=BEA, workspace_id=HOME, name="Bea", role=Role.VIEWER),
    fact(workspace.MemberAdded, workspace_id=HOME, user_id=BEA, name="Bea", role=Role.ADMIN),
    fact(workspace.MemberRoleChanged, workspace_id=HOME, user_id=BEA, role=Role.VIEWER),
    fact(workspace.MemberRemoved, workspace_id=HOME, user_id=BEA),
    fact(workspace.WorkspaceErased, workspace_id=HOME),
    fact(
        thing.ThingCreated, thing_id=SHELF, kind=ThingKind.PHYSICAL, name="Shelf", parent=ROOM, raised=(ROOM,), **TEXTS
    ),
    fact(thing.ThingRenamed, thing_id=SHELF, name="Board"),
    fact(thing.ThingDescribed, thing_id=SHELF, **TEXTS),
    fact(thing.ThingMoved, thing_id=SHELF, old_parent=ROOM, new_parent=HOUSE, height=1, raised=(HOUSE,)),
    fact(thing.ThingArchived, thing_id=SHELF),
    fact(thing.ThingRestored, thing_id=SHELF),
    fact(thing.ThingDeleted, thing_id=SHELF, parent=HOUSE, reparented=(BOX,)),
    fact(asset.AssetCreated, asset_id=A, kind=AssetKind.FILE, details=PICTURE),
    fact(asset.AssetEdited, asset_id=A, details=WORTH),
    fact(asset.AssetRetired, asset_id=A),
    fact(link.AssetLinked, link_id=L, asset_id=A, to=ON_SHELF),
    fact(link.AssetUnlinked, link_id=L, asset_id=A, to=ON_SHELF),
    fact(task.TaskCreated, task_id=T, title="Paint", about=(ROOM,), parent=WHOLE, **TEXTS),
    fact(task.TaskEdited, task_id=T, title="Draw", about=(), **TEXTS),
    fact(task.TaskScheduled, task_id=T, start=date(2026, 5, 1), due=DUE, recurrence="FREQ=WEEKLY", first=DUE),
    fact(task.TaskRecurred, task_id=T, next=NEXT),
    fact(task.TaskBlocked, task_id=T, blockers=(BLOCKER, NEXT)),
    fact(task.TaskUnblocked, task_id=T, blockers=(BLOCKER,)),
    fact(task.TaskPrioritised, task_id=T, priority=Priority.URGENT),
    fact(task.TaskAssigned, task_id=T, users=(ADA, BEA)),
    fact(task.TaskUnassigned, task_id=T, users=(BEA,)),
    fact(task.TaskStarted, task_id=T),
    fact(task.TaskCompleted, task_id=T, at=NOON + timedelta(microseconds=1), recurs=True),
    fact(task.TaskReopened, task_id=T),
    fact(task.TaskCancelled, task_id=T),
    fact(task.TaskDeleted, task_id=T, parent=WHOLE),
    fact(relation.RelationAdded, relation_id=R, source=ON_SHELF, type="part of", target=ON_TASK, **VALID),
    fact(relation.RelationEdited, relation_id=R, **VALID),
    fact(relation.RelationRemoved, relation_id=R),
    fact(comment.CommentPosted, comment_id=C, on=ON_TASK, text="Blue?", reply_to=C, mentions=(BEA,), **MORE),
    fact(comment.CommentEdited, comment_id=C, text="Red?", mentions=(ADA,), **MORE),
    fact(comment.CommentDeleted, comment_id=C),
)


def list_events() -> tuple[Event, ...]:
    written = {event.tag for event in WRITTEN_EVENTS}
    return (
        *WRITTEN_EVENTS,
        *(derive_event(event) for tag, event in LIFE_OS.model.events.items() if tag not in written),
    )


def derive_event(event: type[Event]) -> Event:
    return derive_model(event, at=NOON, **({"by": ADA} if "by" in event.model_fields else {}))


EVENTS = list_events()

GROWN: dict[str, str] = dict.fromkeys(
    ("task.created", "task.scheduled", "task.completed", "task.deleted", "comment.posted", "comment.edited"), "0.2.0"
)
"""Events whose version got more fields in a release. Each has one more stored example."""

WORKSPACE = Workspace(
    id=HOME,
    name="Home",
    members={ADA: Member("Ada", Role.OWNER), BEA: Member("B", Role.VIEWER)},
    invited={MAX: Role.ADMIN},
    archived=True,
    erased=True,
    **MORE,
)
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
ASSET = Asset(
    id=A,
    kind=AssetKind.VALUE,
    details=PICTURE.model_copy(update={"amount": WORTH.amount, "currency": WORTH.currency}),
    created_by=ADA,
    created_at=NOON,
    retired=True,
)
LINK = Link(id=L, asset=A, to=ON_SHELF, there=True)
TASK = Task(
    id=T,
    title="Paint",
    about=(ROOM, HOUSE),
    status=Status.DONE,
    priority=Priority.LOW,
    start=date(2026, 5, 1),
    due=DUE,
    recurrence="FREQ=WEEKLY",
    first=date(2026, 4, 25),
    slot=date(2026, 5, 2),
    next=NEXT,
    assignees=(ADA, BEA),
    parent=WHOLE,
    subtasks=2,
    blocked_by=(BLOCKER,),
    created_by=ADA,
    created_at=NOON,
    closed_at=NOON + timedelta(days=1),
    deleted=True,
    **TEXTS,
)
RELATION = Relation(id=R, source=ON_SHELF, type="part of", target=ON_TASK, removed=True, **VALID)
COMMENT = comment.Comment(
    id=C,
    on=Ref("thing", ROOM),
    author=ADA,
    text="Blue?",
    reply_to=comment_id("other"),
    mentions=(BEA,),
    posted_at=NOON,
    edited_at=NOON,
    edited_by=BEA,
    deleted=True,
    deleted_by=BEA,
    **MORE,
)

STATES: tuple[Entity, ...] = (WORKSPACE, THING, ASSET, LINK, TASK, RELATION, COMMENT)
FULL: dict[str, Entity] = {
    **{name: derive_state(kind.state) for name, kind in LIFE_OS.model.kinds.items()},
    **{state.entity: state for state in STATES},
}
"""A state of each kind in which no optional field has its default."""

BARE: dict[str, Entity] = {
    **{name: derive_state(kind.state, bare=True) for name, kind in LIFE_OS.model.kinds.items()},
    "workspace": Workspace(id=HOME, name="Home"),
    "thing": Thing(
        id=SHELF, kind=ThingKind.PHYSICAL, name="S", description="", tags=(), created_by=ADA, created_at=NOON
    ),
    "asset": Asset(id=A, kind=AssetKind.ACCOUNT, details=Details(name="A"), created_by=ADA, created_at=NOON),
    "link": replace(LINK, there=False),
    "task": Task(id=T, title="P", description="", about=(), tags=(), created_by=ADA, created_at=NOON),
    "relation": Relation(id=R, source=ON_SHELF, type="part of", target=ON_TASK),
    "comment": comment.Comment(id=C, on=Ref("task", T), author=ADA, text="", mentions=(), posted_at=NOON),
}
"""A state of each kind in which all optional fields have their defaults."""
