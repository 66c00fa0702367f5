"""The risks of a proposal, and what to do about them: hot partitions, unbounded lists, fan-out, large items, late indexes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ascend.architect.cost.units import WRITE_BYTES, count_write_units
from ascend.architect.review.draft import TABLE, Answer, Draft, ProposedItem
from ascend.architect.review.proposal import Proposal
from ascend.domain.values import FEW
from ascend.projections.engine.rendering import CONTENT_BYTES

PEAK = 10
"""Load of the busiest second, as a multiple of the average."""
PARTITION_UNITS = 1_000
"""Write units a second that one partition takes."""
MANY = 10_000
"""A list longer than this is never read as a whole."""
PAGE_BYTES = 1_024**2
"""Limit of the service for one page."""
DAY = 86_400
"""Seconds."""


@dataclass(frozen=True, slots=True)
class Risk:
    name: str
    where: str
    said: str
    """The problem."""
    todo: str


def find_risks(proposal: Proposal, draft: Draft, bytes: Mapping[str, int]) -> Iterator[Risk]:
    """Find all risks. `bytes` holds the size of each item, by name."""
    for item in draft.items.values():
        yield from find_hot_partition_risks(proposal, item, bytes[item.name])
    yield from find_unbounded_lists(proposal, draft)
    yield from find_fan_out(proposal, draft)
    yield from find_large_items(draft, bytes)
    for answer in draft.answers:
        yield from find_index_risks(proposal, answer)


def find_hot_partition_risks(proposal: Proposal, item: ProposedItem, bytes: int) -> Iterator[Risk]:
    """Find partitions that take all writes of a workspace."""
    for place, keys in (("the table", item.key), ("gsi1", item.gsi1), ("gsi2", item.gsi2)):
        if keys is None or keys[0].replace("{workspace}", "").count("{"):
            continue
        where = f"{item.name} in {place}, {keys[0]}"
        if proposal.writes_a_day is None:
            problem = "it takes all writes of this kind in a workspace, and their number is unknown"
            yield Risk("hot partition", where, problem, "give `writes_a_day`")
            continue
        peak = proposal.writes_a_day * item.a_change * count_write_units(bytes) / DAY * PEAK
        if peak > PARTITION_UNITS / 10:
            problem = (
                f"about {peak:,.0f} write units in the busiest second, and one partition takes {PARTITION_UNITS:,}"
            )
            todo = "add a field that spreads the writes to the partition key: the entity that it points at, or a month"
            yield Risk("hot partition", where, problem, todo)


def find_unbounded_lists(proposal: Proposal, draft: Draft) -> Iterator[Risk]:
    """Find lists without a bound on their length."""
    for relationship in proposal.relationships:
        if relationship.of_one is None or relationship.of_one > MANY:
            number = "any number" if relationship.of_one is None else f"{relationship.of_one:,}"
            problem = f"one {' or '.join(relationship.to)} may have {number} of these: its list has no bound"
            todo = "read it only in pages, never count it by reading, or move old lines elsewhere"
            yield Risk("unbounded collection", relationship.name, problem, todo)
    beginning = f"{proposal.entity}#"
    whole = (answer for answer in draft.answers if (answer.partition, answer.beginning) == ("W#{workspace}", beginning))
    answer = next(whole, None)
    if answer is not None and (proposal.in_a_year is None or proposal.in_a_year > MANY):
        number = "an unknown number" if proposal.in_a_year is None else f"{proposal.in_a_year:,}"
        problem = f"it lists all entities of a workspace: {number} in a year"
        todo = "let people narrow it: by status, date or place"
        yield Risk("unbounded collection", answer.question.question, problem, todo)


def find_fan_out(proposal: Proposal, draft: Draft) -> Iterator[Risk]:
    """Find changes that write many lines."""
    for item in draft.items.values():
        if item.of_each > FEW:
            problem = f"a change of one {proposal.entity} writes {item.of_each:,} lines"
            todo = f"bound it (Ascend's own entities have at most {FEW} of a kind), or join when reading"
            yield Risk("fan-out", item.name, problem, todo)
    for relationship in proposal.relationships:
        if relationship.each is None:
            problem = f"a {proposal.entity} may have any number of {relationship.name}, each with a line of its own"
            todo = f"bound it (`each`): Ascend's own entities have at most {FEW}"
            yield Risk("fan-out", relationship.name, problem, todo)


def find_large_items(draft: Draft, bytes: Mapping[str, int]) -> Iterator[Risk]:
    """Find items and pages that exceed a limit, and large items that each index copies."""
    for item in draft.items.values():
        size = bytes[item.name]
        if size > CONTENT_BYTES:
            problem = f"it has {size:,} bytes, and the limit is {CONTENT_BYTES:,}: its entity would be parked"
            todo = "store the large part in an object store, and its URI here"
            yield Risk("item size", item.name, problem, todo)
        elif size > WRITE_BYTES and item.indexes:
            units = count_write_units(size) * (1 + item.indexes)
            problem = f"each change writes {size:,} bytes {1 + item.indexes} times: {units:g} units"
            todo = "give lists a smaller line of their own, so that the card needs no index"
            yield Risk("item size", item.name, problem, todo)
    for answer in draft.answers:
        lines = answer.question.page or 1
        size = lines * bytes[answer.item]
        if size > PAGE_BYTES:
            problem = f"a page of {lines:,} has {size:,} bytes, and the service stops at {PAGE_BYTES:,}"
            yield Risk("item size", answer.question.question, problem, "read fewer lines, or list a smaller item")


def find_index_risks(proposal: Proposal, answer: Answer) -> Iterator[Risk]:
    """Find answers from an index that come late, move their keys, or cross workspaces."""
    question, order = answer.question, answer.question.order
    moves = order is not None and answer.place != TABLE and proposal.attributes[order].changes
    if answer.place != TABLE and question.consistent:
        problem = (
            f"users must see their own change at once, but {answer.place} lags behind the table by some milliseconds"
        )
        todo = "let the front end show its own change until the index has it"
        if moves:
            todo += f"; or sort by an attribute that never changes: {order} changes, so it cannot be in the table's key"
        yield Risk("eventual consistency", question.question, problem, todo)
    if moves:
        problem = (
            f"a change of {order} costs two writes in {answer.place}: the old entry is removed, a new one is added"
        )
        yield Risk("moving key", question.question, problem, "sort by an attribute that rarely changes, or accept it")
    if question.across:
        problem = "a line may outlive a membership: an index lags, and a removed member's lines are removed later"
        todo = "read the user's membership of each workspace on the page consistently, and drop the lines of the others"
        yield Risk("who may see it", question.question, problem, todo)
