"""What becomes of a proposal: what it leaves open, keys and indexes that answer it, what may go wrong, what it costs."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ascend.adapters.layout.table_specs import ALL, KEYS_ONLY
from ascend.architect.cost.prices import REGIONS
from ascend.architect.cost.units import get_units, page_units, write_units
from ascend.architect.cost.workload import DAYS
from ascend.architect.review.keys import TABLE, Answer, Draft, Item, draft
from ascend.architect.review.proposal import Proposal, Question
from ascend.architect.review.risks import Risk, risks

ASSUMED = {
    "reads_a_day": 1_000,
    "writes_a_day": 100,
    "page": 50,
    "items": 1_000,
    "in_a_year": 10_000,
    "each": 2,
    "of_one": 100,
}
"""Where nothing is said."""
KEY_BYTES, INDEX_BYTES, LINE_BYTES = 250, 120, 150
"""Of an item: its keys and what stands beside the data; the keys of an index; what a line shows of an entity."""
PRICES = REGIONS["us-east-1"]


@dataclass(frozen=True, slots=True)
class Unanswered:
    about: str
    question: str
    why: str
    assumed: str


@dataclass(frozen=True, slots=True)
class Costed:
    """An item that is proposed: bytes, and write units of one change of an entity in all items of this kind."""

    item: Item
    bytes: int
    writes: float
    projections: Mapping[str, float]
    """Dollars a month of its index entries, if the index holds all of an item or keys only. Ours hold all."""


@dataclass(frozen=True, slots=True)
class Answered:
    """`units`: of one page, the check of the viewer's membership included. `money`: a month."""

    answer: Answer
    units: float
    money: float


@dataclass(frozen=True, slots=True)
class Review:
    entity: str
    unanswered: tuple[Unanswered, ...]
    items: tuple[Costed, ...]
    answers: tuple[Answered, ...]
    risks: tuple[Risk, ...]
    money: float
    """Dollars a month in one workspace: reads, and writes of these items."""


def review(proposal: Proposal) -> Review:
    made = draft(proposal)
    items = tuple(costed(proposal, made, item) for item in made.items.values())
    answers = tuple(answered(proposal, made, one) for one in made.answers)
    written = sum(one.writes for one in items) * or_assumed(proposal.writes_a_day, "writes_a_day") * DAYS
    return Review(
        entity=proposal.entity,
        unanswered=tuple(unanswered(proposal)),
        items=items,
        answers=answers,
        risks=tuple(risks(proposal, made, {one.item.name: one.bytes for one in items})),
        money=PRICES.writes(written) + sum(one.money for one in answers),
    )


def or_assumed(said: int | None, name: str) -> int:
    return ASSUMED[name] if said is None else said


# ---- what is left open ---------------------------------------------------------------------------------------------


def unanswered(proposal: Proposal) -> Iterator[Unanswered]:
    entity = proposal.entity
    for said, name, question, why in (
        (
            proposal.writes_a_day,
            "writes_a_day",
            f"How often is a {entity} made or changed a day?",
            "each index is written with it",
        ),
        (proposal.items, "items", "How many are in a workspace (`items`)?", "what is read as a whole must stay small"),
        (
            proposal.in_a_year,
            "in_a_year",
            "How many will there be in a year?",
            "keys cannot be changed, only built anew",
        ),
    ):
        if said is None:
            yield Unanswered(entity, question, why, f"{name}: {ASSUMED[name]:,}")
    for one in proposal.relationships:
        if one.each is None:
            question = f"How many {one.name} has one {entity} (`each`)?"
            yield Unanswered(
                one.name, question, "one may stand in its own item, several are lines", f"each: {ASSUMED['each']}"
            )
        if one.of_one is None:
            question = f"How many `{entity}` entities point at one {' or '.join(one.to)} (`of_one`)?"
            yield Unanswered(
                one.name,
                question,
                "so long becomes its list, and so far goes its deletion",
                f"of_one: {ASSUMED['of_one']}",
            )
    for pattern in proposal.patterns:
        yield from of_pattern(pattern)


def of_pattern(one: Question) -> Iterator[Unanswered]:
    if one.reads_a_day is None:
        why = "an index pays where there are more reads than writes"
        yield Unanswered(one.question, "How often is it asked a day?", why, f"reads_a_day: {ASSUMED['reads_a_day']:,}")
    if one.consistent is None:
        why = "an index follows the table by some milliseconds; keys of the table do not"
        yield Unanswered(
            one.question, "Must who has just changed it see that (`consistent`)?", why, "consistent: false"
        )
    if one.page is None and not one.is_get:
        yield Unanswered(
            one.question,
            "How many are shown at once (`page`)?",
            "a page is paid for by its bytes",
            f"page: {ASSUMED['page']}",
        )


# ---- what it costs -------------------------------------------------------------------------------------------------


def item_bytes(proposal: Proposal, item: Item) -> int:
    return KEY_BYTES + item.indexes * INDEX_BYTES + (proposal.bytes if item.whole else min(proposal.bytes, LINE_BYTES))


def costed(proposal: Proposal, made: Draft, item: Item) -> Costed:
    bytes = item_bytes(proposal, item)
    asked = [one for one in made.answers if one.item == item.name and one.place != TABLE]
    projections = {name: index_money(proposal, item, asked, name, bytes) for name in (ALL, KEYS_ONLY) if asked}
    return Costed(item, bytes, item.a_change * write_units(bytes) * (1 + item.indexes), projections)


def index_money(proposal: Proposal, item: Item, asked: Sequence[Answer], projection: str, bytes: int) -> float:
    """With keys only, what a page names is read from the table as well."""
    entry = bytes if projection == ALL else KEY_BYTES
    writes = item.a_change * item.indexes * write_units(entry) * or_assumed(proposal.writes_a_day, "writes_a_day")
    reads = 0.0
    for one in asked:
        lines = lines_of(proposal, one.question)
        units = page_units(lines * entry, consistent=False)
        units += 0 if projection == ALL else get_units([bytes] * lines, consistent=False)
        reads += units * or_assumed(one.question.reads_a_day, "reads_a_day")
    return PRICES.writes(writes * DAYS) + PRICES.reads(reads * DAYS)


def answered(proposal: Proposal, made: Draft, one: Answer) -> Answered:
    item, lines = made.items[one.item], lines_of(proposal, one.question)
    units = page_units(lines * item_bytes(proposal, item), consistent=one.place == TABLE) + get_units([KEY_BYTES])
    units += lines if item.is_link else 0  # what a link leads to is read with it
    return Answered(one, units, PRICES.reads(units * or_assumed(one.question.reads_a_day, "reads_a_day") * DAYS))


def lines_of(proposal: Proposal, one: Question) -> int:
    """A page is no longer than the list that it is of."""
    if one.is_get:
        return 1
    asked, shown = (proposal.relationship(name) for name in (next(iter(one.by), None), one.shows))
    most = shown.each if shown else asked.of_one if asked else or_assumed(proposal.items, "items")
    return max(1, min(or_assumed(one.page, "page"), most if most is not None else ASSUMED["page"]))
