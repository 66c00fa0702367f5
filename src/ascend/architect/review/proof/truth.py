"""The brute-force answer to a question: look at every row. It knows nothing of keys."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ascend.architect.review.key_texts import Scalar
from ascend.architect.review.proof.rows import End, EntityRow
from ascend.architect.review.proposal import ID, WORKSPACE, ProposedEntity, Question
from ascend.architect.review.subsets import Subset
from ascend.projections.item import sortable


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with values: what the caller knows."""

    entity: ProposedEntity
    question: Question
    workspace: str
    """Empty for a question about all workspaces."""
    values: Mapping[str, Scalar | End]
    """Values of the names in `by`; for `deep`, the top entity under the name of the relationship."""
    low: Scalar = None
    high: Scalar = None


@dataclass(frozen=True, slots=True)
class Found:
    """One line of an answer."""

    workspace: str
    id: str
    end: str
    """The id that the line shows, if the question `shows` a relationship."""


def answer(asked: Asked, rows: Iterable[EntityRow]) -> list[tuple[Any, Found]]:
    """Return the lines in their order, each with the value that sorts it."""
    rows = list(rows)
    lines = [line for row in rows if matches(asked, row, rows) for line in list_lines(asked, row)]
    if asked.entity.find_relationship(asked.question.shows) is None and not asked.question.deep:
        lines.sort(key=lambda line: line[0], reverse=asked.question.descending)
    return lines


def list_lines(asked: Asked, row: EntityRow) -> Iterator[tuple[Any, Found]]:
    shown = asked.entity.find_relationship(asked.question.shows)
    if shown is None:
        yield sort_value(asked, row), Found(row.workspace, row.id, "")
        return
    ends = row.ends[shown.name]
    for end in sorted(ends, key=lambda end: end.rank) if shown.ordered else ends:
        yield end.rank if shown.ordered else "", Found(row.workspace, row.id, end.id)


def sort_value(asked: Asked, row: EntityRow) -> tuple[bool, Any]:
    """Return a value that sorts as the question says. A missing value sorts last."""
    name = asked.question.range or asked.question.order
    if name is None or (name in asked.question.by and asked.question.range is None):
        return False, 0
    value = row.values[name]
    return (
        (True, 0)
        if value is None
        else (
            False,
            sortable(value) if isinstance(value, str) and asked.entity.attributes[name].type == "text" else value,
        )
    )


def matches(asked: Asked, row: EntityRow, rows: list[EntityRow]) -> bool:
    question = asked.question
    if row.kind != asked.entity.entity or (asked.workspace and row.workspace != asked.workspace):
        return False
    subset = Subset.of(asked.entity, question)
    if isinstance(subset, str) or not subset.holds(row.values):
        return False
    return all(has_value(asked, row, name, rows) for name in question.by if name != WORKSPACE) and in_range(asked, row)


def has_value(asked: Asked, row: EntityRow, name: str, rows: list[EntityRow]) -> bool:
    wanted = asked.values[name]
    if name == ID:
        return row.id == wanted
    if isinstance(wanted, End):
        if asked.question.deep:
            return is_below(row, wanted.id, name, rows)
        return any((end.kind, end.id) == (wanted.kind, wanted.id) for end in row.ends[name])
    return row.values[name] == wanted and wanted is not None


def is_below(row: EntityRow, top: str, name: str, rows: list[EntityRow]) -> bool:
    """Return True if the row is the top, or hangs below it."""
    by_id = {other.id: other for other in rows if other.kind == row.kind and other.workspace == row.workspace}
    link: EntityRow | None = row
    while link is not None and link.id != top:
        ends = link.ends[name]
        link = by_id.get(ends[0].id) if ends else None
    return link is not None


def in_range(asked: Asked, row: EntityRow) -> bool:
    name = asked.question.range
    if name is None:
        return True
    value = row.values[name]
    if value is None:
        return False
    if asked.entity.attributes[name].type == "text":
        text, low, high = sortable(str(value)), sortable(str(asked.low)), sortable(str(asked.high))
        return low <= text and (text <= high or text.startswith(high))
    return asked.low <= value <= asked.high  # type: ignore[operator]  # values of one attribute have one type
