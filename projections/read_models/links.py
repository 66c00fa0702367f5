"""What points at what: an adjacency list in the table itself, so that both directions are read consistently.

    at            role      to
    thing:<id>    task      task:<id>        a Task about the Thing
    task:<id>     subtask   task:<id>
    task:<id>     blocks    task:<id>        the second waits for the first
    thing:<id>    asset     asset:<id>       so for a Task
    asset:<id>    on        thing:<id>       or a Task

A line holds no name: a page of lines is read together with what they point at, and what is gone is left out. So neither
a rename nor a deletion rewrites the lines that point at it.
"""

from collections.abc import Iterable
from enum import StrEnum

from ascend.domain.assets.asset import Asset
from ascend.domain.ids import Ref
from ascend.domain.links import Link
from ascend.domain.tasks.task import Task
from ascend.domain.things.thing import Thing
from ascend.projections.item import ReadItem
from ascend.projections.projection import Projection, RenderContext


class LinkRole(StrEnum):
    TASK = "task"
    SUBTASK = "subtask"
    BLOCKS = "blocks"
    ASSET = "asset"
    ON = "on"


def place(ref: Ref) -> str:
    """An entity as a part of a key."""
    return f"{ref.kind}:{ref.id}"


class LinkLine(ReadItem, key=("W#{workspace}", "{at}#{role}#{to}")):
    anchor: Ref
    role: LinkRole
    other: Ref

    @property
    def at(self) -> str:
        return place(self.anchor)

    @property
    def to(self) -> str:
        return place(self.other)


def of_task(task: Task, context: RenderContext) -> Iterable[ReadItem]:
    if task.deleted:
        return
    me = Ref(Task.entity, task.id)

    def line(anchor: Ref, role: LinkRole) -> LinkLine:
        return LinkLine(workspace=context.workspace, anchor=anchor, role=role, other=me)

    yield from (line(Ref(Thing.entity, thing), LinkRole.TASK) for thing in task.about)
    yield from (line(Ref(Task.entity, blocker), LinkRole.BLOCKS) for blocker in task.blocked_by)
    if task.parent is not None:
        yield line(Ref(Task.entity, task.parent), LinkRole.SUBTASK)


def of_link(link: Link, context: RenderContext) -> Iterable[ReadItem]:
    if link.there:
        asset = Ref(Asset.entity, link.asset)
        yield LinkLine(workspace=context.workspace, anchor=link.to, role=LinkRole.ASSET, other=asset)
        yield LinkLine(workspace=context.workspace, anchor=asset, role=LinkRole.ON, other=link.to)


LINKS = Projection("links", 1, (LinkLine,), {Task: of_task, Link: of_link})
