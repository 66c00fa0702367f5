"""Older versions of events that are still written, because processes of the release before cannot read newer ones.

One release reads a new version, and the next release writes it. Until then, the event is written as the older class,
which stands here (docs/how-to/change-an-event.md).
"""

from typing import Any

from ascend.domain.ids import ThingId
from ascend.domain.tasks.task import Task, TaskEdited, TaskEvent, evolve_task


class TaskEdited1(TaskEvent, tag="task.edited", version=1):
    """All details of the Task after this event."""

    title: str
    description: str
    about: tuple[ThingId, ...]
    tags: tuple[str, ...]
    metadata: dict[str, str]


def downcast_task_edited(edited: TaskEdited, task: Task) -> TaskEdited1:
    """Return version 1 of the event: it holds everything, also what the event does not change."""
    after = evolve_task(task, edited)
    return TaskEdited1(
        at=edited.at,
        by=edited.by,
        task_id=edited.task_id,
        title=after.title,
        description=after.description,
        about=after.about,
        tags=after.tags,
        metadata=after.metadata,
    )


def upcast_task_edited(data: dict[str, Any]) -> dict[str, Any]:
    """Return the data of version 2: the data of version 1 is valid there as it is."""
    return data
