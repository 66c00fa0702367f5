"""The commands on Tasks."""

from dataclasses import replace
from typing import Annotated, ClassVar, Self, TypeVar

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from ascend.domain.ids import Ref, TaskId, ThingId, UserId
from ascend.domain.tasks.recurrence import Rule
from ascend.domain.tasks.rules import (
    HasSubtasks,
    NoSuchTask,
    TaskExists,
    TaskIsCancelled,
    TaskIsDone,
    TooManyAssignees,
    check_parent,
    check_schedule,
    check_unblocked,
    check_writable,
    existing_task,
    unassign_former_members,
)
from ascend.domain.tasks.task import (
    Priority,
    Status,
    Task,
    TaskAssigned,
    TaskCancelled,
    TaskCompleted,
    TaskCreated,
    TaskDeleted,
    TaskEdited,
    TaskPrioritised,
    TaskReopened,
    TaskScheduled,
    TaskStarted,
    TaskUnassigned,
    task_refs,
)
from ascend.domain.things.rules import living_thing
from ascend.domain.things.thing import thing_refs
from ascend.domain.values import FEW, Due, EmptyValue, Metadata, Name, Tags, Text, check_distinct, is_after
from ascend.domain.workspaces.command import NOTHING, Command, Decision, EditCommand
from ascend.domain.workspaces.members import check_members
from ascend.domain.workspaces.tags import EditTagsCommand
from ascend.domain.workspaces.view import View

T = TypeVar("T")

Users = Annotated[tuple[UserId, ...], Field(min_length=1, max_length=FEW)]
Things = Annotated[tuple[ThingId, ...], Field(max_length=FEW), AfterValidator(check_distinct), EmptyValue(tuple)]


class TaskCommand(Command):
    task_id: TaskId

    def preloads(self) -> tuple[Ref, ...]:
        return (Ref(Task.entity, self.task_id),)


class CreateTask(TaskCommand):
    """Creates a Task: open, of normal priority, without dates and assignees. Other commands set these.

    Sent again for the same Task, with the same content, it does nothing.
    """

    title: Name
    description: Text = ""
    about: Things = ()
    """The Things that the Task is about."""
    tags: Tags = ()
    metadata: Metadata = {}
    parent: TaskId | None = None
    """The Task of which this is a subtask. It never changes."""

    def preloads(self) -> tuple[Ref, ...]:
        return (*task_refs(self.task_id, self.parent), *thing_refs(*self.about))

    def decide(self, view: View) -> Decision:
        existing = view.find(Task, self.task_id)
        if existing is not None:
            if self.matches(existing):
                return NOTHING
            raise TaskExists(self.task_id)
        for thing in self.about:
            living_thing(view, thing)
        check_parent(view, self.parent)
        created = TaskCreated(
            at=view.at,
            by=view.actor,
            task_id=self.task_id,
            title=self.title,
            description=self.description,
            about=self.about,
            tags=self.tags,
            metadata=self.metadata,
            parent=self.parent,
        )
        return [created]

    def matches(self, task: Task) -> bool:
        """Return True if the Task is as this command would create it."""
        new = (self.title, self.description, self.about, self.tags, self.metadata, self.parent, False)
        return new == (task.title, task.description, task.about, task.tags, task.metadata, task.parent, task.deleted)


class EditTask(TaskCommand, EditTagsCommand):
    """Changes the details of a Task. A field that is left out keeps its value; None empties it."""

    title: Name = ""
    description: Text | None = None
    about: Things | None = None
    metadata: Metadata | None = None

    def preloads(self) -> tuple[Ref, ...]:
        return (*task_refs(self.task_id), *thing_refs(*(self.about or ())))

    def decide(self, view: View) -> Decision:
        task = existing_task(view, self.task_id)
        changed = replace(task, **self.changes_to(task))
        for thing in set(changed.about) - set(task.about):
            living_thing(view, thing)
        edited = TaskEdited(
            at=view.at,
            by=view.actor,
            task_id=task.id,
            title=new_if_changed(changed.title, task.title),
            description=new_if_changed(changed.description, task.description),
            about=new_if_changed(changed.about, task.about),
            tags=new_if_changed(changed.tags, task.tags),
            metadata=new_if_changed(changed.metadata, task.metadata),
        )
        return NOTHING if changed == task else [edited]


class ScheduleTask(TaskCommand, EditCommand):
    """Changes the dates and the recurrence of a Task. A field that is left out keeps its value; None empties it.

    If the recurrence stays the same, only this occurrence is moved: the series goes on as before. Refused if the Task
    would be due before it starts, or would recur without a due date.
    """

    start: Due | None = None
    due: Due | None = None
    recurrence: Rule | None = None
    """An RFC 5545 rule, such as `FREQ=WEEKLY;BYDAY=MO`. The series begins at `due`, in the time zone of `due`."""

    @model_validator(mode="after")
    def in_order(self) -> Self:
        if self.recurrence is not None and self.due is None and "due" in self.model_fields_set:
            raise PydanticCustomError("recurrence", "a task that recurs needs a due date: its series begins there")
        if self.start is not None and self.due is not None and is_after(self.start, self.due):
            raise PydanticCustomError("order", "a task cannot be due before it starts")
        return self

    def decide(self, view: View) -> Decision:
        task = existing_task(view, self.task_id)
        changed = replace(task, **self.changes())
        if changed == task:
            return NOTHING
        check_schedule(changed)
        scheduled = TaskScheduled(
            at=view.at,
            by=view.actor,
            task_id=task.id,
            start=changed.start,
            due=changed.due,
            recurrence=changed.recurrence,
            first=task.first if changed.recurrence == task.recurrence else None,
        )
        return [scheduled]


