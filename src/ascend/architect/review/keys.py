"""Which keys answer a proposal's questions, and why: in the language of our templates.

one by its id                    a card in the table                      W#{workspace}   note#{note}
all of a workspace               the same, by the beginning of its key
of what it points at             an index of the card, in the order asked
both ways, without an order      a line at each end, in the table         W#{workspace}   {at}#{role}#{to}
with all that is below           an index by the path from the top        W#{workspace}#tree   {path}
of a user, in all workspaces     a line for each user                     U#{user}        {workspace}#{note}
"""

from dataclasses import dataclass, field, replace

from ascend.architect.review.proposal import USER, WORKSPACE, Proposal, Question, Relationship

TABLE = "table"
Keys = tuple[str, str]

BY_ID = (
    "what it is stands in the key and never changes; its order is an index key, so a change of order is a put in place"
)
BOTH_WAYS = (
    "an adjacency list: one line at each end that is asked from, in the table, so both directions are read consistently"
)
FOR_USER = (
    "the user comes first in the key, so one Query answers for all workspaces; the workspace comes next, so the same lines "
    "answer for one of them"
)
SPARSE = "only what is asked for has a line: what is no longer so leaves it, and the partition stays small"
CONSISTENT = (
    "who has just written it sees it: what it is sorted by never changes, so it may stand in the table's own key"
)
PATH = "everything below is one Query by the beginning of a path; a move puts each node below again, in chunks"
IN_ORDER = "sorted by what people see; the id behind it makes the key unique"
AN_INDEX = "an index, since the table's own key says what it is: it follows the table by some milliseconds"
NAMES_LATER = "a line holds no name: a page is read together with what it points at, so a rename rewrites nothing"


@dataclass(frozen=True, slots=True)
class Item:
    """A read item that is proposed."""

    name: str
    key: Keys
    gsi1: Keys | None = None
    gsi2: Keys | None = None
    of_each: int = 1
    """How many an entity has."""
    a_change: int = 1
    """How many of them a change writes."""
    whole: bool = True
    """It holds all attributes; else what lists show."""
    reasons: tuple[str, ...] = ()

    def with_index(self, keys: Keys) -> "Item | None":
        """None where both indexes are taken by other keys."""
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
    """How a question is answered: by which item, where, and with which beginning of the sort key."""

    question: Question
    item: str
    place: str
    """`table`, `gsi1`, `gsi2`."""
    partition: str
    beginning: str


@dataclass
class Draft:
    """Items and answers, as far as the questions were looked at."""

    proposal: Proposal
    items: dict[str, Item] = field(default_factory=dict[str, Item])
    answers: list[Answer] = field(default_factory=list[Answer])

    def put(self, item: Item, *reasons: str) -> Item:
        """The item as it is known, or this new one; with these reasons more."""
        known = self.items.get(item.name, item)
        item = replace(known, reasons=tuple(dict.fromkeys((*known.reasons, *reasons))))
        self.items[item.name] = item
        return item


def draft(proposal: Proposal) -> Draft:
    made = Draft(proposal)
    for one in proposal.patterns:
        made.answers.append(answer(made, one))
    return made


def answer(made: Draft, one: Question) -> Answer:
    relation = next((found for name in one.by if (found := made.proposal.relationship(name))), None)
    if relation is not None and relation.is_user:
        return for_user(made, one, relation)
    if one.shows is not None or (relation is not None and is_many(relation) and one.order is None):
        return linked(made, one, made.proposal.relationship(one.shows) or relation)
    if one.is_get:
        return Answer(one, card(made).name, TABLE, *card(made).key)
    return listed(made, one, relation)


def is_many(relation: Relationship) -> bool:
    """Not known counts as many: a line more is cheaper than an entity that cannot have two."""
    return relation.each != 1


def card(made: Draft) -> Item:
    entity = made.proposal.entity
    return made.put(Item(title(entity, "card"), ("W#{workspace}", f"{entity}#{{{entity}}}")), BY_ID)


