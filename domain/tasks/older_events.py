"""Older versions of events that are still written, because processes of the release before read no others.

A new version is read by one release and written by the next; until then an event is written as the class that it was,
which stands here (docs/how-to/change-an-event.md).
"""

from typing import Any

from ascend.domain.ids import ThingId
from ascend.domain.tasks.task import Task, TaskEdited, TaskEvent, evolve_task


class TaskEdited1(TaskEvent, tag="task.edited", version=1):
    """The whole of what describes it, as it is from now on."""

    title: str
    description: str
    about: tuple[ThingId, ...]
    tags: tuple[str, ...]
    metadata: dict[str, str]


def downcast_task_edited(edited: TaskEdited, task: Task) -> TaskEdited1:
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
    """What the older version always says, the newer one may say."""
    return data
