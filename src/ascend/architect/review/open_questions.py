"""The questions that a proposal leaves open: why each matters, and the value that the review assumes instead.

`ascend schema review --ask` asks them, and writes the answers at their paths.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ascend.architect.review.assumptions import ASSUMED, PEAK
from ascend.architect.review.item_sizes import SHORT_BYTES
from ascend.architect.review.proposal import ID, Proposal, ProposedEntity, ProposedRelationship, Question, ValueType
from ascend.architect.review.wording import with_article

Path = tuple[str | int, ...]
ASSUMED_ATTRIBUTES: Mapping[str, Any] = {"name": 60}
"""The attributes of an entity that describes none."""


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """A question to the author of the proposal."""

    path: Path
    """The place of the answer below the proposal."""
    about: str
    question: str
    why: str
    assumed: Any
    """The value without an answer."""
    choices: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The name of the value in the file."""
        return str(self.path[-1])


def find_open_questions(proposal: Proposal) -> Iterator[OpenQuestion]:
    """Yield the open questions, the most important first: what is kept, what is asked, how much of it."""
    for number, entity in enumerate(proposal.entities):
        yield from find_open_content(("entities", number), entity, list_names(proposal))
    yield from find_open_scope(proposal)
    for number, entity in enumerate(proposal.entities):
        path = ("entities", number)
        yield from find_open_numbers(path, entity)
        yield from find_open_attributes(path, entity)
        yield from find_open_columns(path, entity)
        for place, relationship in enumerate(entity.relationships):
            yield from find_open_cardinality((*path, "relationships", place), entity.entity, relationship)
        for place, question in enumerate(entity.patterns):
            yield from find_open_details((*path, "patterns", place), question)


def find_open_content(path: Path, entity: ProposedEntity, taken: Collection[str]) -> Iterator[OpenQuestion]:
    kind = entity.entity
    if not entity.attributes:
        question = f"What does {with_article(kind)} hold (`attributes`)? For example {{title: 60, status: {{values: [open, done]}}, due: date}}"
        yield OpenQuestion(
            (*path, "attributes"), kind, question, "keys, sizes and code follow from it", ASSUMED_ATTRIBUTES
        )
    if not entity.patterns and "relationships" not in entity.model_fields_set:
        question = f"What does {with_article(kind)} belong to, or point at (`relationships`)? For example [{{name: about, to: [thing, task], each: 1}}, {{name: assignee, to: [user], each: 2}}]"
        why = "a list of one other entity, or of one user, needs a key that begins with it"
        yield OpenQuestion((*path, "relationships"), kind, question, why, [])
    if not entity.patterns:
        question = f"What will people ask about {kind} entities (`patterns`)?"
        why = "a table of DynamoDB answers the questions for which it has keys, and no other"
        yield OpenQuestion((*path, "patterns"), kind, question, why, assume_patterns(entity, taken))


def assume_patterns(entity: ProposedEntity, taken: Collection[str]) -> list[dict[str, Any]]:
    """Return the questions that every entity gets, and one for each relationship. `taken`: the names of other questions."""
    kind = entity.entity
    questions: list[dict[str, Any]] = [
        {"question": f"One {kind}", "by": [ID]},
        {"question": f"All {kind} entities of a workspace"},
    ]
    questions += [
        {"question": f"All {kind} entities of one {name}", "by": [name]}
        for name in (one.name for one in entity.relationships)
    ]
    return [
        asked | {"question": f"{asked['question']}, as assumed"} if asked["question"] in taken else asked
        for asked in questions
    ]


def list_names(proposal: Proposal) -> set[str]:
    """Return the names of all questions of the proposal."""
    return {question.question for entity in proposal.entities for question in entity.patterns}


def find_open_scope(proposal: Proposal) -> Iterator[OpenQuestion]:
    title = proposal.title
    if proposal.workspaces is None:
        why = "money, and jobs over all tenants, grow with their number"
        yield OpenQuestion(("workspaces",), title, "How many tenants will there be?", why, ASSUMED["workspaces"])
    if proposal.transactions is None and len(proposal.entities) > 1:
        question = "Must entities of several kinds change together, in one step?"
        why = "without events a transaction doubles the write units; with events one commit holds both"
        yield OpenQuestion(("transactions",), title, question, why, assumed=False)
    if proposal.tables is None and len(proposal.entities) > 1:
        question = "One table for all kinds, or one for each (only for a program without event sourcing)?"
        why = "one table is one thing to run; several can be restored, throttled and paid for on their own"
        yield OpenQuestion(("tables",), title, question, why, "single", ("single", "several"))


