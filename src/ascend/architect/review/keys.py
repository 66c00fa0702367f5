"""Choose the items and keys that answer the questions of a proposal.

The lines of an entity are grouped by the relationships of which each line shows one end. For each group:

1. needs become chains: as few keys as serve them all (`chains.py`);
2. a chain whose values never change can be the table's own key; the id, which never changes, makes it unique;
3. the other chains become indexes of the same item, or of another item if both indexes are taken or if the item is large;
4. an entity that only questions by its id read has a partition of its own.
"""

from collections.abc import Container, Iterator
from dataclasses import dataclass, field, replace

from ascend.architect.review.chains import Chain, Fields, can_be_table_key, merge_needs
from ascend.architect.review.consistency import find_late_answers
from ascend.architect.review.design import (
    GSI1,
    GSI2,
    TABLE,
    Answer,
    Design,
    DesignedItem,
    KeyPlace,
    NotAnswered,
    make_class_name,
)
from ascend.architect.review.item_sizes import is_large
from ascend.architect.review.key_fields import (
    WORKSPACE_FIELD,
    FieldSource,
    id_field,
    subset_field,
    target_fields,
    user_field,
)
from ascend.architect.review.needs import Need, find_need
from ascend.architect.review.proposal import Proposal, ProposedEntity, ProposedRelationship, Question
from ascend.architect.review.reasons import explain_item
from ascend.architect.review.subsets import ALL


def make_design(proposal: Proposal, without: Container[Question] = ()) -> Design:
    """Return the items, the answer to each question, and the conditions that no key serves.

    Questions that are in `without` are left out.
    """
    items: list[DesignedItem] = []
    answers: list[Answer] = []
    refused: list[NotAnswered] = []
    for entity in proposal.entities:
        found = [find_need(entity, question) for question in entity.patterns if question not in without]
        refused += [need for need in found if isinstance(need, NotAnswered)]
        needs = [need for need in found if isinstance(need, Need)]
        for per in sorted({need.per for need in needs} | {()}, key=lambda per: (len(per), per)):
            group = Group(entity, per, [need for need in needs if need.per == per], {item.name for item in items})
            group.place_chains()
            items += group.items
            answers += group.answers
    items = [replace(item, reasons=tuple(explain_item(proposal, item, answers))) for item in items]
    order = [question for entity in proposal.entities for question in entity.patterns]
    answers.sort(key=lambda answer: order.index(answer.question))
    design = Design(proposal, tuple(items), tuple(answers), tuple(refused))
    return replace(design, not_answered=(*refused, *find_late_answers(design)))


