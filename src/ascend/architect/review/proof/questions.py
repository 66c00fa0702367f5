"""Questions with values: what a caller could ask, taken from the rows, and the values that a pattern needs for them."""

from collections.abc import Iterator, Sequence
from itertools import islice, product

from ascend.architect.review.design import Answer, Design
from ascend.architect.review.key_fields import FieldSource, KeyField
from ascend.architect.review.key_texts import Scalar, to_exact_text, to_first_text
from ascend.architect.review.needs import find_hierarchy
from ascend.architect.review.proof.rows import End, EntityRow
from ascend.architect.review.proof.truth import Asked
from ascend.architect.review.proposal import ID, WORKSPACE, ProposedEntity, Question

MOST = 12
"""Combinations of values for one question."""


def ask_for(design: Design, answer: Answer, rows: Sequence[EntityRow]) -> Iterator[Asked]:
    """Yield the question with values that occur, and with one that does not."""
    entity, question = design.get_entity(answer), answer.question
    own = [row for row in rows if row.kind == entity.entity]
    homes = [""] if question.across or question.everywhere else sorted({row.workspace for row in rows})
    for home in homes:
        known = [row for row in own if home in {"", row.workspace}]
        yield from islice(combine(entity, question, home, known), MOST)


def combine(entity: ProposedEntity, question: Question, home: str, rows: Sequence[EntityRow]) -> Iterator[Asked]:
    names = [name for name in question.by if name != WORKSPACE]
    choices = [list_values(entity, question, name, rows) for name in names]
    ranges = list_ranges(entity, question, rows)
    for values in spread(choices):
        for low, high in ranges:
            yield Asked(entity, question, home, dict(zip(names, values, strict=True)), low, high)


def spread(choices: Sequence[Sequence[Scalar | End]]) -> Iterator[tuple[Scalar | End, ...]]:
    """Yield combinations so that the first few differ in every place."""
    sizes = [len(choice) for choice in choices]
    seen: set[tuple[int, ...]] = set()
    for start in range(max(sizes, default=1)):
        seen.add(tuple(start % size for size in sizes) if all(sizes) else ())
    rest = [indexes for indexes in product(*map(range, sizes)) if indexes not in seen] if all(sizes) else []
    for indexes in (*sorted(seen), *rest):
        if len(indexes) == len(choices):
            yield tuple(choice[at] for choice, at in zip(choices, indexes, strict=True))


def list_values(entity: ProposedEntity, question: Question, name: str, rows: Sequence[EntityRow]) -> list[Scalar | End]:
    if name == ID:
        return [row.id for row in rows]
    relationship = entity.find_relationship(name)
    if relationship is None:
        return list(dict.fromkeys(row.values[name] for row in rows if row.values[name] is not None))
    if question.deep and name == find_hierarchy(entity):
        return [End(row.kind, row.id, "") for row in rows]
    ends = {(end.kind, end.id) for row in rows for end in row.ends[name]}
    return [End(kind, id, "") for kind, id in sorted(ends)]


def list_ranges(entity: ProposedEntity, question: Question, rows: Sequence[EntityRow]) -> list[tuple[Scalar, Scalar]]:
    if question.range is None:
        return [(None, None)]
    attribute = entity.attributes[question.range]
    values = {value for row in rows if (value := row.values[question.range]) is not None}
    if not values:
        return []
    ordered = sorted(values, key=lambda value: to_first_text(attribute, value))
    middle = ordered[len(ordered) // 2]
    return [(ordered[0], ordered[-1]), (middle, middle), (middle, ordered[-1])]


def find_given(answer: Answer, asked: Asked, rows: Sequence[EntityRow]) -> dict[str, object]:
    """Return the values for the pattern: those of its given fields, and the ends of its range as `low` and `high`."""
    fields = [field for field in answer.given if field.source is not FieldSource.WORKSPACE]
    given = {field.name: find_text(field, asked, rows) for field in fields}
    if answer.range is not None:
        given["low"], given["high"] = (to_bound(answer, asked, value) for value in (asked.low, asked.high))
    return given


def to_bound(answer: Answer, asked: Asked, value: Scalar) -> str | None:
    assert answer.range is not None, "only a range has bounds"
    if answer.range.source is FieldSource.ORDER:
        return to_first_text(asked.entity.attributes[answer.range.of], value)
    return to_exact_text(value)


def find_text(field: KeyField, asked: Asked, rows: Sequence[EntityRow]) -> object:
    match field.source:
        case FieldSource.SUBSET:
            return field.of
        case FieldSource.ID:
            return asked.values[ID]
        case FieldSource.PATH:
            top = next(value for value in asked.values.values() if isinstance(value, End))
            return find_path(top.id, asked, rows)
        case FieldSource.TARGET | FieldSource.USER | FieldSource.TARGET_KIND:
            end = asked.values[field.of]
            assert isinstance(end, End), "a relationship's value is an end"
            return end.kind if field.source is FieldSource.TARGET_KIND else end.id
        case _:
            value = asked.values[field.of]
            assert not isinstance(value, End), "an attribute's value is a scalar"
            return to_exact_text(value)


def find_path(top: str, asked: Asked, rows: Sequence[EntityRow]) -> str:
    name = find_hierarchy(asked.entity)
    assert name is not None, "only a hierarchy has paths"
    by_id = {row.id: row for row in rows if row.kind == asked.entity.entity}
    path, link = "", by_id.get(top)
    while link is not None:
        path = f"{link.id}/{path}"
        link = by_id.get(link.ends[name][0].id) if link.ends[name] else None
    return path