class PrioritiseTask(TaskCommand):
    """Sets the priority of a Task. 1 is the most urgent."""

    priority: Priority

    def decide(self, view: View) -> Decision:
        task = existing_task(view, self.task_id)
        if task.priority is self.priority:
            return NOTHING
        return [TaskPrioritised(at=view.at, by=view.actor, task_id=task.id, priority=self.priority)]


class AssignTask(TaskCommand):
    """Assigns a Task to members, in addition to its assignees. The Task appears in their feeds."""

    users: Users

    def decide(self, view: View) -> Decision:
        task = existing_task(view, self.task_id)
        check_members(view, self.users)
        new = tuple(dict.fromkeys(user for user in self.users if user not in task.assignees))
        if not new:
            return NOTHING
        if len(task.assignees) + len(new) > FEW:
            raise TooManyAssignees(f"at most {FEW}")
        return [TaskAssigned(at=view.at, by=view.actor, task_id=task.id, users=new)]


class UnassignTask(TaskCommand):
    """Removes assignees from a Task. Users who are not assigned are ignored."""

    users: Users

    def decide(self, view: View) -> Decision:
        task = existing_task(view, self.task_id)
        users = tuple(user for user in task.assignees if user in self.users)
        return [TaskUnassigned(at=view.at, by=view.actor, task_id=task.id, users=users)] if users else NOTHING


class ReleaseTask(TaskCommand):
    """Removes the assignees of a Task who are no longer members. Sent by a policy."""

    while_archived: ClassVar[bool] = True

    def decide(self, view: View) -> Decision:
        check_writable(view)
        task = view.find(Task, self.task_id)
        if task is None or task.deleted:
            return NOTHING
        return unassign_former_members(view, task)


class StartTask(TaskCommand):
    """Starts a Task. Refused if the Task is done or cancelled, and while a Task that blocks it is open."""

    def decide(self, view: View) -> Decision:
        task = existing_task(view, self.task_id)
        if task.status is Status.STARTED:
            return NOTHING
        if task.status is Status.DONE:
            raise TaskIsDone(task.id)
        if task.status is Status.CANCELLED:
            raise TaskIsCancelled(task.id)
        check_unblocked(view, task)
        return [TaskStarted(at=view.at, by=view.actor, task_id=task.id)]


class CompleteTask(TaskCommand):
    """Completes a Task. If the Task recurs, a policy opens the next occurrence.

    Refused if the Task is cancelled, and while a Task that blocks it is open.
    """

    def decide(self, view: View) -> Decision:
        task = existing_task(view, self.task_id)
        if task.status is Status.DONE:
            return NOTHING
        if task.status is Status.CANCELLED:
            raise TaskIsCancelled(task.id)
        check_unblocked(view, task)
        recurs = True if task.recurrence and task.next is None else None
        return [TaskCompleted(at=view.at, by=view.actor, task_id=task.id, recurs=recurs)]


class ReopenTask(TaskCommand):
    """Opens a Task again that is done or cancelled, and removes the assignees who are no longer members."""

    def decide(self, view: View) -> Decision:
        task = existing_task(view, self.task_id)
        if task.is_open:
            return NOTHING
        return [TaskReopened(at=view.at, by=view.actor, task_id=task.id), *unassign_former_members(view, task)]


class CancelTask(TaskCommand):
    """Cancels a Task. If the Task recurs, no next occurrence is opened. Refused if the Task is done."""

    def decide(self, view: View) -> Decision:
        task = existing_task(view, self.task_id)
        if task.status is Status.CANCELLED:
            return NOTHING
        if task.status is Status.DONE:
            raise TaskIsDone(task.id)
        return [TaskCancelled(at=view.at, by=view.actor, task_id=task.id)]


class DeleteTask(TaskCommand):
    """Deletes a Task for good. Refused while the Task has subtasks."""

    def decide(self, view: View) -> Decision:
        task = view.find(Task, self.task_id)
        if task is None:
            raise NoSuchTask(self.task_id)
        if task.deleted:
            return NOTHING
        if task.subtasks:
            raise HasSubtasks(task.id)
        return [TaskDeleted(at=view.at, by=view.actor, task_id=task.id, parent=task.parent)]


def new_if_changed(new: T | None, old: T) -> T | None:
    """Return the new value, None if it equals the old one."""
    return None if new == old else new
