"""Checks of a proposal that concern several of its names. Each error names the place, so that it can be shown with its line."""

import keyword
from collections.abc import Iterator, Sequence
from typing import NoReturn

from pydantic_core import PydanticCustomError

from ascend.architect.review.proposal_parts import (
    ID,
    USER,
    WORKSPACE,
    ProposedAttribute,
    ProposedEntity,
    ProposedRelationship,
    Question,
    ValueType,
)
from ascend.architect.review.subsets import Subset, find_subset_fault, to_word
from ascend.domain.event import Event
from ascend.domain.workspaces.command import Command
from ascend.projections.item import ReadItem

Path = tuple[str | int, ...]
RESERVED = frozenset(
    {
        ID,
        USER,
        WORKSPACE,
        "entity",
        "only",
        "at",
        "by",
        "tag",
        "me",
        "path",
        "rank",
        "deleted",
        "version",
        "key",
        "self",
    }
)
"""Names that the written code needs itself."""
PARAMETERS = frozenset({"low", "high", "limit", "cursor", "viewer", "pattern"})
"""Names of the other arguments of a question. An entity or a relationship gives its name to an argument; an attribute does not."""
MEMBERS = frozenset(name for base in (ReadItem, Event, Command) for name in dir(base))
"""Names of the members of the classes from which written classes are derived."""
SUFFIXES = ("_key", "_kind", "_id", "_rank", "_order", "_only", "_line", "_card")
"""Endings of the names of fields that are derived."""
KEY_TEXT_BYTES = 100
"""The average size of the longest text that can be part of a key."""


def check_entities(entities: Sequence[ProposedEntity]) -> None:
    """Raises: PydanticCustomError for the first fault, with its path below the proposal in the context as `at`."""
    kinds = tuple(entity.entity for entity in entities)
    if (twice := find_repeated(kinds)) is not None:
        fail(("entities", twice, "entity"), f"the entity {kinds[twice]} is described twice")
    asked = [
        ((number, place), question.question)
        for number, entity in enumerate(entities)
        for place, question in enumerate(entity.patterns)
    ]
    if (twice := find_repeated(tuple(name for _, name in asked))) is not None:
        (number, place), name = asked[twice]
        fail(
            ("entities", number, "patterns", place, "question"),
            f"the question {name!r} is given twice: name the entity in it",
        )
    for number, entity in enumerate(entities):
        for path, said in find_faults(entity):
            fail(("entities", number, *path), said)


def fail(at: Path, said: str) -> NoReturn:
    raise PydanticCustomError("proposal", "{said}", {"said": said, "at": at})


def find_repeated(names: tuple[str, ...]) -> int | None:
    return next((number for number, name in enumerate(names) if name in names[:number]), None)


def find_faults(entity: ProposedEntity) -> Iterator[tuple[Path, str]]:
    """Yield each fault with its path below the entity."""
    yield from find_name_faults(entity)
    for name, attribute in entity.attributes.items():
        if said := find_attribute_fault(attribute):
            yield ("attributes", name), f"{name}: {said}"
    for number, relationship in enumerate(entity.relationships):
        if said := find_relationship_fault(entity, relationship):
            yield ("relationships", number), f"{relationship.name}: {said}"
    for number, question in enumerate(entity.patterns):
        if said := find_question_fault(entity, question):
            yield ("patterns", number), f"{question.question}: {said}"


def find_name_faults(entity: ProposedEntity) -> Iterator[tuple[Path, str]]:
    relationships = tuple(relationship.name for relationship in entity.relationships)
    if (said := find_name_fault(entity.entity)) is not None:
        yield ("entity",), said
    for path, name in (
        *((("attributes", name), name) for name in entity.attributes),
        *((("relationships", number, "name"), name) for number, name in enumerate(relationships)),
    ):
        said = find_name_fault(name)
        if name == entity.entity or said is not None:
            yield path, said or f"{name} cannot be the name of an attribute or relationship of {entity.entity}"
    for path, name in (
        (("entity",), entity.entity),
        *((("relationships", number, "name"), name) for number, name in enumerate(relationships)),
    ):
        if name in PARAMETERS:
            yield path, f"{name} cannot be the name of an entity or relationship: it is an argument of every question"
    for number, name in enumerate(relationships):
        if name in entity.attributes or name in relationships[:number]:
            yield ("relationships", number, "name"), f"{name} is the name of two things"


def find_name_fault(name: str) -> str | None:
    if (
        name in RESERVED | MEMBERS
        or keyword.iskeyword(name)
        or name.endswith(SUFFIXES)
        or "__" in name
        or name.endswith("_")
    ):
        endings = ", ".join(SUFFIXES)
        return f"{name} cannot be the name of an entity, attribute or relationship here (nor can names that end in {endings})"
    return None


