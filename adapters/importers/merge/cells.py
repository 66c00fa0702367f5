"""Cells: the state of an entity as named values, so that two states are compared and merged value by value.

    title "Fix it"     status ["done", "2024-02-01T…"]     tags:bug true     metadata:type "issue"

A cell that is not there has the value None. An entity that is gone has no cells. Only fields that a shape names have
cells: importers leave the others alone.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar, cast

from pydantic_core import to_jsonable_python

from ascend.domain.assets.asset import Asset
from ascend.domain.comments.comment import Comment
from ascend.domain.links import Link
from ascend.domain.relations.relation import Relation
from ascend.domain.tasks.task import Task
from ascend.domain.text_keys import label_key
from ascend.domain.things.thing import Thing
from ascend.domain.workspaces.view import Entity

E = TypeVar("E", bound=Entity)
Cells = dict[str, Any]
"""Values by the name of their cell, as JSON has them. None never stands in it."""

THERE = "there"
"""The cell of every entity that exists and is not gone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """The fields of a kind of entity that have cells."""

    values: tuple[str, ...] = ()
    """Fields with one cell each."""
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    """Fields that change together, as one cell, by the name of the cell."""
    lists: tuple[str, ...] = ()
    """Fields with a cell for each item. Their order is no difference, nor is another spelling of a label."""
    maps: tuple[str, ...] = ()
    """Fields with a cell for each key."""
    gone: Callable[[Any], bool]
    """Returns True for an entity that was deleted, removed or retired."""
    inside: str | None = None
    """The field that holds all these fields. None: the state itself holds them."""


SHAPES: Mapping[str, Shape] = {
    Task.entity: Shape(
        values=("title", "description", "priority", "start", "due", "recurrence"),
        groups={"status": ("status", "closed_at")},
        lists=("about", "tags", "assignees"),
        maps=("metadata",),
        gone=lambda task: task.deleted,
    ),
    Thing.entity: Shape(
        values=("name", "description", "parent", "archived"),
        lists=("tags",),
        maps=("metadata",),
        gone=lambda thing: thing.deleted,
    ),
    Asset.entity: Shape(
        values=("name", "description", "media_type", "uri", "size", "checksum", "amount", "currency"),
        lists=("tags",),
        maps=("metadata",),
        gone=lambda asset: asset.retired,
        inside="details",
    ),
    Comment.entity: Shape(
        groups={"text": ("text", "edited_at")},
        lists=("mentions", "tags"),
        maps=("metadata",),
        gone=lambda comment: comment.deleted,
    ),
    Relation.entity: Shape(
        values=("inverse", "valid_from", "valid_to"),
        lists=("tags",),
        maps=("metadata",),
        gone=lambda relation: relation.removed,
    ),
    Link.entity: Shape(gone=lambda link: not link.there),
}
"""The kinds of entities that importers create."""


def cells(state: Entity) -> Cells:
    """Return the cells of an entity."""
    shape = SHAPES[state.entity]
    if shape.gone(state):
        return {}
    named = {THERE: True, **dict(_named_values(shape, _holder(shape, state)))}
    return cast("Cells", to_jsonable_python({name: value for name, value in named.items() if value is not None}))


def different_cells(before: Cells, after: Cells) -> frozenset[str]:
    """Return the names of the cells that differ."""
    return frozenset(name for name in {**before, **after} if before.get(name) != after.get(name))


def field_of(cell: str) -> str:
    """Return the field of a cell, or the name of its group."""
    return cell.partition(":")[0]


def item_cell(name: str, item: str) -> str:
    """Return the name of the cell of an item of a list, or of a key of a map. Labels that look the same have one cell."""
    return f"{name}:{label_key(item)}"


def with_values(state: E, values: Mapping[str, object]) -> E:
    """Return the state with these values of fields."""
    if not values:
        return state
    shape = SHAPES[state.entity]
    changed = dict(values)
    if shape.inside is not None:
        changed = {shape.inside: _holder(shape, state).model_copy(update=changed)}
    return cast("E", replace(cast("Any", state), **changed))


def value_of(state: Entity, name: str) -> Any:
    """Return the value of a field."""
    return getattr(_holder(SHAPES[state.entity], state), name)


def _holder(shape: Shape, state: Entity) -> Any:
    return state if shape.inside is None else getattr(state, shape.inside)


def _named_values(shape: Shape, holder: Any) -> Iterator[tuple[str, object]]:
    for name in shape.values:
        yield name, getattr(holder, name)
    for name, together in shape.groups.items():
        yield name, [getattr(holder, part) for part in together]
    for name in shape.lists:
        items: Sequence[str] = getattr(holder, name)
        yield from ((item_cell(name, item), True) for item in items)
    for name in shape.maps:
        entries: Mapping[str, str] = getattr(holder, name)
        yield from ((item_cell(name, key), text) for key, text in entries.items())
