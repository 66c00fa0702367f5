"""The needs of each question, in terms of keys: the values that the caller knows, the order, and the part of the entities."""

from collections.abc import Iterator
from dataclasses import dataclass

from ascend.adapters.table.typed import PK_BYTES
from ascend.architect.review.design import NotAnswered
from ascend.architect.review.key_fields import (
    WORKSPACE_FIELD,
    FieldSource,
    KeyField,
    equality_field,
    id_field,
    order_field,
    target_fields,
    user_field,
)
from ascend.architect.review.key_sizes import fits_partition_key
from ascend.architect.review.proposal import (
    ID,
    WORKSPACE,
    ProposedEntity,
    ProposedRelationship,
    Question,
    ValueType,
)
from ascend.architect.review.proposal_checks import KEY_TEXT_BYTES
from ascend.architect.review.subsets import Subset

MOST_LINES = 25
"""Lines of one entity that a question by several relationships may cost."""
ASSUMED_EACH = 2


@dataclass(frozen=True, slots=True)
class Need:
    """A question in terms of key fields."""

    entity: ProposedEntity
    question: Question
    per: tuple[str, ...]
    """The relationships of which each line shows one end."""
    equal: frozenset[KeyField]
    """The fields that the caller knows."""
    order: KeyField | None
    subset: Subset

    @property
    def is_get(self) -> bool:
        """True if the answer is in the one item of an entity, whose id is known."""
        return ID in self.question.by and not self.per


def find_need(entity: ProposedEntity, question: Question) -> Need | NotAnswered:
    """Return what the question needs, or why no key can serve it."""
    if (refusal := find_impossible(entity, question)) is not None:
        return NotAnswered(entity.entity, question, *refusal)
    subset = Subset.of(entity, question)
    assert isinstance(subset, Subset), "the proposal was checked"
    equal = find_equal(entity, question)
    if not fits_partition_key(entity, equal):
        return NotAnswered(entity.entity, question, *refuse_long_partition(question))
    return Need(entity, question, find_per(entity, question), equal, find_order(entity, question), subset)


def refuse_long_partition(question: Question) -> "Refusal":
    names = " and ".join(question.by)
    reason = f"a partition key has at most {PK_BYTES:,} bytes, and the longest values of {names} together can have more"
    options = (
        f"keep a digest of {names} as one attribute, and ask by it",
        f"ask by some of {names}, and filter the page",
        "give the average `bytes` of each text, if they are shorter",
    )
    return f"by {names} at once", reason, options


def find_per(entity: ProposedEntity, question: Question) -> tuple[str, ...]:
    """Return the relationships of which one entity has several lines, and the one whose users own the lines."""
    named = [relationship for name in question.by if (relationship := entity.find_relationship(name))]
    owner = next((relationship for relationship in named if relationship.is_user), None) if question.across else None
    shown = entity.find_relationship(question.shows)
    many = [relationship for relationship in (*named, shown) if relationship and not relationship.is_single]
    return tuple(sorted({relationship.name for relationship in (*many, owner) if relationship}))


def find_equal(entity: ProposedEntity, question: Question) -> frozenset[KeyField]:
    fields: set[KeyField] = set() if question.across else {WORKSPACE_FIELD}
    owned = not question.across
    for name in question.by:
        relationship = entity.find_relationship(name)
        if name == ID:
            fields.add(id_field(entity))
        elif relationship is not None and relationship.is_user and not owned:
            fields.add(user_field(relationship))
            owned = True
        elif relationship is not None and not (question.deep and name == find_hierarchy(entity)):
            fields.update(target_fields(relationship))
        elif relationship is None and name != WORKSPACE:
            fields.add(equality_field(name))
    return frozenset(fields)


def find_hierarchy(entity: ProposedEntity) -> str | None:
    """Return the relationship to the entity above, if a question reads a subtree. A kind has one hierarchy."""
    names = (name for question in entity.patterns if question.deep for name in question.by)
    return next((name for name in names if is_parent(entity, entity.find_relationship(name))), None)


def is_parent(entity: ProposedEntity, relationship: ProposedRelationship | None) -> bool:
    """Return True if the relationship can make a hierarchy: one entity of the same kind above another."""
    return relationship is not None and relationship.is_single and relationship.to == (entity.entity,)