def find_attribute_fault(attribute: ProposedAttribute) -> str:
    if (attribute.type is ValueType.CHOICE) != (attribute.values is not None):
        return "a choice has `values`, and only a choice has them"
    if attribute.values is not None and len(set(attribute.values)) < len(attribute.values):
        return "a value is given twice"
    if (alike := find_alike(attribute.values or ())) is not None:
        return f"the values {alike[0]} and {alike[1]} differ in case or punctuation only, so they would have one name in code"
    known = ("true", "false") if attribute.type is ValueType.FLAG else attribute.values or ()
    if unknown := [value for value in attribute.share or () if value not in known]:
        return f"{unknown[0]} has a `share`, and is no value: give it for values of a choice or a flag"
    if attribute.share is not None and sum(attribute.share.values()) > 1:
        return "the shares are more than 1 together"
    if attribute.unique and attribute.type in {ValueType.FLAG, ValueType.CHOICE}:
        return f"a {attribute.type} cannot be unique: it has few values"
    if attribute.unique and attribute.bytes > KEY_TEXT_BYTES:
        return f"a unique value is part of a key: it has at most {KEY_TEXT_BYTES} bytes on average"
    if attribute.optional and attribute.type is ValueType.CREATED:
        return "every entity has a time of creation"
    return ""


def find_alike(values: tuple[str, ...]) -> tuple[str, str] | None:
    """Return two values that are the same word."""
    words = tuple(map(to_word, values))
    twice = find_repeated(words)
    return None if twice is None else (values[words.index(words[twice])], values[twice])


def find_relationship_fault(entity: ProposedEntity, relationship: ProposedRelationship) -> str:
    if len(set(relationship.to)) < len(relationship.to):
        return "a kind is given twice in `to`"
    if USER in relationship.to and relationship.has_kinds:
        return "users are not entities: give a relationship to users a name of its own"
    if WORKSPACE in relationship.to:
        return "every entity belongs to one workspace already; no relationship is needed"
    if relationship.ordered and relationship.is_single:
        return "`ordered` needs several (`each`)"
    if relationship.is_single and relationship.to == (entity.entity,) and not relationship.optional:
        return f"the first {entity.entity} has no other to point at: write `optional: true`"
    if relationship.optional and not relationship.is_single:
        return "`optional` is for `each: 1`; an entity may always point at none of several"
    if relationship.when_gone == "refuse" and relationship.is_user:
        return "a member's leaving cannot be refused: `when_gone` is `keep` or `cascade` for users"
    if (
        relationship.when_gone in {"refuse", "cascade"}
        and entity.entity in relationship.to
        and not relationship.is_single
    ):
        return "`when_gone` of an entity to its own kind needs `each: 1`"
    return ""


def find_question_fault(entity: ProposedEntity, question: Question) -> str:
    """Return what is wrong with a question; an empty text if nothing is."""
    if unknown := find_unknown_names(entity, question):
        return f"{unknown[0]} is no attribute or relationship of {entity.entity}"
    if len(set(question.by)) < len(question.by):
        return "a name is given twice in `by`"
    related = [relationship for name in question.by if (relationship := entity.find_relationship(name))]
    selves = [relationship for relationship in related if entity.entity in relationship.to]
    if question.deep and not any(relationship.is_single and not relationship.has_kinds for relationship in selves):
        return f"`deep` needs a relationship to {entity.entity} itself in `by`, with `each: 1`"
    if question.across and not any(relationship.is_user for relationship in related):
        return "`across` reads the workspaces of a user: name a relationship to user in `by`"
    if (question.across or question.everywhere) and WORKSPACE in question.by:
        return "`across` and `everywhere` read all workspaces: leave `workspace` out of `by`"
    if question.across and question.everywhere:
        return "`across` is for one user, `everywhere` is for a job of the operator: choose one"
    if question.shows is not None and question.by != (ID,):
        return "`shows` needs `by: [id]`: the other ends of one entity's relationship"
    if ID in question.by and (question.order or question.range):
        return "a question by `id` is about one entity: leave `order` and `range` out"
    if question.range in question.by:
        return f"{question.range} is in `by` and in `range`: choose one"
    if question.search is not None and entity.attributes[question.search].type is not ValueType.TEXT:
        return "`search` needs a text attribute"
    subset = Subset.of(entity, question)
    return subset if isinstance(subset, str) else find_subset_fault(entity, question, subset)


def find_unknown_names(entity: ProposedEntity, question: Question) -> list[str]:
    relationships = {relationship.name for relationship in entity.relationships}
    known = relationships | entity.attributes.keys() | {ID, WORKSPACE}
    only = question.only if isinstance(question.only, dict) else {}
    attributes = (question.order, question.range, question.search, *only)
    return [
        *(name for name in question.by if name not in known),
        *(name for name in (question.shows,) if name is not None and name not in relationships),
        *(name for name in attributes if name is not None and name not in entity.attributes),
    ]
