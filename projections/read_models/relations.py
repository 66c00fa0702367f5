"""Relations from both ends: two items for each, in the table itself, so that both directions are read consistently."""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from functools import partial

from ascend.domain.ids import Ref, RelationId
from ascend.domain.relations.relation import Relation
from ascend.domain.text_keys import label_key
from ascend.projections.item import ReadItem, keyed
from ascend.projections.key_text import LabelKey, RefKey
from ascend.projections.pattern import SPLITS_BY_SORT_KEY, Load, Pattern
from ascend.projections.projection import Projection, RenderContext
from ascend.projections.read_models.links import ref_key


class Direction(StrEnum):
    OUT = "out"
    IN = "in"


class RelationLine(ReadItem, key=("W#{workspace}", "{at}#{direction}#{type_key}#{relation}")):
    """A Relation from one end: `anchor` is its source if the direction is out, its target if the direction is in."""

    anchor: Ref
    direction: Direction
    other: Ref
    relation: RelationId
    version: int
    type: str
    inverse: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    tags: tuple[str, ...] = ()
    metadata: dict[str, str] = {}

    @property
    def at(self) -> RefKey:
        return ref_key(self.anchor)

    @property
    def type_key(self) -> LabelKey:
        return keyed(label_key(self.type))

    @property
    def counted(self) -> str | None:
        return "relations" if self.direction is Direction.OUT else None


def render_relation(relation: Relation, context: RenderContext) -> Iterable[ReadItem]:
    if relation.removed:
        return
    ends = ((relation.source, Direction.OUT, relation.target), (relation.target, Direction.IN, relation.source))
    for anchor, direction, other in ends:
        yield RelationLine(
            workspace=context.workspace,
            anchor=anchor,
            direction=direction,
            other=other,
            relation=relation.id,
            version=context.version,
            type=relation.type,
            inverse=relation.inverse,
            valid_from=relation.valid_from,
            valid_to=relation.valid_to,
            tags=relation.tags,
            metadata=relation.metadata,
        )


relation_pattern = partial(
    Pattern[RelationLine],
    item=RelationLine,
    given=("workspace", "at", "direction", "type_key"),
    joined="what is at the other end",
)

RELATIONS_OUT = relation_pattern(
    name="Relations that go out from a Thing or Task, by type",
    query="relations_from",
    example="queries.relations_from(home, Ref('thing', thing), 'contains', viewer=ada)",
    load=Load(reads_a_day=500, writes_a_day=50, items=5, in_a_year=10, page=50, bytes=500),
    hot=SPLITS_BY_SORT_KEY,
)
RELATIONS_IN = relation_pattern(
    name="Relations that come in at a Thing or Task, by type",
    query="relations_to",
    example="queries.relations_to(home, Ref('thing', thing), 'contains', viewer=ada)",
    load=Load(reads_a_day=500, writes_a_day=50, items=5, in_a_year=10, page=50, bytes=500),
)

RELATIONS = Projection(
    "relations", 2, (RelationLine,), {Relation: render_relation}, patterns=(RELATIONS_OUT, RELATIONS_IN)
)
