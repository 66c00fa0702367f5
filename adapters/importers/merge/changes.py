"""Changes: the commands that lead from one state of an entity to another, for every kind that importers create."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, assert_never

from ascend.adapters.importers.merge.wanted import Said
from ascend.domain.assets.asset import Asset
from ascend.domain.assets.commands import CreateAsset, EditAsset, RetireAsset
from ascend.domain.comments.commands import DeleteComment, EditComment, PostComment
from ascend.domain.comments.comment import Comment
from ascend.domain.ids import UserId
from ascend.domain.links import Link, LinkAsset, UnlinkAsset
from ascend.domain.relations.commands import AddRelation, EditRelation, RemoveRelation
from ascend.domain.relations.relation import Relation
from ascend.domain.tasks.commands import (
    AssignTask,
    CancelTask,
    CompleteTask,
    CreateTask,
    DeleteTask,
    EditTask,
    PrioritiseTask,
    ReopenTask,
    StartTask,
    UnassignTask,
)
from ascend.domain.tasks.schedule import ScheduleTask
from ascend.domain.tasks.stopping import StopTask
from ascend.domain.tasks.task import Priority, Status, Task
from ascend.domain.things.commands import CreateThing, DeleteThing, DescribeThing, MoveThing, RenameThing
from ascend.domain.things.thing import Thing
from ascend.domain.workspaces.command import Command
from ascend.domain.workspaces.view import Entity

Say = Callable[[str], Said]
"""Returns the user and the time of a change, by its name: "created", "content", "assigned", "status", …"""

TASK_CONTENT = ("title", "description", "about", "tags", "metadata")
THING_CONTENT = ("description", "tags", "metadata")
SCHEDULE = ("start", "due", "recurrence")
RELATION_CONTENT = ("inverse", "valid_from", "valid_to", "tags", "metadata")
COMMENT_CONTENT = ("mentions", "tags", "metadata")


@dataclass(frozen=True, slots=True)
class EntityChange:
    """One command."""

    role: str
    """Tells the commands of one version of an entity apart."""
    by: UserId
    command: Command
    fields: tuple[str, ...] = ()
    """The fields, or the names of groups of them, that it changes."""


def creation(goal: Entity, say: Say) -> tuple[EntityChange, Entity]:
    """Return the command that creates the entity, and its state afterwards. `changes` leads on from there."""
    said = say("created")
    match goal:
        case Task():
            content = {name: getattr(goal, name) for name in TASK_CONTENT}
            command: Command = CreateTask(task_id=goal.id, parent=goal.parent, at=said.at, **content)
            after: Entity = fresh_task(goal)
        case Thing():
            details = {name: getattr(goal, name) for name in ("kind", "name", "parent", *THING_CONTENT)}
            command, after = CreateThing(thing_id=goal.id, at=said.at, **details), goal
        case Asset():
            command = CreateAsset(asset_id=goal.id, kind=goal.kind, at=said.at, **dict(goal.details))
            after = goal
        case Comment():
            command = post_comment(goal, said)
            after = goal if goal.edited_at is None else replace(goal, edited_at=None)
        case Relation():
            details = {name: getattr(goal, name) for name in ("source", "type", "target", *RELATION_CONTENT)}
            command, after = AddRelation(at=said.at, **details), goal
        case Link():
            command, after = LinkAsset(asset_id=goal.asset, to=goal.to, at=said.at), goal
        case _:
            raise TypeError(f"importers create no {goal.entity}")
    return EntityChange("create", said.by, command), after


def fresh_task(goal: Task) -> Task:
    """Return the task as it is behind its creation: open, of normal priority, without dates and assignees."""
    open_task = replace(goal, status=Status.OPEN, closed_at=None, priority=Priority.NORMAL, assignees=())
    return replace(open_task, start=None, due=None, recurrence=None)


def removal(state: Entity, said: Said) -> EntityChange:
    """Return the command that deletes, removes or retires the entity."""
    match state:
        case Task():
            command: Command = DeleteTask(task_id=state.id, at=said.at)
        case Thing():
            command = DeleteThing(thing_id=state.id, at=said.at)
        case Asset():
            command = RetireAsset(asset_id=state.id, at=said.at)
        case Comment():
            command = DeleteComment(comment_id=state.id, at=said.at)
        case Relation():
            command = RemoveRelation(source=state.source, type=state.type, target=state.target, at=said.at)
        case Link():
            command = UnlinkAsset(asset_id=state.asset, to=state.to, at=said.at)
        case _:
            raise TypeError(f"importers remove no {state.entity}")
    return EntityChange("remove", said.by, command)


def changes(before: Entity, goal: Entity, say: Say) -> Iterator[EntityChange]:
    """Yield the commands that lead from one state of an entity to another."""
    match before, goal:
        case Task(), Task():
            yield from task_changes(before, goal, say)
        case Thing(), Thing():
            yield from thing_changes(before, goal, say)
        case Asset(), Asset():
            names = [name for name in type(goal.details).model_fields if name in EditAsset.model_fields]
            if details := different(before.details, goal.details, *names):
                said = say("content")
                edit = EditAsset(asset_id=goal.id, at=said.at, **details)
                yield EntityChange("edit", said.by, edit, tuple(details))
        case Comment(), Comment():
            yield from comment_changes(before, goal, say)
        case Relation(), Relation():
            if details := different(before, goal, *RELATION_CONTENT):
                said = say("content")
                ends = {"source": goal.source, "type": goal.type, "target": goal.target}
                yield EntityChange("edit", said.by, EditRelation(at=said.at, **ends, **details), tuple(details))
        case _:
            pass


def different(before: object, goal: object, *names: str) -> dict[str, Any]:
    """Return the fields of `goal` that differ, with their values."""
    return {name: getattr(goal, name) for name in names if getattr(before, name) != getattr(goal, name)}


def task_changes(before: Task, goal: Task, say: Say) -> Iterator[EntityChange]:
    task, said = goal.id, say("content")
    if content := different(before, goal, *TASK_CONTENT):
        yield EntityChange("edit", said.by, EditTask(task_id=task, at=said.at, **content), tuple(content))
    said = say("unassigned")
    for user in (user for user in before.assignees if user not in goal.assignees):
        unassign = UnassignTask(task_id=task, users=(user,), at=said.at)
        yield EntityChange(f"unassign {user}", said.by, unassign, (f"assignees:{user}",))
    said = say("assigned")
    for user in (user for user in goal.assignees if user not in before.assignees):
        assign = AssignTask(task_id=task, users=(user,), at=said.at)
        yield EntityChange(f"assign {user}", said.by, assign, (f"assignees:{user}",))
    said = say("scheduled")
    if dates := different(before, goal, *SCHEDULE):
        yield EntityChange("schedule", said.by, ScheduleTask(task_id=task, at=said.at, **dates), tuple(dates))
    if before.priority is not goal.priority:
        prioritise = PrioritiseTask(task_id=task, priority=goal.priority, at=said.at)
        yield EntityChange("prioritise", said.by, prioritise, ("priority",))
    yield from status_changes(before, goal, say("status"))


def status_changes(before: Task, goal: Task, said: Said) -> Iterator[EntityChange]:
    """Yield the commands that lead to the status. A closed task is opened again before it is closed in another way."""
    if (before.status, before.closed_at) == (goal.status, goal.closed_at):
        return
    task, at = goal.id, said.at
    if before.closed_at is not None or before.status in {Status.DONE, Status.CANCELLED}:
        fields = ("status",) if goal.status is Status.OPEN else ()
        yield EntityChange("reopen", said.by, ReopenTask(task_id=task, at=at), fields)
    match goal.status:
        case Status.OPEN if before.status is Status.STARTED:
            yield EntityChange("stop", said.by, StopTask(task_id=task, at=at), ("status",))
        case Status.OPEN:
            pass
        case Status.STARTED:
            yield EntityChange("start", said.by, StartTask(task_id=task, at=at), ("status",))
        case Status.DONE:
            yield EntityChange("complete", said.by, CompleteTask(task_id=task, at=at), ("status",))
        case Status.CANCELLED:
            yield EntityChange("cancel", said.by, CancelTask(task_id=task, at=at), ("status",))
        case _:
            assert_never(goal.status)


def thing_changes(before: Thing, goal: Thing, say: Say) -> Iterator[EntityChange]:
    said = say("content")
    if before.name != goal.name:
        yield EntityChange("rename", said.by, RenameThing(thing_id=goal.id, name=goal.name, at=said.at), ("name",))
    if content := different(before, goal, *THING_CONTENT):
        describe = DescribeThing(thing_id=goal.id, at=said.at, **content)
        yield EntityChange("describe", said.by, describe, tuple(content))
    if before.parent != goal.parent:
        said = say("moved")
        yield EntityChange("move", said.by, MoveThing(thing_id=goal.id, parent=goal.parent, at=said.at), ("parent",))


def comment_changes(before: Comment, goal: Comment, say: Say) -> Iterator[EntityChange]:
    """Yield the edit. The same text with a later time records that time. An earlier time changes nothing."""
    content, said = different(before, goal, *COMMENT_CONTENT), say("text")
    later = goal.edited_at is not None and goal.edited_at > (before.edited_at or before.posted_at)
    if content or before.text != goal.text or later:
        edit = EditComment(comment_id=goal.id, text=goal.text, at=said.at, **content)
        yield EntityChange("edit", said.by, edit, ("text", *content))


def post_comment(comment: Comment, said: Said) -> PostComment:
    target: dict[str, Any] = {f"{comment.on.kind}_id": comment.on.id}
    return PostComment(
        comment_id=comment.id,
        **target,
        text=comment.text,
        reply_to=comment.reply_to,
        mentions=comment.mentions,
        tags=comment.tags,
        metadata=comment.metadata,
        at=said.at,
    )