@dataclass
class Group:
    """The items of one entity whose lines show one end of each relationship in `per`."""

    entity: ProposedEntity
    per: tuple[str, ...]
    needs: list[Need]
    taken: set[str]
    """Names of items of other groups."""
    items: list[DesignedItem] = field(default_factory=list[DesignedItem])
    answers: list[Answer] = field(default_factory=list[Answer])

    def place_chains(self) -> None:
        """Make the items, and place every chain in one of them."""
        chains = merge_needs(map(self.with_owner, self.needs))
        whole = self.add_first_item(chains)
        for chain in sorted(chains, key=self.rank_chain):
            self.place_chain(chain, whole)

    def rank_chain(self, chain: Chain) -> tuple[bool, bool, bool]:
        """Return the order of placing: keys that need the table come first, then those that can be a table's key."""
        return not chain.is_consistent, bool(chain.subset), not can_be_table_key(chain)

    def with_owner(self, need: Need) -> Need:
        """Return the need with the owner of the lines as one field, also in the keys of a workspace."""
        owners = {old for other in self.needs for old in other.equal if old.source is FieldSource.USER}
        renamed = {target_fields(self.find_relationship(owner.of))[-1]: owner for owner in owners}
        return replace(need, equal=frozenset(renamed.get(known, known) for known in need.equal))

    def find_relationship(self, name: str) -> ProposedRelationship:
        relationship = self.entity.find_relationship(name)
        assert relationship is not None, "needs name known relationships"
        return relationship

    @property
    def identity(self) -> Fields:
        """The fields that name one line, and never change."""
        owned = {
            known.of
            for need in map(self.with_owner, self.needs)
            for known in need.equal
            if known.source is FieldSource.USER
        }
        ends = [
            known
            for name in self.per
            for known in (
                (user_field(self.find_relationship(name)),)
                if name in owned
                else target_fields(self.find_relationship(name))
            )
        ]
        return (WORKSPACE_FIELD, id_field(self.entity), *ends)

    # The first item

    def add_first_item(self, chains: list[Chain]) -> DesignedItem | None:
        """Add the item that holds whole entities. A list whose values never change can be its key, if nobody asks by the id."""
        if self.per:
            return None
        fitting = [chain for chain in chains if can_be_table_key(chain) and not chain.subset]
        base = max(fitting, key=self.rank_table_key, default=None)
        own_id = id_field(self.entity)
        chosen = base or Chain((WORKSPACE_FIELD, own_id), (own_id,), ALL)
        return self.add_item(chosen, whole=True)

    def rank_table_key(self, chain: Chain) -> tuple[bool, bool]:
        """Return the order of preference of the chain as the table's key: finds one by its id, must be consistent."""
        return any(need.is_get for need in chain.needs), chain.is_consistent

    # Chains

    def place_chain(self, chain: Chain, whole: DesignedItem | None) -> None:
        item, place = self.find_place(chain, whole)
        for need in chain.needs:
            self.answers.append(make_answer(self.entity, need, item, place))

    def find_place(self, chain: Chain, whole: DesignedItem | None) -> tuple[DesignedItem, str]:
        """Return the item that serves the chain, and the place in it."""
        for item in self.items:
            if item.subset == chain.subset and self.is_same_key(item.table, chain):
                return item, TABLE
        must_be_table = chain.is_consistent and can_be_table_key(chain)
        for item in self.items:
            if not must_be_table and item.gsi2 is None and self.can_have_index(item, chain, whole):
                return self.add_index(item, chain)
        if can_be_table_key(chain):
            return self.add_item(chain, whole=False), TABLE
        item = self.add_item(Chain(*self.split_identity(chain), chain.subset), whole=False)
        return self.add_index(item, chain)

    def is_same_key(self, place: KeyPlace, chain: Chain) -> bool:
        return self.complete(chain) == (place.partition, place.sort)

    def can_have_index(self, item: DesignedItem, chain: Chain, whole: DesignedItem | None) -> bool:
        """Return True if the item has a line for each entity of the chain. A large item is not copied into an index."""
        if item.subset and item.subset != chain.subset:
            return False
        return not (whole is not None and item.name == whole.name and is_large(self.entity))

    def split_identity(self, chain: Chain) -> tuple[Fields, Fields]:
        """Return the identity as a partition, with the same owner as the chain, and a sort key.

        No question reads these keys, so each entity of a workspace gets a partition of its own.
        """
        owner = chain.partition[:1] if chain.partition[0].source is FieldSource.USER else (WORKSPACE_FIELD,)
        rest = tuple(known for known in self.identity if known not in owner)
        return (owner, rest) if owner[0].source is FieldSource.USER else ((*owner, rest[0]), rest[1:] or rest)

    def complete(self, chain: Chain) -> tuple[Fields, Fields]:
        """Return the chain's keys with the rest of the identity, which makes them unique."""
        known = {field.source for field in chain.fields}
        rest = tuple(field for field in self.identity if field not in chain.fields)
        if FieldSource.PATH in known:  # it ends with the id, and a subtree is found by how the sort key begins
            rest = tuple(field for field in rest if field.source is not FieldSource.ID)
        return chain.partition, (*chain.sort, *rest)

    # Items

    def add_item(self, chain: Chain, *, whole: bool) -> DesignedItem:
        words = [self.entity.entity, *self.per, chain.subset.word, "card" if whole else "line"]
        name = find_free_name(make_class_name(*filter(None, words)), self.taken | {item.name for item in self.items})
        tag = to_tag(name)
        item = DesignedItem(
            name, self.entity.entity, self.per, chain.subset, whole, KeyPlace(tag, *self.complete(chain))
        )
        self.items.append(item)
        return item

    def add_index(self, item: DesignedItem, chain: Chain) -> tuple[DesignedItem, str]:
        at = self.items.index(next(known for known in self.items if known.name == item.name))
        known = self.items[at]
        subset = ALL if known.subset == chain.subset else chain.subset
        partition, sort = self.complete(chain)
        gate = (subset_field(subset),) if subset else ()
        place = KeyPlace(known.table.tag, (*partition, *gate), sort, subset)
        self.items[at] = known.with_index(place)
        return self.items[at], GSI1 if self.items[at].gsi2 is None else GSI2


def find_free_name(name: str, taken: set[str]) -> str:
    names: Iterator[str] = (f"{name}{number or ''}" for number in (0, *range(2, 1_000)))
    return next(free for free in names if free not in taken)


def to_tag(name: str) -> str:
    """Return the class name in the style of keys: `NoteAboutLine` is `note_about_line`."""
    text = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("_")
    return text.removesuffix("_card")


def make_answer(entity: ProposedEntity, need: Need, item: DesignedItem, place: str) -> Answer:
    keys = item.get_place(place)
    count = len(need.equal) - len(set(keys.partition))
    count += any(known.source is FieldSource.SUBSET for known in keys.partition)
    given = (*keys.partition, *keys.sort[:count])
    if need.question.deep:
        return Answer(entity.entity, need.question, item.name, place, (*given, keys.sort[count]), None, prefix=True)
    ranged = keys.sort[count] if need.question.range is not None else None
    return Answer(entity.entity, need.question, item.name, place, given, ranged, is_one=need.is_get)
