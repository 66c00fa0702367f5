"""Things in their hierarchy.

    node   gsi1: the children of a Thing (or of the top) by name      gsi2: a whole subtree, by path, in one Query
    card   everything about one Thing; gsi1: the Things of one kind by name

A move changes the index keys of all nodes below, in place. A rename changes one node, because the names of ancestors are
read when they are shown.
"""

from collections.abc import Iterable

from ascend.domain.ids import ThingId, UserId
from ascend.domain.things.thing import Thing, ThingKind
from ascend.domain.values import Instant
from ascend.projections.item import ReadItem, sortable
from ascend.projections.pattern import SPLITS_BY_SORT_KEY, Load, Pattern, RequestKind
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
        return name_sort_key(self.name)

    @property
    def path_text(self) -> str:
        return join_path(self.path)

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
        return name_sort_key(self.name)


def name_sort_key(name: str) -> str:
    """Return a sort key whose end sorts before every character of a name, so that "Box" comes before "Box 2"."""
    return sortable(name) + "\t"


def join_path(path: Iterable[ThingId]) -> str:
    """Return the path as text. It ends with the separator, so that it is never the beginning of a sibling's path."""
    return "".join(f"{thing}/" for thing in path)


def living_path(thing: Thing, context: RenderContext) -> tuple[ThingId, ...] | None:
    """Return the path from the root to the Thing; None if the Thing or one of its ancestors is deleted."""
    path: list[ThingId] = []
    link: Thing | None = thing
    while link is not None and not link.deleted:
        path.append(link.id)
        if link.parent is None:
            return tuple(reversed(path))
        link = context.get(Thing, link.parent)
    return None


def render_thing(thing: Thing, context: RenderContext) -> Iterable[ReadItem]:
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


RARE = "a Thing is made, moved or renamed far more rarely than it is looked at"
"""`hot` of partitions in the indexes."""

THING = Pattern(
    name="One Thing with its ancestors",
    query="thing",
    example="queries.thing(home, deep, viewer=ada)",
    kind=RequestKind.GET,
    item=ThingCard,
    given=("workspace", "thing"),
    joined="the nodes of its ancestors",
    load=Load(reads_a_day=3_000, writes_a_day=200, items=1, in_a_year=1, page=1, bytes=800, primary=True),
    hot=SPLITS_BY_SORT_KEY,
)
CHILDREN = Pattern(
    name="Children of a Thing (or the top) by name",
    query="children",
    example="queries.children(home, thing, viewer=ada, limit=100)",
    item=ThingNode,
    given=("workspace", "parent_or_top"),
    index=1,
    load=Load(reads_a_day=3_000, writes_a_day=200, items=30, in_a_year=50, page=100, bytes=400, primary=True),
)
SUBTREE = Pattern(
    name="Everything in a Thing, in one Query",
    query="subtree",
    example="queries.subtree(home, thing, viewer=ada, limit=150)",
    item=ThingNode,
    given=("workspace", "path_text"),
    index=2,
    joined="the node at the top, for its path",
    load=Load(reads_a_day=200, writes_a_day=200, items=5_000, in_a_year=23_000, page=150, bytes=400),
    hot=RARE,
)
THINGS_BY_KIND = Pattern(
    name="Things of one kind by name",
    query="things_by_kind",
    example="queries.things_by_kind(home, ThingKind.DIGITAL, viewer=ada, limit=100)",
    item=ThingCard,
    given=("workspace", "kind"),
    index=1,
    load=Load(reads_a_day=100, writes_a_day=200, items=5_000, in_a_year=20_000, page=100, bytes=800),
    hot=RARE,
)

THINGS = Projection(
    "things", 3, (ThingNode, ThingCard), {Thing: render_thing}, patterns=(THING, CHILDREN, SUBTREE, THINGS_BY_KIND)
)
