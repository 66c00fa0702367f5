"""Many tasks and Things that no query asks for. They must not raise the cost of anything else."""

from collections.abc import Iterator
from copy import copy
from dataclasses import replace
from datetime import date

from pydantic import Field

import ascend
from ascend.domain.event import Event
from ascend.domain.tasks.task import Task, TaskCreated, TaskScheduled
from ascend.domain.things.thing import ThingCreated

ENTITIES_A_COMMAND = 450
"""A command touches at most 500 entities."""


class Pad(ascend.Command):
    """Create tasks with different due dates, or Things below a Thing of their own."""

    tasks: tuple[ascend.TaskId, ...] = Field(default=(), max_length=ENTITIES_A_COMMAND)
    things: tuple[ascend.ThingId, ...] = Field(default=(), max_length=ENTITIES_A_COMMAND)

    def decide(self, view: ascend.View) -> list[Event]:
        at, by = view.at, view.actor
        events: list[Event] = []
        for number, task in enumerate(self.tasks):
            day = date(
                2027 + number % 3, 1 + number % 12, 1 + number % 28
            )  # later than all days that the queries ask for
            events.append(TaskCreated(at=at, by=by, task_id=task, title=f"Padding {number}"))
            events.append(TaskScheduled(at=at, by=by, task_id=task, due=day))
        for number, thing in enumerate(self.things):
            parent, raised = (self.things[0], (self.things[0],)) if number else (None, ())
            kind, name = ascend.ThingKind.PHYSICAL, f"Z {number}"
            events.append(
                ThingCreated(at=at, by=by, thing_id=thing, kind=kind, name=name, parent=parent, raised=raised)
            )
        return events


def make_padded_app() -> ascend.Application:
    """Return the Life OS with the command `Pad` among those of a Task."""
    kinds = [copy(kind) for kind in ascend.LIFE_OS.kinds]
    for kind in kinds:
        if kind.state is Task:
            kind.commands = (*kind.commands, Pad)
    return replace(ascend.LIFE_OS, kinds=kinds)


PADDED = make_padded_app()


def create_padding(environment: ascend.Environment, tasks: int, things: int) -> Iterator[Pad]:
    for start in range(0, tasks, ENTITIES_A_COMMAND):
        count = min(ENTITIES_A_COMMAND, tasks - start)
        yield Pad(tasks=tuple(ascend.TaskId(environment.new_id()) for _ in range(count)))
    for start in range(0, things, ENTITIES_A_COMMAND):
        count = min(ENTITIES_A_COMMAND, things - start)
        yield Pad(things=tuple(ascend.ThingId(environment.new_id()) for _ in range(count)))
