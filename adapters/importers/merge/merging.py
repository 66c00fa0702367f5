"""Merging: the state that an entity has after an import of a newer file.

as the source says already      nothing
as an import wrote it last      the source has changed: take its value
anything else                   a person has changed it here: keep it
"""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from ascend.adapters.importers.fitting import METADATA, fits
from ascend.adapters.importers.merge.cells import (
    SHAPES,
    cells,
    different_cells,
    field_of,
    item_cell,
    value_of,
    with_values,
)
from ascend.domain.values import FEW
from ascend.domain.workspaces.view import Entity

E = TypeVar("E", bound=Entity)


@dataclass(frozen=True, slots=True)
class Merged(Generic[E]):
    """The outcome for one entity."""

    goal: E
    """The state that the entity should have."""
    changed: tuple[str, ...] = ()
    """The cells that take the source's value."""
    kept: tuple[str, ...] = ()
    """The cells that a person has changed."""
    left_out: tuple[str, ...] = ()
    """The cells of the source for which there is no room beside those of people."""


def merge(current: E, of_people: Container[str], wanted: E, unstated: Sequence[str] = ()) -> Merged[E]:
    """Return the state that `current` should have.

    `of_people` holds the cells that a person changed last. The source says nothing of the fields `unstated`: they stay,
    and are kept where a person has changed them.
    """
    wanted = with_values(wanted, {name: value_of(current, name) for name in unstated})
    now, then = cells(current), cells(wanted)
    different = different_cells(now, then)
    names = list(dict.fromkeys((*now, *then)))
    changed = [name for name in names if name in different and name not in of_people]
    kept = [name for name in names if name in of_people and (name in different or field_of(name) in unstated)]
    goal, left_out = _take(current, wanted, changed)
    return Merged(goal, tuple(name for name in changed if name not in left_out), tuple(kept), left_out)


def _take(current: E, wanted: E, changed: Sequence[str]) -> tuple[E, tuple[str, ...]]:
    """Return `current` with the changed cells of `wanted`, and the names of the cells for which there is no room."""
    shape, values = SHAPES[current.entity], dict[str, object]()
    left_out: list[str] = []
    for name in dict.fromkeys(field_of(cell) for cell in changed):
        if name in shape.lists:
            values[name], surplus = _take_items(name, current, wanted, changed)
            left_out += surplus
        elif name in shape.maps:
            values[name], surplus = _take_entries(name, current, wanted, changed)
            left_out += surplus
        else:
            values |= {part: value_of(wanted, part) for part in shape.groups.get(name, (name,))}
    return with_values(current, values), tuple(left_out)


def _take_items(name: str, current: Entity, wanted: Entity, changed: Sequence[str]) -> tuple[object, list[str]]:
    """Return the items in the order of the source, and behind them the items of people."""
    old: Sequence[str] = value_of(current, name)
    new: Sequence[str] = value_of(wanted, name)
    stays = [item for item in old if item in new or item_cell(name, item) not in changed]
    added = [item for item in new if item not in old and item_cell(name, item) in changed]
    room = max(0, FEW - len(stays))
    present = {*stays, *added[:room]}
    items = [*(item for item in new if item in present), *(item for item in stays if item not in new)]
    return tuple(items), [item_cell(name, item) for item in added[room:]]


def _take_entries(name: str, current: Entity, wanted: Entity, changed: Sequence[str]) -> tuple[object, list[str]]:
    """Return the entries of people, and those of the source as far as there is room. A new text may find none."""
    old: Mapping[str, str] = value_of(current, name)
    new: Mapping[str, str] = value_of(wanted, name)
    entries = {key: text for key, text in old.items() if key in new or item_cell(name, key) not in changed}
    left_out = list[str]()
    for key in (key for key in new if item_cell(name, key) in changed):
        if fits(METADATA, entries | {key: new[key]}):
            entries[key] = new[key]
        else:
            left_out.append(item_cell(name, key))
    return entries, left_out
