"""The design that a review proposes: items with their keys, the answer to each question, and what is not answered."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from ascend.architect.review.key_fields import FieldSource, KeyField
from ascend.architect.review.proposal import Proposal, ProposedEntity, Question
from ascend.architect.review.subsets import ALL, Subset

TABLE, GSI1, GSI2 = "table", "gsi1", "gsi2"
INDEXES = (GSI1, GSI2)


@dataclass(frozen=True, slots=True)
class KeyPlace:
    """The keys of an item in the table or in one index."""

    tag: str
    """A word that no other item has: it keeps the keys of two items apart."""
    partition: tuple[KeyField, ...]
    """The workspace or the user comes first."""
    sort: tuple[KeyField, ...]
    subset: Subset = ALL
    """The entities that have an entry here. The others have no index keys."""

    @property
    def keys(self) -> tuple[str, str]:
        """The templates of the partition key and of the sort key."""
        root, *others = self.partition
        letter = "U" if root.source is FieldSource.USER else "W"
        return "#".join([f"{letter}#{root}", self.tag, *map(str, others)]), "#".join(map(str, self.sort))

    @property
    def fields(self) -> tuple[KeyField, ...]:
        return (*self.partition, *self.sort)


@dataclass(frozen=True, slots=True)
class DesignedItem:
    """A read item of the design: one for each entity, or one for each other end of the relationships in `per`."""

    name: str
    """The name of its class."""
    entity: str
    per: tuple[str, ...]
    subset: Subset
    """The entities that have such an item."""
    whole: bool
    """True if it holds all attributes and relationships; False if it leaves out what is long."""
    table: KeyPlace
    gsi1: KeyPlace | None = None
    gsi2: KeyPlace | None = None
    reasons: tuple[str, ...] = ()

    @property
    def places(self) -> Iterator[tuple[str, KeyPlace]]:
        """The name of each place that the item has, and its keys there."""
        for name, place in ((TABLE, self.table), (GSI1, self.gsi1), (GSI2, self.gsi2)):
            if place is not None:
                yield name, place

    @property
    def indexes(self) -> int:
        return sum(1 for _ in self.places) - 1

    def get_place(self, name: str) -> KeyPlace:
        return dict(self.places)[name]

    def with_index(self, place: KeyPlace) -> "DesignedItem":
        """Return the item with these keys in its next free index."""
        return replace(self, gsi1=place) if self.gsi1 is None else replace(self, gsi2=place)


@dataclass(frozen=True, slots=True)
class Answer:
    """The request that answers a question."""

    entity: str
    question: Question
    item: str
    place: str
    """`table`, `gsi1` or `gsi2`."""
    given: tuple[KeyField, ...]
    """The fields whose values the caller gives: the whole partition key, then the beginning of the sort key."""
    range: KeyField | None
    """The field after the given ones, if the caller gives a first and a last value."""
    prefix: bool = False
    """True if the last given field is only the beginning of the sort key: a subtree."""
    is_one: bool = False
    """True if at most one item answers the question."""

    @property
    def is_get(self) -> bool:
        """True if the whole key of the table is given: a GetItem."""
        return self.place == TABLE and self.is_one


@dataclass(frozen=True, slots=True)
class NotAnswered:
    """A question, or one condition of it, that the design does not serve."""

    entity: str
    question: Question
    condition: str
    reason: str
    alternatives: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Design:
    """The items and answers for all questions of a proposal."""

    proposal: Proposal
    items: tuple[DesignedItem, ...]
    answers: tuple[Answer, ...]
    not_answered: tuple[NotAnswered, ...] = ()

    def find_item(self, name: str) -> DesignedItem:
        return next(item for item in self.items if item.name == name)

    def get_place(self, answer: Answer) -> KeyPlace:
        return self.find_item(answer.item).get_place(answer.place)

    def get_entity(self, part: DesignedItem | Answer) -> ProposedEntity:
        return self.proposal.find_entity(part.entity)


def make_class_name(*words: str) -> str:
    return "".join(part.title() for word in words for part in word.split("_"))
