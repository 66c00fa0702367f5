"""The numbers that a proposal leaves out, why they matter, and the values that the review assumes instead."""

from collections.abc import Iterator
from dataclasses import dataclass

from ascend.architect.review.proposal import Proposal, ProposedRelationship, Question

ASSUMED = {
    "reads_a_day": 1_000,
    "writes_a_day": 100,
    "page": 50,
    "items": 1_000,
    "in_a_year": 10_000,
    "each": 2,
    "of_one": 100,
}
"""The value of each number that the proposal leaves out."""


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """A question to the author of the proposal."""

    about: str
    question: str
    why: str
    assumed: str


def apply_default(number: int | None, name: str) -> int:
    """Return the number, or the assumed value if the proposal leaves it out."""
    return ASSUMED[name] if number is None else number


def find_open_questions(proposal: Proposal) -> Iterator[OpenQuestion]:
    yield from find_open_numbers(proposal)
    for relationship in proposal.relationships:
        yield from find_open_cardinality(proposal.entity, relationship)
    for question in proposal.patterns:
        yield from find_open_details(question)


def find_open_numbers(proposal: Proposal) -> Iterator[OpenQuestion]:
    entity = proposal.entity
    if proposal.writes_a_day is None:
        question = f"How often is a {entity} created or changed a day?"
        yield OpenQuestion(entity, question, "every write is also a write to each index", assume("writes_a_day"))
    if proposal.items is None:
        question = "How many are in a workspace (`items`)?"
        yield OpenQuestion(entity, question, "only a small list can be read as a whole", assume("items"))
    if proposal.in_a_year is None:
        question = "How many will there be in a year?"
        yield OpenQuestion(entity, question, "keys cannot be changed, only rebuilt", assume("in_a_year"))


def find_open_cardinality(entity: str, relationship: ProposedRelationship) -> Iterator[OpenQuestion]:
    name, targets = relationship.name, " or ".join(relationship.to)
    if relationship.each is None:
        question = f"How many {name} does one {entity} have (`each`)?"
        yield OpenQuestion(name, question, "a single one fits into the item itself, several need lines", assume("each"))
    if relationship.of_one is None:
        question = f"How many `{entity}` entities point at one {targets} (`of_one`)?"
        why = "this is the length of its list, and the number of lines to remove when it is deleted"
        yield OpenQuestion(name, question, why, assume("of_one"))


def find_open_details(question: Question) -> Iterator[OpenQuestion]:
    about = question.question
    if question.reads_a_day is None:
        why = "an index pays off if there are more reads than writes"
        yield OpenQuestion(about, "How often is it read a day?", why, assume("reads_a_day"))
    if question.consistent is None:
        why = "an index lags behind the table by some milliseconds; the table's own keys do not"
        asks = "Must users see their own change at once (`consistent`)?"
        yield OpenQuestion(about, asks, why, "consistent: false")
    if question.page is None and not question.is_get:
        asks = "How many lines does a page show (`page`)?"
        yield OpenQuestion(about, asks, "the cost of a page depends on its bytes", assume("page"))


def assume(name: str) -> str:
    return f"{name}: {ASSUMED[name]:,}"
