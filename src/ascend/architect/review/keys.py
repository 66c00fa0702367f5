"""Choose the keys that answer each question of a proposal, with the reasons, in the language of key templates.

one entity by its id             a card in the table                      W#{workspace}   note#{note}
all of a workspace               the same, by the beginning of the sort key
all that point at an entity      an index of the card, in the given order
both ends, without an order      a line at each end, in the table         W#{workspace}   {at}#{role}#{to}
a whole subtree                  an index by the path from the root       W#{workspace}#tree   {path}
a user's, in all workspaces      a line for each user                     U#{user}        {workspace}#{note}
"""

from ascend.architect.review.draft import TABLE, Answer, Draft, KeyPair, ProposedItem
from ascend.architect.review.proposal import USER, WORKSPACE, Proposal, ProposedRelationship, Question

WORKSPACE_KEY, USER_KEY = "W#{workspace}", f"U#{{{USER}}}"

BY_ID = "the table's key holds the id, which never changes; the order is an index key, so a change of order is one put in place"
BOTH_WAYS = (
    "an adjacency list: one line at each end from which it is read, in the table, so both directions are consistent"
)
FOR_USER = (
    "the user comes first in the key, so one Query answers for all workspaces; the workspace comes next, so the same lines "
    "answer for one workspace"
)
SPARSE = (
    "only items that match have a line; an item that no longer matches loses its line, so the partition stays small"
)
CONSISTENT = "read your own writes: the sort order never changes, so it can be in the table's own key"
PATH = "one Query by a prefix of the path reads the whole subtree; a move rewrites each node below it, in chunks"
IN_ORDER = "sorted by the attribute that people see; the id after it makes the key unique"
IN_INDEX = "an index, because the table's own key holds the id; it lags behind the table by some milliseconds"
NAMES_LATER = (
    "a line holds no name: a page also reads the entities that its lines point at, so a rename rewrites no line"
)


def make_draft(proposal: Proposal) -> Draft:
    """Return the proposed items and the answer to each question."""
    draft = Draft(proposal)
    for question in proposal.patterns:
        draft.answers.append(answer_question(draft, question))
    return draft


def answer_question(draft: Draft, question: Question) -> Answer:
    relationships = (draft.proposal.find_relationship(name) for name in question.by)
    by = next((relationship for relationship in relationships if relationship), None)
    if by is not None and by.is_user:
        return answer_for_user(draft, question, by)
    shown = draft.proposal.find_relationship(question.shows)
    if shown is not None:
        return answer_by_link(draft, question, shown)
    if by is not None and can_be_many(by) and question.order is None:
        return answer_by_link(draft, question, by)
    if question.is_get:
        card = add_card(draft)
        return Answer(question, card.name, TABLE, *card.key)
    return answer_by_list(draft, question, by)


def can_be_many(relationship: ProposedRelationship) -> bool:
    """Return True unless there is exactly one. An unknown number counts as many: an extra line costs little."""
    return relationship.each != 1


def add_card(draft: Draft, *reasons: str) -> ProposedItem:
    """Add the item that holds a whole entity."""
    entity = draft.proposal.entity
    card = ProposedItem(make_class_name(entity, "card"), (WORKSPACE_KEY, f"{entity}#{{{entity}}}"))
    return draft.add_item(card, BY_ID, *reasons)


# ---- links ---------------------------------------------------------------------------------------------------------


def answer_by_link(draft: Draft, question: Question, relationship: ProposedRelationship) -> Answer:
    """Answer by a line at each end of the relationship."""
    entity, directions = draft.proposal.entity, count_directions(draft.proposal, relationship)
    link = ProposedItem(
        make_class_name(entity, relationship.name, "link"),
        (WORKSPACE_KEY, "{at}#{role}#{to}"),
        of_each=(relationship.each or 2) * directions,
        a_change=directions,
        whole=False,
    )
    link = draft.add_item(link, BOTH_WAYS, NAMES_LATER)
    role = relationship.name if question.shows else entity
    return Answer(question, link.name, TABLE, link.key[0], f"{{at}}#{role}#")


def count_directions(proposal: Proposal, relationship: ProposedRelationship) -> int:
    """Return the number of ends from which questions read the relationship, at least 1."""
    name = relationship.name
    forth = any(question.shows == name for question in proposal.patterns)
    back = any(
        name in question.by and question.shows is None and question.order is None for question in proposal.patterns
    )
    return max(1, forth + back)


# ---- lines for users -----------------------------------------------------------------------------------------------


