"""Relations, seen from both ends: two items each, in the table itself, so that both directions are read consistently."""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum

from ascend.domain.ids import Ref, RelationId
from ascend.domain.relations.relation import Relation
from ascend.projections.item import ReadItem, keyed
from ascend.projections.projection import Projection, RenderContext
from ascend.projections.read_models.links import place


class Direction(StrEnum):
    OUT = "out"
    IN = "in"


class RelationLine(ReadItem, key=("W#{workspace}", "{at}#{direction}#{type_key}#{to}")):
    """`anchor` is the source of what goes out, the target of what comes in."""

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
    def at(self) -> str:
        return place(self.anchor)

    @property
    def to(self) -> str:
        return place(self.other)

    @property
    def type_key(self) -> str:
        return keyed(self.type)

    @property
    def counted(self) -> str | None:
        return "relations" if self.direction is Direction.OUT else None


def render(relation: Relation, context: RenderContext) -> Iterable[ReadItem]:
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


RELATIONS = Projection("relations", 1, (RelationLine,), {Relation: render})
