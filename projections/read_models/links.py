"""Links between entities: an adjacency list in the table itself, so that both directions are read consistently.

    at            role      to
    thing:<id>    task      task:<id>        a Task about the Thing
    task:<id>     subtask   task:<id>
    task:<id>     blocks    task:<id>        the second waits for the first
    thing:<id>    asset     asset:<id>       also from a Task
    asset:<id>    on        thing:<id>       or to a Task

A line holds no name. A page of lines is read together with the entities to which they point, and lines to deleted
entities are left out. So a rename or a deletion rewrites no line.
"""

from collections.abc import Iterable
from enum import StrEnum
from functools import partial

from ascend.domain.assets.asset import Asset
from ascend.domain.ids import Ref
from ascend.domain.links import Link
from ascend.domain.tasks.task import Task
from ascend.domain.things.thing import Thing
from ascend.projections.item import ReadItem
from ascend.projections.key_text import RefKey
from ascend.projections.pattern import SPLITS_BY_SORT_KEY, Load, Pattern
from ascend.projections.projection import Projection, RenderContext


class LinkRole(StrEnum):
    TASK = "task"
    SUBTASK = "subtask"
    BLOCKS = "blocks"
    ASSET = "asset"
    ON = "on"


def ref_key(ref: Ref) -> str:
    """Return the reference as one field of a key: `task:<id>`."""
    return f"{ref.kind}:{ref.id}"


class LinkLine(ReadItem, key=("W#{workspace}", "{at}#{role}#{to}")):
    anchor: Ref
    role: LinkRole
    other: Ref

    @property
    def at(self) -> RefKey:
        return ref_key(self.anchor)

    @property
    def to(self) -> RefKey:
        return ref_key(self.other)


def render_task_links(task: Task, context: RenderContext) -> Iterable[ReadItem]:
    if task.deleted:
        return
    this = Ref(Task.entity, task.id)

    def line(anchor: Ref, role: LinkRole) -> LinkLine:
        return LinkLine(workspace=context.workspace, anchor=anchor, role=role, other=this)

    yield from (line(Ref(Thing.entity, thing), LinkRole.TASK) for thing in task.about)
    yield from (line(Ref(Task.entity, blocker), LinkRole.BLOCKS) for blocker in task.blocked_by)
    if task.parent is not None:
        yield line(Ref(Task.entity, task.parent), LinkRole.SUBTASK)


def render_link(link: Link, context: RenderContext) -> Iterable[ReadItem]:
    if link.there:
        asset = Ref(Asset.entity, link.asset)
        yield LinkLine(workspace=context.workspace, anchor=link.to, role=LinkRole.ASSET, other=asset)
        yield LinkLine(workspace=context.workspace, anchor=asset, role=LinkRole.ON, other=link.to)


link_pattern = partial(Pattern[LinkLine], item=LinkLine, given=("workspace", "at", "role"))

ASSETS_OF_TARGET = link_pattern(
    name="Assets of a Thing or a Task",
    query="assets_of",
    example="queries.assets_of(home, Ref('thing', thing), viewer=ada)",
    joined="their Assets",
    load=Load(reads_a_day=1_000, writes_a_day=50, items=3, in_a_year=5, page=50, bytes=300),
    hot=SPLITS_BY_SORT_KEY,
)
TARGETS_OF_ASSET = link_pattern(
    name="Things (or Tasks) of an Asset",
    query="targets_of",
    example="queries.targets_of(home, asset, viewer=ada)",
    joined="the Things and Tasks",
    load=Load(reads_a_day=200, writes_a_day=50, items=5, in_a_year=10, page=50, bytes=300),
)
TASKS_ABOUT = link_pattern(
    name="Tasks about a Thing",
    query="tasks_about",
    example="queries.tasks_about(home, thing, viewer=ada)",
    joined="the Tasks' lines",
    load=Load(reads_a_day=1_000, writes_a_day=100, items=5, in_a_year=20, page=50, bytes=300),
)
SUBTASKS = link_pattern(
    name="Subtasks of a Task",
    query="subtasks",
    example="queries.subtasks(home, task, viewer=ada)",
    joined="the subtasks' lines",
    load=Load(reads_a_day=1_000, writes_a_day=100, items=5, in_a_year=5, page=50, bytes=300),
)
BLOCKED_BY_TASK = link_pattern(
    name="Tasks that a Task blocks",
    query="blocks",
    example="queries.blocks(home, task, viewer=ada)",
    joined="the Tasks' lines",
    load=Load(reads_a_day=500, writes_a_day=20, items=2, in_a_year=2, page=50, bytes=300),
)

LINKS = Projection(
    "links",
    1,
    (LinkLine,),
    {Task: render_task_links, Link: render_link},
    patterns=(ASSETS_OF_TARGET, TARGETS_OF_ASSET, TASKS_ABOUT, SUBTASKS, BLOCKED_BY_TASK),
)
