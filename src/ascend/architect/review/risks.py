"""What may go wrong with a proposal, and what to do: hot partitions, lists without end, fan-out, size, late indexes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ascend.architect.cost.units import WRITE_BYTES, write_units
from ascend.architect.review.keys import TABLE, Answer, Draft
from ascend.architect.review.proposal import Proposal
from ascend.domain.values import FEW
from ascend.projections.engine.rendering import CONTENT_BYTES

PEAK = 10
"""The busiest second, compared with an average one."""
PARTITION_UNITS = 1_000
"""Write units a second that one partition takes."""
MANY = 10_000
"""More than anybody reads as a whole."""
PAGE_BYTES = 1_024**2
"""Of a page, at most: the service stops there."""
DAY = 86_400


@dataclass(frozen=True, slots=True)
class Risk:
    name: str
    where: str
    said: str
    todo: str


def risks(proposal: Proposal, made: Draft, bytes: Mapping[str, int]) -> Iterator[Risk]:
    yield from hot(proposal, made, bytes)
    yield from endless(proposal, made)
    yield from fan_out(proposal, made)
    yield from large(made, bytes)
    for one in made.answers:
        yield from late(proposal, one)


def hot(proposal: Proposal, made: Draft, bytes: Mapping[str, int]) -> Iterator[Risk]:
    """Of partitions that take all of a workspace."""
    for item in made.items.values():
        for place, keys in (("the table", item.key), ("gsi1", item.gsi1), ("gsi2", item.gsi2)):
            if keys is None or keys[0].replace("{workspace}", "").count("{"):
                continue
            where = f"{item.name} in {place}, {keys[0]}"
            if proposal.writes_a_day is None:
                said = "it takes all that a workspace writes of this kind, and nobody says how much that is"
                yield Risk("hot partition", where, said, "say `writes_a_day`")
                continue
            peak = proposal.writes_a_day * item.a_change * write_units(bytes[item.name]) / DAY * PEAK
            if peak > PARTITION_UNITS / 10:
                said = f"about {peak:,.0f} write units in the busiest second, of {PARTITION_UNITS:,} that one partition takes"
                yield Risk(
                    "hot partition", where, said, "add what spreads it to the partition key: what it points at, a month"
                )


def endless(proposal: Proposal, made: Draft) -> Iterator[Risk]:
    """Of lists that nobody bounds."""
    for one in proposal.relationships:
        if one.of_one is None or one.of_one > MANY:
            known = "any number" if one.of_one is None else f"{one.of_one:,}"
            said = f"one {' or '.join(one.to)} may have {known} of these: its list has no end"
            todo = "read it in pages only, never count it by reading, or keep what is old elsewhere"
            yield Risk("unbounded collection", one.name, said, todo)
    whole = [one for one in made.answers if one.partition == "W#{workspace}" and one.beginning == f"{proposal.entity}#"]
    if whole and (proposal.in_a_year is None or proposal.in_a_year > MANY):
        known = "so many as nobody says" if proposal.in_a_year is None else f"{proposal.in_a_year:,}"
        said = f"a list of all of a workspace: {known} in a year"
        yield Risk(
            "unbounded collection", whole[0].question.question, said, "let people narrow it: by status, date or place"
        )


def fan_out(proposal: Proposal, made: Draft) -> Iterator[Risk]:
    """Of changes that write many lines."""
    for item in made.items.values():
        if item.of_each > FEW:
            said = f"a change of one {proposal.entity} writes {item.of_each:,} lines"
            yield Risk("fan-out", item.name, said, f"bound it: our own have at most {FEW} of a kind, or join at read")
    for one in proposal.relationships:
        if one.each is None:
            said = f"a {proposal.entity} may have any number of {one.name}, and each is a line of its own"
            yield Risk("fan-out", one.name, said, f"bound it (`each`): our own have at most {FEW}")


def large(made: Draft, bytes: Mapping[str, int]) -> Iterator[Risk]:
    for item in made.items.values():
        size = bytes[item.name]
        if size > CONTENT_BYTES:
            said = f"{size:,} bytes, and an item has at most {CONTENT_BYTES:,}: its entity would be parked"
            yield Risk("item size", item.name, said, "keep the large part in an object store, and its URI here")
        elif size > WRITE_BYTES and item.indexes:
            said = f"{size:,} bytes are written {1 + item.indexes} times for each change: {write_units(size) * (1 + item.indexes):g} units"
            yield Risk(
                "item size",
                item.name,
                said,
                "give lists a line of their own, with what they show; the card needs no index",
            )
    for one in made.answers:
        lines = one.question.page or 1
        if lines * bytes[one.item] > PAGE_BYTES:
            said = f"a page of {lines:,} has {lines * bytes[one.item]:,} bytes: the service stops at {PAGE_BYTES:,}"
            yield Risk("item size", one.question.question, said, "ask for fewer, or list what is smaller")


def late(proposal: Proposal, one: Answer) -> Iterator[Risk]:
    if one.place != TABLE and one.question.consistent:
        order = one.question.order
        said = f"it must be read right after a write, and {one.place} follows the table by some milliseconds"
        todo = "let the front end show what it sent until the index has it"
        if order is not None and proposal.attributes[order].changes:
            todo += f"; or sort by what never changes: {order} does, so it cannot stand in the table's key"
        yield Risk("eventual consistency", one.question.question, said, todo)
    if one.question.order is not None and one.place != TABLE and proposal.attributes[one.question.order].changes:
        said = f"a change of {one.question.order} is two writes in {one.place}: the old entry goes, a new one comes"
        yield Risk("moving key", one.question.question, said, "sort by what changes rarely, or accept it")
    if one.question.across:
        said = "a line may outlive a membership: an index lags, and a removed member's lines are removed later"
        todo = "read the user's membership in each workspace of the page, consistently, and drop the others' lines"
        yield Risk("who may see it", one.question.question, said, todo)