def find_open_numbers(path: Path, entity: ProposedEntity) -> Iterator[OpenQuestion]:
    kind = entity.entity
    writes = entity.writes_a_day
    if writes is None:
        question = f"How often is {with_article(kind)} created or changed a day, in one workspace?"
        yield OpenQuestion(
            (*path, "writes_a_day"),
            kind,
            question,
            "every write is also a write to each index",
            ASSUMED["writes_a_day"],
        )
    if entity.peak_writes is None:
        question = (
            f"How many are written in the busiest second (`peak_writes`)? The assumption is {PEAK} times the average."
        )
        why = "a partition takes 1,000 write units a second, and provisioned capacity is paid at the peak"
        yield OpenQuestion((*path, "peak_writes"), kind, question, why, 1)
    if entity.items is None:
        question = "How many are in a workspace (`items`)?"
        yield OpenQuestion(
            (*path, "items"), kind, question, "only a small list can be read as a whole", ASSUMED["items"]
        )
    if entity.in_a_year is None:
        question = "How many will there be in a year?"
        yield OpenQuestion(
            (*path, "in_a_year"), kind, question, "keys cannot be changed, only rebuilt", ASSUMED["in_a_year"]
        )
    if entity.keep_days is None:
        question = "For how many days is it kept (`keep_days`)?"
        why = "what is kept for ever is paid for ever, and a list that never shrinks has to be read in pages"
        yield OpenQuestion((*path, "keep_days"), kind, question, why, "forever")


def find_open_columns(path: Path, entity: ProposedEntity) -> Iterator[OpenQuestion]:
    """Ask whether lists show the long attributes."""
    has_lists = not entity.patterns or any(not question.is_get for question in entity.patterns)
    for name, attribute in entity.attributes.items():
        if has_lists and attribute.listed is None and attribute.bytes > SHORT_BYTES:
            question = f"Do lists show {name} (`listed`)?"
            why = (
                "a long attribute makes every line of every list longer; left out, it costs one more read for each line"
            )
            place = (*path, "attributes", name, "listed")
            yield OpenQuestion(place, f"{entity.entity}.{name}", question, why, assumed=False)


def find_open_attributes(path: Path, entity: ProposedEntity) -> Iterator[OpenQuestion]:
    """Ask for the number of values of attributes by which people ask: few values make large partitions."""
    asked = dict.fromkeys(name for question in entity.patterns for name in question.by)
    for name in asked:
        attribute = entity.attributes.get(name)
        if (
            attribute is None
            or attribute.cardinality is not None
            or attribute.unique
            or attribute.type is ValueType.CREATED
        ):
            continue
        question = f"How many different values of {name} are in a workspace (`distinct`)?"
        why = "each value is a partition: few values make few, busy partitions"
        yield OpenQuestion(
            (*path, "attributes", name, "distinct"), f"{entity.entity}.{name}", question, why, ASSUMED["distinct"]
        )


def find_open_cardinality(path: Path, entity: str, relationship: ProposedRelationship) -> Iterator[OpenQuestion]:
    name, targets = relationship.name, " or ".join(relationship.to)
    about = f"{entity}.{name}"
    if relationship.each is None:
        question = f"How many `{name}` ends does one {entity} have (`each`)?"
        yield OpenQuestion(
            (*path, "each"),
            about,
            question,
            "a single one fits into the item itself, several need lines",
            ASSUMED["each"],
        )
    if relationship.of_one is None:
        question = f"How many `{entity}` entities point at one {targets} (`of_one`)?"
        why = "this is the length of its list, and the number of lines to remove when it is deleted"
        yield OpenQuestion((*path, "of_one"), about, question, why, ASSUMED["of_one"])
    if relationship.when_gone is None:
        question = f"What happens to {with_article(entity)} when the {targets} is deleted (`when_gone`)?"
        why = "a line that points at nothing is an error that users see"
        choices = ("keep", "cascade") if relationship.is_user else ("keep", "refuse", "cascade")
        yield OpenQuestion((*path, "when_gone"), about, question, why, "keep", choices)


def find_open_details(path: Path, question: Question) -> Iterator[OpenQuestion]:
    about = question.question
    if question.reads_a_day is None:
        why = "an index pays off if there are more reads than writes"
        yield OpenQuestion(
            (*path, "reads_a_day"), about, "How often is it read a day, in one workspace?", why, ASSUMED["reads_a_day"]
        )
    if question.consistent is None:
        why = "an index lags behind the table by some milliseconds; the table's own keys do not"
        asks = "Must users see their own change at once (`consistent`)?"
        yield OpenQuestion((*path, "consistent"), about, asks, why, assumed=False)
    if question.page is None and not question.is_get:
        asks = "How many lines does a page show (`page`)?"
        yield OpenQuestion((*path, "page"), about, asks, "the cost of a page depends on its bytes", ASSUMED["page"])


def complete(proposal: Proposal) -> Proposal:
    """Return the proposal with assumed attributes and questions where an entity has none. Numbers stay open."""
    data = proposal.model_dump(mode="json", by_alias=True, exclude_unset=True)
    for entity, described in zip(proposal.entities, data["entities"], strict=True):
        if not entity.attributes:
            described["attributes"] = dict(ASSUMED_ATTRIBUTES)
        if not entity.patterns:
            described["patterns"] = assume_patterns(entity, list_names(proposal))
    return Proposal.model_validate(data)
