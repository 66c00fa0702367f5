"""What people do with Tasks, and the rules for it."""

from typing import TYPE_CHECKING, Annotated, Self

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from ascend.domain.command import NOTHING, Command, Decision
from ascend.domain.errors import NotFound, Refusal
from ascend.domain.ids import Ref, TaskId, ThingId, UserId
from ascend.domain.task import (
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
)
from ascend.domain.thing import refs
from ascend.domain.thing_commands import living
from ascend.domain.values import FEW, Due, Metadata, Name, Tags, Text, distinct, is_after
from ascend.domain.workspace import NoSuchMember

if TYPE_CHECKING:
    from ascend.domain.view import View

Users = Annotated[tuple[UserId, ...], Field(min_length=1, max_length=FEW)]
Things = Annotated[tuple[ThingId, ...], Field(max_length=FEW), AfterValidator(distinct)]


class NoSuchTask(NotFound):
    """There is no such Task in this workspace, or it was deleted."""


class TaskExists(Refusal):
    """There is, or was, another Task with this id."""


class TaskIsCancelled(Refusal):
    """A cancelled Task cannot be started or completed: reopen it first."""


class TaskIsDone(Refusal):
    """A Task that is done cannot be started or cancelled: reopen it first."""


class TooManyAssignees(Refusal):
    """A Task has as many assignees as it can have."""


class TaskCommand(Command):
    task_id: TaskId

    def touches(self) -> tuple[Ref, ...]:
        return (Ref(Task.entity, self.task_id),)


class CreateTask(TaskCommand):
    title: Name
    description: Text = ""
    about: Things = ()
    tags: Tags = ()
    metadata: Metadata = {}

    def touches(self) -> tuple[Ref, ...]:
        return (Ref(Task.entity, self.task_id), *refs(*self.about))

    def decide(self, view: "View") -> Decision:
        there = view.find(Task, self.task_id)
        if there is not None:
            if self.says(there):
                return NOTHING
            raise TaskExists(self.task_id)
        for thing in self.about:
            living(view, thing)
        created = TaskCreated(
            at=view.at,
            by=view.actor,
            task_id=self.task_id,
            title=self.title,
            description=self.description,
            about=self.about,
            tags=self.tags,
            metadata=self.metadata,
        )
        return [created]

    def says(self, there: Task) -> bool:
        mine = (self.title, self.description, self.about, self.tags, self.metadata, False)
        return mine == (there.title, there.description, there.about, there.tags, there.metadata, there.deleted)


class EditTask(TaskCommand):
    """What is not given stays as it is."""

    title: Name | None = None
    description: Text | None = None
    about: Things | None = None
    tags: Tags | None = None
    metadata: Metadata | None = None

    def decide(self, view: "View") -> Decision:
        task = existing(view, self.task_id)
        for thing in set(self.about or ()) - set(task.about):
            living(view, thing)
        edited = TaskEdited(
            at=view.at,
            by=view.actor,
            task_id=task.id,
            title=task.title if self.title is None else self.title,
            description=task.description if self.description is None else self.description,
            about=task.about if self.about is None else self.about,
            tags=task.tags if self.tags is None else self.tags,
            metadata=task.metadata if self.metadata is None else self.metadata,
        )
        before = (task.title, task.description, task.about, task.tags, task.metadata)
        after = (edited.title, edited.description, edited.about, edited.tags, edited.metadata)
        return NOTHING if before == after else [edited]


class ScheduleTask(TaskCommand):
    """Sets both dates: one that is not given is taken away."""

    start: Due | None = None
    due: Due | None = None

    @model_validator(mode="after")
    def in_order(self) -> Self:
        if self.start is not None and self.due is not None and is_after(self.start, self.due):
            raise PydanticCustomError("order", "a task cannot be due before it starts")
        return self

    def decide(self, view: "View") -> Decision:
        task = existing(view, self.task_id)
        if (task.start, task.due) == (self.start, self.due):
            return NOTHING
        return [TaskScheduled(at=view.at, by=view.actor, task_id=task.id, start=self.start, due=self.due)]


class PrioritiseTask(TaskCommand):
    priority: Priority

    def decide(self, view: "View") -> Decision:
        task = existing(view, self.task_id)
        if task.priority is self.priority:
            return NOTHING
        return [TaskPrioritised(at=view.at, by=view.actor, task_id=task.id, priority=self.priority)]


class AssignTask(TaskCommand):
    users: Users

    def decide(self, view: "View") -> Decision:
        task = existing(view, self.task_id)
        for user in self.users:
            if user not in view.workspace.members:
                raise NoSuchMember(user)
        new = tuple(dict.fromkeys(user for user in self.users if user not in task.assignees))
        if not new:
            return NOTHING
        if len(task.assignees) + len(new) > FEW:
            raise TooManyAssignees(f"at most {FEW}")
        return [TaskAssigned(at=view.at, by=view.actor, task_id=task.id, users=new)]


class UnassignTask(TaskCommand):
    users: Users

    def decide(self, view: "View") -> Decision:
        task = existing(view, self.task_id)
        gone = tuple(user for user in task.assignees if user in self.users)
        return [TaskUnassigned(at=view.at, by=view.actor, task_id=task.id, users=gone)] if gone else NOTHING


class StartTask(TaskCommand):
    def decide(self, view: "View") -> Decision:
        task = existing(view, self.task_id)
        if task.status is Status.STARTED:
            return NOTHING
        if task.status is Status.DONE:
            raise TaskIsDone(task.id)
        if task.status is Status.CANCELLED:
            raise TaskIsCancelled(task.id)
        return [TaskStarted(at=view.at, by=view.actor, task_id=task.id)]


class CompleteTask(TaskCommand):
    def decide(self, view: "View") -> Decision:
        task = existing(view, self.task_id)
        if task.status is Status.DONE:
            return NOTHING
        if task.status is Status.CANCELLED:
            raise TaskIsCancelled(task.id)
        return [TaskCompleted(at=view.at, by=view.actor, task_id=task.id)]


class ReopenTask(TaskCommand):
    def decide(self, view: "View") -> Decision:
        task = existing(view, self.task_id)
        if task.is_open:
            return NOTHING
        return [TaskReopened(at=view.at, by=view.actor, task_id=task.id)]


class CancelTask(TaskCommand):
    def decide(self, view: "View") -> Decision:
        task = existing(view, self.task_id)
        if task.status is Status.CANCELLED:
            return NOTHING
        if task.status is Status.DONE:
            raise TaskIsDone(task.id)
        return [TaskCancelled(at=view.at, by=view.actor, task_id=task.id)]


class DeleteTask(TaskCommand):
    def decide(self, view: "View") -> Decision:
        task = view.find(Task, self.task_id)
        if task is None:
            raise NoSuchTask(self.task_id)
        return NOTHING if task.deleted else [TaskDeleted(at=view.at, by=view.actor, task_id=task.id)]


def existing(view: "View", task_id: TaskId) -> Task:
    task = view.find(Task, task_id)
    if task is None or task.deleted:
        raise NoSuchTask(task_id)
    return task