def find_order(entity: ProposedEntity, question: Question) -> KeyField | None:
    shown = entity.find_relationship(question.shows)
    if shown is not None:
        return KeyField(FieldSource.RANK, shown.name) if shown.ordered else None
    if question.deep:
        return KeyField(FieldSource.PATH, entity.entity)
    name = question.range or question.order
    if name is None or (name in question.by and not question.range):
        return None
    is_ranged = any(other.range == name for other in entity.patterns)  # then one key serves the order and the range
    if entity.attributes[name].type is ValueType.CREATED and not is_ranged:
        return id_field(entity)  # a UUIDv7 begins with the time, so the ids are in the order of creation
    return order_field(entity, name)


Refusal = tuple[str, str, tuple[str, ...]]
"""The condition, the reason, and the alternatives."""


def find_impossible(entity: ProposedEntity, question: Question) -> Refusal | None:
    """Return why no key of a table can serve the question; None if one can."""
    if question.search is not None:
        reason = "a key finds values that are equal or begin alike, not words inside a text"
        return f"search in {question.search}", reason, tuple(list_searches(entity, question.search))
    return find_deep_refusal(entity, question) or find_order_refusal(question) or find_length_refusal(entity, question) or find_product_refusal(entity, question)  # fmt: skip


def list_searches(entity: ProposedEntity, name: str) -> Iterator[str]:
    """Yield what can take the place of a search in a text."""
    if entity.attributes[name].bytes <= KEY_TEXT_BYTES:
        yield f"`range: {name}` finds what begins with a text"
        yield f"keep one line for each word of {name}, keyed by the word: it finds whole words, and costs a write for each"
    yield "send the events to a search engine (OpenSearch), and read the hits from the table by their ids"


def find_deep_refusal(entity: ProposedEntity, question: Question) -> Refusal | None:
    hierarchy = find_hierarchy(entity)
    if question.deep and hierarchy not in question.by:
        reason = f"a kind has one hierarchy, whose paths the items hold: here that of {hierarchy}"
        options = (
            "make it an entity of its own, with a hierarchy of its own",
            "read level by level: ask for the children of one",
        )
        return f"subtree by {' and '.join(question.by)}", reason, options
    if question.deep and (len(question.by) > 1 or question.order or question.range):
        reason = "a subtree is one range of paths: it comes in the order of the paths, and no other value can narrow it"
        options = (
            "read the subtree, and filter or sort it in the process",
            "ask for the children of one entity instead",
        )
        return "deep with another condition or order", reason, options
    return None


def find_order_refusal(question: Question) -> Refusal | None:
    if question.range and question.order and question.range != question.order:
        reason = f"a Query reads a range of one field, in the order of that field: here {question.range}"
        options = (
            f"sort the lines by {question.order} in the process, if a range holds few",
            f"make {question.range} coarser (a month instead of a day), and give it in `by`",
        )
        return f"range of {question.range} in the order of {question.order}", reason, options
    return None


def find_length_refusal(entity: ProposedEntity, question: Question) -> Refusal | None:
    for name in (*question.by, question.order, question.range):
        attribute = entity.attributes.get(name) if name is not None else None
        if attribute is not None and attribute.type is ValueType.TEXT and attribute.bytes > KEY_TEXT_BYTES:
            reason = f"a sort key has at most 1,024 bytes, and a {name} has {attribute.bytes:,} on average"
            options = (f"keep a digest of {name} as an attribute, and ask by it", "order by a short title")
            return f"{name} in a key", reason, options
    return None


def find_product_refusal(entity: ProposedEntity, question: Question) -> Refusal | None:
    relationships = [entity.find_relationship(name) for name in find_per(entity, question)]
    lines = 1
    for relationship in relationships:
        lines *= (relationship.each if relationship else None) or ASSUMED_EACH
    if len(relationships) > 1 and lines > MOST_LINES:
        names = " and ".join(relationship.name for relationship in relationships if relationship)
        reason = f"each entity would have {lines:,} lines, one for each pair of {names}"
        options = (
            f"ask by the one of {names} that leaves fewer lines, and filter the page by the other",
            f"bound them (`each`): the product may be {MOST_LINES}",
        )
        return f"by {names} at once", reason, options
    return None
