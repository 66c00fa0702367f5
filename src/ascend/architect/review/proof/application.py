"""An application of a design, made while the review runs: the proposed kinds, and a projection that renders their lines.

One event replaces a whole entity. So the application proves keys and requests; rules are the subject of written code.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, make_dataclass
from itertools import product
from types import new_class
from typing import Any, ClassVar, cast

import ascend
from ascend.architect.check.fields import Field, text_field
from ascend.architect.review.design import GSI1, GSI2, TABLE, Answer, Design, DesignedItem
from ascend.architect.review.key_fields import FieldSource
from ascend.architect.review.key_sizes import count_key_bytes
from ascend.architect.review.loads import estimate_load, explain_heat
from ascend.architect.review.needs import find_hierarchy
from ascend.architect.review.proof.fields import find_subset_value, find_type, find_value
from ascend.architect.review.proof.rows import End, EntityRow
from ascend.architect.review.proof.stored import from_text, to_text
from ascend.architect.review.proposal import ProposedEntity
from ascend.domain.runtime.model import Hierarchy, Kind
from ascend.projections.item import ReadItem
from ascend.projections.pattern import Pattern, RequestKind
from ascend.projections.projection import Projection, RenderContext

NO_ROW = "null"


class RowPut(ascend.Event):
    """An entity as it is from now on, as JSON. `null`: it is deleted."""

    kind: str
    id: str
    content: str
    parents: tuple[str, ...] = ()
    """The parents before and after, whose numbers of children change."""

    def touches(self) -> tuple[ascend.Ref, ...]:
        return tuple(ascend.Ref(self.kind, id) for id in (self.id, *self.parents))


PutRow = tuple[str, str, str, tuple[str, ...]]
"""The kind, the id and the content of a row, and the parents that gain or lose it."""


@dataclass(frozen=True)
class ProofApplication:
    """An application, and the pattern that answers each question."""

    app: ascend.Application
    patterns: Sequence[tuple[Answer, Pattern[Any]]]
    make_command: Callable[[tuple[PutRow, ...]], ascend.Command]
    """Makes the command that puts rows."""
    key_fields: Mapping[str, Field]
    """The fields of keys whose type does not say how long they are."""


def build_application(design: Design) -> ProofApplication:
    """Return the application. Raises: InvalidInput if the parts do not fit together."""
    items = {item.name: make_item(design, item) for item in design.items}
    patterns = [(answer, make_pattern(design, answer, number, items)) for number, answer in enumerate(design.answers)]
    kinds: list[Kind] = []
    projections: list[Projection] = []
    events = {kind: make_event(kind) for kind in design.proposal.kinds}
    put = make_command_type(events)
    for entity in design.proposal.entities:
        kind = make_kind(entity, events[entity.entity], commands=() if kinds else (put,))
        kinds.append(kind)
        own = [item for item in design.items if item.entity == entity.entity]
        render = make_render(design, own, items)
        asked = tuple(pattern for answer, pattern in patterns if answer.entity == entity.entity)
        names = tuple(items[item.name] for item in own)
        projections.append(Projection(entity.entity.replace("_", "-"), 1, names, {kind.state: render}, patterns=asked))
    app = ascend.Application(name="proof", kinds=kinds, projections=projections)
    return ProofApplication(app, patterns, lambda rows: put(rows=rows), find_key_fields(design))


def find_key_fields(design: Design) -> dict[str, Field]:
    bytes: dict[str, int] = {}
    for item in design.items:
        entity = design.get_entity(item)
        for field in (field for _, place in item.places for field in place.fields):
            if field.source in {FieldSource.RANK, FieldSource.PATH, FieldSource.ATTRIBUTE, FieldSource.ORDER}:
                bytes[field.name] = max(bytes.get(field.name, 0), count_key_bytes(entity, field))
    return {name: text_field(longest) for name, longest in bytes.items()}


# ---- kinds -----------------------------------------------------------------------------------------------------------


def make_event(kind: str) -> type[RowPut]:
    return cast("type[RowPut]", new_class(f"Put{kind.title()}", (RowPut,), {"tag": f"{kind}.put"}))


def make_kind(entity: ProposedEntity, event: type[RowPut], commands: Sequence[type[ascend.Command]]) -> Kind:
    kind = entity.entity
    fields: Any = [("id", str), ("content", str), ("children", int, 0), ("entity", ClassVar[str], kind)]
    state = make_dataclass(f"State{kind.title()}", fields, frozen=True)
    parent = find_hierarchy(entity)
    return Kind(state, event, make_evolve(state, parent), make_hierarchy(kind, parent), commands=commands)


def make_evolve(state: Any, parent: str | None) -> Callable[[Any, Any, str], Any]:
    def evolve(before: Any, event: RowPut, me: str) -> Any:
        children = before.children if before else 0
        if event.id == me:
            return state(me, event.content, children)
        now = parent_of(event.content, parent)
        return state(me, before.content if before else NO_ROW, children + (1 if now == me else -1))

    return evolve


def parent_of(content: str, parent: str | None) -> str | None:
    row = from_text(content)
    ends = row.ends[parent] if row is not None and parent is not None else ()
    return ends[0].id if ends else None


def make_hierarchy(kind: str, parent: str | None) -> Hierarchy | None:
    if parent is None:
        return None

    def find_parent(state: Any) -> ascend.Ref | None:
        id = parent_of(state.content, parent)
        return None if id is None else ascend.Ref(kind, id)

    return Hierarchy(parent=find_parent, children=lambda state: state.children, inherited=find_parent)


def make_command_type(events: Mapping[str, type[RowPut]]) -> Any:
    """Return the class of the command that puts rows."""

    class PutRows(ascend.Command):
        rows: tuple[PutRow, ...]

        def decide(self, view: ascend.View) -> ascend.Decision:
            return [
                events[kind](at=view.at, kind=kind, id=id, content=content, parents=parents)
                for kind, id, content, parents in self.rows
            ]

    return PutRows


# ---- read items --------------------------------------------------------------------------------------------------------


def make_item(design: Design, item: DesignedItem) -> type[ReadItem]:
    fields = dict.fromkeys(
        field for _, place in item.places for field in place.fields if field.source is not FieldSource.WORKSPACE
    )
    types = {field.name: find_type(design.proposal, item, field) for field in fields} | {"stored_row": str}

    def fill(namespace: dict[str, Any]) -> None:
        namespace["__annotations__"] = types
        namespace["__module__"] = __name__
        namespace |= {name: None for name, type_ in types.items() if type(None) in getattr(type_, "__args__", ())}

    keys = {
        name: place.keys
        for name, place in zip(("key", GSI1, GSI2), (item.table, item.gsi1, item.gsi2), strict=True)
        if place
    }
    return cast("type[ReadItem]", new_class(item.name, (ReadItem,), keys, fill))


def make_render(
    design: Design, own: Sequence[DesignedItem], items: Mapping[str, type[ReadItem]]
) -> Callable[[Any, RenderContext], Iterable[ReadItem]]:
    def render(state: Any, context: RenderContext) -> Iterator[ReadItem]:
        row = from_text(state.content)
        if row is None:
            return
        path = find_path(design, state, context)
        for item in own:
            if item.subset.holds(row.values):
                for ends in product(*(row.ends[name] for name in item.per)):
                    yield make_line(design, item, items[item.name], row, dict(zip(item.per, ends, strict=True)), path)

    return render


def make_line(
    design: Design, item: DesignedItem, model: type[ReadItem], row: EntityRow, ends: Mapping[str, End], path: str
) -> ReadItem:
    entity = design.get_entity(item)
    values: dict[str, object] = {"workspace": row.workspace, "stored_row": to_text(row)}
    for _, place in item.places:
        for field in place.fields:
            is_subset = field.source is FieldSource.SUBSET
            values[field.name] = (
                find_subset_value(place.subset, row) if is_subset else find_value(entity, field, row, ends, path)
            )
    return model.model_validate(values)


def find_path(design: Design, state: Any, context: RenderContext) -> str:
    """Return the ids from the top down to the entity, each with a separator behind it."""
    entity = design.proposal.find_entity(state.entity)
    parent = find_hierarchy(entity)
    above = parent_of(state.content, parent)
    upper: Any = None if above is None else context.get(state.__class__, above)
    return f"{'' if upper is None else find_path(design, upper, context)}{state.id}/"


# ---- patterns ----------------------------------------------------------------------------------------------------------


def make_pattern(design: Design, answer: Answer, number: int, items: Mapping[str, type[ReadItem]]) -> Pattern[Any]:
    place = {TABLE: None, GSI1: 1, GSI2: 2}[answer.place]
    return Pattern(
        name=answer.question.question,
        query=f"question_{number}",
        kind=RequestKind.GET if answer.is_get else RequestKind.QUERY,
        item=items[answer.item],
        given=tuple(field.name for field in answer.given),
        index=place,
        range=answer.range.name if answer.range else None,
        descending=answer.question.descending,
        load=estimate_load(design, answer),
        hot=explain_heat(design, answer),
    )