def answer_for_user(draft: Draft, question: Question, relationship: ProposedRelationship) -> Answer:
    """Answer by a line for each user. `only` makes a separate kind of line: open entities are not the done ones."""
    word = f"{question.only}#" if question.only else ""
    line = add_user_line(draft, question, relationship, word)
    if not question.across and WORKSPACE in question.by:
        return Answer(question, line.name, TABLE, line.key[0], f"{word}{{workspace}}#")
    if question.order is None:
        return Answer(question, line.name, TABLE, line.key[0], word)
    partition = f"{USER_KEY}#{question.only}" if question.only else USER_KEY
    return answer_by_index(draft, question, line, (partition, f"{{{question.order}}}#{{{draft.proposal.entity}}}"))


def add_user_line(draft: Draft, question: Question, relationship: ProposedRelationship, word: str) -> ProposedItem:
    entity, lines = draft.proposal.entity, relationship.each or 2
    line = ProposedItem(
        make_class_name(entity, relationship.name, question.only or "", "line"),
        (USER_KEY, f"{word}{{workspace}}#{{{entity}}}"),
        of_each=lines,
        a_change=lines,
        whole=False,
    )
    return draft.add_item(line, FOR_USER, *((SPARSE,) if question.only else ()))


# ---- lists ---------------------------------------------------------------------------------------------------------


def answer_by_list(draft: Draft, question: Question, by: ProposedRelationship | None) -> Answer:
    """Answer with a list: of a workspace, of the entities that point at another, or of one value of an attribute."""
    proposal, entity = draft.proposal, draft.proposal.entity
    if question.deep:
        return answer_by_index(draft, question, add_card(draft, PATH), (f"{WORKSPACE_KEY}#tree", "{path}"))
    parts = [make_key_part(proposal, name) for name in question.by if name != WORKSPACE]
    parts += [question.only] if question.only else []
    order = f"{{{question.order}}}#" if question.order else ""
    if not parts and not order:
        return Answer(question, add_card(draft).name, TABLE, WORKSPACE_KEY, f"{entity}#")
    if question.consistent and not is_changing(proposal, question.order):
        return answer_by_line(draft, question, by, "#".join(parts or [f"by_{question.order}"]))
    card = add_card(draft, *((SPARSE,) if question.only else ()))
    keys = "#".join((WORKSPACE_KEY, *(parts or ["all"]))), f"{order}{{{entity}}}"
    return answer_by_index(draft, question, card, keys)


def answer_by_line(draft: Draft, question: Question, by: ProposedRelationship | None, words: str) -> Answer:
    """Answer by a line whose order is in the table's own key, so that it can be read consistently."""
    entity, order = draft.proposal.entity, f"{{{question.order}}}#" if question.order else ""
    name = make_class_name(entity, by.name if by else words.partition("#")[0], "line")
    line = ProposedItem(name, (WORKSPACE_KEY, f"{words}#{order}{{{entity}}}"), whole=False)
    line = draft.add_item(line, CONSISTENT)
    return Answer(question, line.name, TABLE, WORKSPACE_KEY, f"{words}#")


def is_changing(proposal: Proposal, attribute: str | None) -> bool:
    return attribute is not None and proposal.attributes[attribute].changes


def make_key_part(proposal: Proposal, name: str) -> str:
    """Return a known attribute or relationship as a part of a partition key: its name and its value."""
    relationship = proposal.find_relationship(name)
    if relationship is not None and len(relationship.to) > 1:
        return f"{name}#{{{name}_kind}}#{{{name}}}"
    return f"{name}#{{{name}}}"


def answer_by_index(draft: Draft, question: Question, item: ProposedItem, keys: KeyPair) -> Answer:
    """Answer by an index of the item. If both of its indexes are taken, use another line of the same entity."""
    indexed = item.with_index(keys)
    while indexed is None:
        item = ProposedItem(
            f"{item.name}More",
            (item.key[0], f"more#{item.key[1]}"),
            of_each=item.of_each,
            a_change=item.a_change,
            whole=False,
        )
        indexed = draft.items.get(item.name, item).with_index(keys)
    draft.items[indexed.name] = indexed
    draft.add_item(indexed, IN_INDEX, IN_ORDER)
    return Answer(question, indexed.name, "gsi1" if indexed.gsi1 == keys else "gsi2", keys[0], "")


def make_class_name(*words: str) -> str:
    return "".join(part.title() for word in words for part in word.split("_"))
