"""Things in their hierarchy.

    node   gsi1: the children of a Thing (or of the top) by name      gsi2: a whole subtree, by path, in one Query
    card   everything about one Thing; gsi1: the Things of one kind by name

A move changes the index keys of the nodes below in place; a rename changes one node: names of ancestors are joined.
"""

from collections.abc import Iterable

from ascend.domain.ids import ThingId, UserId
from ascend.domain.things.thing import Thing, ThingKind
from ascend.domain.values import Instant
from ascend.projections.item import ReadItem, sortable
from ascend.projections.projection import Projection, RenderContext

TOP = "top"


class ThingNode(
    ReadItem,
    key=("W#{workspace}", "node#{thing}"),
    gsi1=("W#{workspace}#in#{parent_or_top}", "{sort_name}#{thing}"),
    gsi2=("W#{workspace}#tree", "{path_text}"),
):
    thing: ThingId
    name: str
    kind: ThingKind
    path: tuple[ThingId, ...]
    """From the root to the Thing itself."""
    archived: bool = False

    @property
    def parent(self) -> ThingId | None:
        return self.path[-2] if len(self.path) > 1 else None

    @property
    def parent_or_top(self) -> str:
        return self.parent or TOP

    @property
    def sort_name(self) -> str:
        return by_name(self.name)

    @property
    def path_text(self) -> str:
        return path_text(self.path)

    @property
    def counted(self) -> str:
        return "things"


class ThingCard(
    ReadItem, key=("W#{workspace}", "card#{thing}"), gsi1=("W#{workspace}#kind#{kind}", "{sort_name}#{thing}")
):
    thing: ThingId
    version: int
    name: str
    kind: ThingKind
    description: str
    tags: tuple[str, ...] = ()
    metadata: dict[str, str] = {}
    archived: bool
    created_by: UserId
    created_at: Instant

    @property
    def sort_name(self) -> str:
        return by_name(self.name)


def by_name(name: str) -> str:
    """With an end that sorts before every character of a name, so that "Box" comes before "Box 2"."""
    return sortable(name) + "\t"


def path_text(path: Iterable[ThingId]) -> str:
    """Ends with the separator, so that the path of one Thing is never the beginning of a sibling's."""
    return "".join(f"{thing}/" for thing in path)


def living_path(thing: Thing, context: RenderContext) -> tuple[ThingId, ...] | None:
    """From the root to the Thing; None when it or one of its ancestors is deleted."""
    path: list[ThingId] = []
    link: Thing | None = thing
    while link is not None and not link.deleted:
        path.append(link.id)
        if link.parent is None:
            return tuple(reversed(path))
        link = context.get(Thing, link.parent)
    return None


def render(thing: Thing, context: RenderContext) -> Iterable[ReadItem]:
    path = living_path(thing, context)
    if path is None:
        return
    yield ThingNode(
        workspace=context.workspace,
        thing=thing.id,
        name=thing.name,
        kind=thing.kind,
        path=path,
        archived=thing.archived,
    )
    yield ThingCard(
        workspace=context.workspace,
        thing=thing.id,
        version=context.version,
        name=thing.name,
        kind=thing.kind,
        description=thing.description,
        tags=thing.tags,
        metadata=thing.metadata,
        archived=thing.archived,
        created_by=thing.created_by,
        created_at=thing.created_at,
    )


THINGS = Projection("things", 2, (ThingNode, ThingCard), {Thing: render})