def linked(made: Draft, one: Question, relation: Relationship | None) -> Answer:
    if relation is None:
        raise AssertionError("what is linked has a relationship")
    entity, ways = made.proposal.entity, directions(made.proposal, relation)
    item = Item(
        title(entity, relation.name, "link"),
        ("W#{workspace}", "{at}#{role}#{to}"),
        of_each=(relation.each or 2) * ways,
        a_change=ways,
        whole=False,
    )
    item = made.put(item, BOTH_WAYS, NAMES_LATER)
    role = relation.name if one.shows else entity
    return Answer(one, item.name, TABLE, item.key[0], f"{{at}}#{role}#")


def directions(proposal: Proposal, relation: Relationship) -> int:
    """How many of the two ends are asked from."""
    forth = any(one.shows == relation.name for one in proposal.patterns)
    back = any(relation.name in one.by and one.shows is None and one.order is None for one in proposal.patterns)
    return max(1, forth + back)


def for_user(made: Draft, one: Question, relation: Relationship) -> Answer:
    """A line for each user. `only` makes another kind of line: what is open is not what is done."""
    entity, word = made.proposal.entity, f"{one.only}#" if one.only else ""
    name, lines = title(entity, relation.name, one.only or "", "line"), relation.each or 2
    new = Item(name, (f"U#{{{USER}}}", f"{word}{{workspace}}#{{{entity}}}"), of_each=lines, a_change=lines, whole=False)
    item = made.put(new, FOR_USER, *((SPARSE,) if one.only else ()))
    if not one.across and WORKSPACE in one.by:
        return Answer(one, item.name, TABLE, item.key[0], f"{word}{{workspace}}#")
    if one.order is None:
        return Answer(one, item.name, TABLE, item.key[0], word)
    keys = (f"U#{{{USER}}}#{one.only}" if one.only else f"U#{{{USER}}}", f"{{{one.order}}}#{{{entity}}}")
    return indexed(made, one, item, keys)


def listed(made: Draft, one: Question, relation: Relationship | None) -> Answer:
    """Of a workspace, of what it points at, or of one value of an attribute."""
    entity = made.proposal.entity
    if one.deep:
        made.put(card(made), PATH)
        return indexed(made, one, card(made), ("W#{workspace}#tree", "{path}"))
    parts = [named(made.proposal, name) for name in one.by if name != WORKSPACE] + ([one.only] if one.only else [])
    order = f"{{{one.order}}}#" if one.order else ""
    if not parts and not order:
        return Answer(one, card(made).name, TABLE, "W#{workspace}", f"{entity}#")
    if one.consistent and not changes(made.proposal, one.order):
        words = "#".join(parts or [f"by_{one.order}"])
        name = title(entity, relation.name if relation else words.partition("#")[0], "line")
        line = made.put(Item(name, ("W#{workspace}", f"{words}#{order}{{{entity}}}"), whole=False), CONSISTENT)
        return Answer(one, line.name, TABLE, "W#{workspace}", f"{words}#")
    if one.only:
        made.put(card(made), SPARSE)
    return indexed(made, one, card(made), ("#".join(("W#{workspace}", *(parts or ["all"]))), f"{order}{{{entity}}}"))


def changes(proposal: Proposal, attribute: str | None) -> bool:
    return attribute is not None and proposal.attributes[attribute].changes


def named(proposal: Proposal, name: str) -> str:
    """What is known, as a part of a partition key: its name, and its value."""
    relation = proposal.relationship(name)
    if relation is not None and len(relation.to) > 1:
        return f"{name}#{{{name}_kind}}#{{{name}}}"
    return f"{name}#{{{name}}}"


def indexed(made: Draft, one: Question, item: Item, keys: Keys) -> Answer:
    """In one of the item's indexes; where both are taken, in those of another line of the same entity."""
    found = item.with_index(keys)
    while found is None:
        item = Item(
            f"{item.name}More",
            (item.key[0], f"more#{item.key[1]}"),
            of_each=item.of_each,
            a_change=item.a_change,
            whole=False,
        )
        found = made.items.get(item.name, item).with_index(keys)
    made.items[found.name] = found
    made.put(found, AN_INDEX, IN_ORDER)
    return Answer(one, found.name, "gsi1" if found.gsi1 == keys else "gsi2", keys[0], "")


def title(*words: str) -> str:
    return "".join(part.title() for word in words for part in word.split("_"))
