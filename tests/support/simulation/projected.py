"""Projections for simulations, whose items depend on more entities than the real ones; two versions of a program.

They fail on every entity that is named "poison", and on all entities below it.

old code    tree, feed, tale, tasks
new code    tree, feed, tale, tasks (another version), comments (added)
"""

from collections.abc import Iterable
from dataclasses import replace

from support.applications import life_os
from support.limits import projection_limits

from ascend.adapters.memory.tables import MemoryTables
from ascend.adapters.table.port import Tables
from ascend.domain.event import Event
from ascend.domain.ids import ThingId
from ascend.domain.runtime.commit import Commit
from ascend.domain.runtime.model import Hierarchy, Kind, Model
from ascend.domain.runtime.ports import Environment
from ascend.domain.tasks.task import Task
from ascend.domain.things.thing import Thing, ThingEvents, children_of, evolve, parent_of
from ascend.projections.item import ReadItem, sortable
from ascend.projections.life_os import LIFE_OS
from ascend.projections.projection import Projection, RenderContext
from ascend.projections.read_models.comments import COMMENTS
from ascend.projections.read_models.feed import FEED
from ascend.projections.read_models.members import MEMBERS
from ascend.projections.read_models.tasks import TASKS
from ascend.projections.read_models.things import join_path
from ascend.store import Store
from ascend.testing import FakeEnvironment

POISON = "poison"


class Branch(ReadItem, key=("W#{workspace}", "{place}")):
    """A Thing, keyed by its path: a move changes the keys of a whole subtree. Holds the names above it."""

    path: tuple[ThingId, ...]
    names: tuple[str, ...]

    @property
    def place(self) -> str:
        return join_path(self.path)

    @property
    def counted(self) -> str:
        return f"depth.{len(self.path)}"


def branch(thing: Thing, context: RenderContext) -> Iterable[Branch]:
    path: list[Thing] = []
    link: Thing | None = thing
    while link is not None and not link.deleted:
        path.insert(0, link)
        if link.parent is None:
            ids, names = tuple(link.id for link in path), tuple(check_edible(link.name) for link in path)
            yield Branch(workspace=context.workspace, path=ids, names=names)
        link = None if link.parent is None else context.get(Thing, link.parent)


def check_edible(name: str) -> str:
    if name == POISON:
        raise ZeroDivisionError(name)
    return name


def inherited(thing: Thing) -> object:
    return thing.parent, thing.deleted, thing.name


TREE = Projection("tree", 1, (Branch,), {Thing: branch})


class Title(ReadItem, key=("W#{workspace}", "{title}")):
    """A task, keyed by its title. The id keeps tasks of the same title apart."""

    task: str
    words: str

    @property
    def title(self) -> str:
        return f"{self.words[:20].replace('#', ' ')}-{self.task}"

    @property
    def counted(self) -> str | None:
        return f"titles.{self.words}" if self.words in {"good", "better"} else None


def title(task: Task, context: RenderContext) -> Iterable[Title]:
    if not task.deleted:
        yield Title(workspace=context.workspace, task=task.id, words=check_edible(task.title))


TASKS_2 = Projection("tasks", TASKS.version + 1, (Title,), {Task: title})


class Told(ReadItem, key=("W#{workspace}", "{position}.{index}.{line}"), gsi1=("W#{workspace}", "{name}#{position}")):
    """An event. It is in the index only if it gives a name."""

    position: int
    index: int
    line: int
    tag: str
    name: str | None = None

    @property
    def counted(self) -> str:
        return self.tag.partition(".")[0]


def tell(commit: Commit, index: int, event: Event) -> Iterable[Told]:
    """Yield two lines for each event. Only the second fails on a poisoned name."""
    words = event.model_dump()
    for line, name in enumerate((None, words.get("name", words.get("title")))):
        told = None if name is None else sortable(check_edible(name))
        yield Told(
            workspace=commit.workspace, position=commit.position, index=index, line=line, tag=event.tag, name=told
        )


TALE = Projection("tale", 1, (Told,), events=tell)

OLD = (TREE, FEED, TASKS, TALE)
NEW = (TREE, FEED, TASKS_2, COMMENTS, MEMBERS, TALE)

_thing = Kind(Thing, ThingEvents, evolve, Hierarchy(parent_of, children_of, inherited))
TREE_MODEL: Model = replace(LIFE_OS.model, kinds={**LIFE_OS.model.kinds, Thing.entity: _thing})


def tree_process(
    tables: Tables | None = None,
    projections: Iterable[Projection] = NEW,
    environment: Environment | None = None,
    **limits: int,
) -> Store:
    """Return a process with these projections and limits, by default of the new code and on new tables."""
    return Store(
        tables or MemoryTables(),
        environment or FakeEnvironment(),
        life_os(model=TREE_MODEL, projections=projections),
        limits=projection_limits(**limits),
    )
