"""The draft that a review writes: the proposed items, and the answer to each question."""

from dataclasses import dataclass, field, replace

from ascend.architect.review.proposal import Proposal, Question

TABLE = "table"
KeyPair = tuple[str, str]
"""The templates of a partition key and of a sort key."""


@dataclass(frozen=True, slots=True)
class ProposedItem:
    """A read item that the review proposes."""

    name: str
    key: KeyPair
    gsi1: KeyPair | None = None
    gsi2: KeyPair | None = None
    of_each: int = 1
    """Number of these items for each entity."""
    a_change: int = 1
    """Number of these items that a change of an entity writes."""
    whole: bool = True
    """True if the item holds all attributes; False if it holds only those that lists show."""
    reasons: tuple[str, ...] = ()

    def with_index(self, keys: KeyPair) -> "ProposedItem | None":
        """Return the item with these index keys; None if other keys take both indexes."""
        if keys in {self.gsi1, self.gsi2}:
            return self
        if self.gsi1 is None:
            return replace(self, gsi1=keys)
        return replace(self, gsi2=keys) if self.gsi2 is None else None

    @property
    def is_link(self) -> bool:
        return self.key[1].endswith("{to}")

    @property
    def indexes(self) -> int:
        return sum(keys is not None for keys in (self.gsi1, self.gsi2))


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a question: the item that it reads, the place, and the beginning of the sort key."""

    question: Question
    item: str
    place: str
    """`table`, `gsi1` or `gsi2`."""
    partition: str
    beginning: str


@dataclass
class Draft:
    """The items and answers for the questions that were considered so far."""

    proposal: Proposal
    items: dict[str, ProposedItem] = field(default_factory=dict[str, ProposedItem])
    answers: list[Answer] = field(default_factory=list[Answer])

    def add_item(self, item: ProposedItem, *reasons: str) -> ProposedItem:
        """Add these reasons to the item of this name. If the draft has no such item, add this one."""
        known = self.items.get(item.name, item)
        item = replace(known, reasons=tuple(dict.fromkeys((*known.reasons, *reasons))))
        self.items[item.name] = item
        return item
