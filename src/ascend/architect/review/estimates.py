"""Estimate the size and the monthly cost of the proposed items and answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ascend.adapters.layout.table_specs import ALL, KEYS_ONLY
from ascend.architect.cost.prices import REGIONS
from ascend.architect.cost.units import count_get_units, count_query_units, count_write_units
from ascend.architect.cost.workload import DAYS
from ascend.architect.review.draft import TABLE, Answer, Draft, ProposedItem
from ascend.architect.review.open_questions import ASSUMED, apply_default
from ascend.architect.review.proposal import Proposal, Question

KEY_BYTES = 250
"""Size of an item's keys and of the attributes other than the data."""
INDEX_BYTES = 120
"""Size of the keys of one index."""
LINE_BYTES = 150
"""Size of the data that a line shows of an entity."""
PRICES = REGIONS["us-east-1"]


@dataclass(frozen=True, slots=True)
class ItemEstimate:
    """A proposed item with its size and cost."""

    item: ProposedItem
    bytes: int
    writes: float
    """Write units of one change of an entity, in all items of this kind."""
    projections: Mapping[str, float]
    """Dollars a month of its index entries, if the index holds whole items or keys only. Ascend's indexes hold all."""


@dataclass(frozen=True, slots=True)
class AnswerEstimate:
    """An answer with its cost."""

    answer: Answer
    units: float
    """Read units of one page, including the check of the viewer's membership."""
    money: float
    """Dollars a month."""


def estimate_bytes(proposal: Proposal, item: ProposedItem) -> int:
    data = proposal.bytes if item.whole else min(proposal.bytes, LINE_BYTES)
    return KEY_BYTES + item.indexes * INDEX_BYTES + data


def estimate_item(proposal: Proposal, draft: Draft, item: ProposedItem) -> ItemEstimate:
    bytes = estimate_bytes(proposal, item)
    from_index = [answer for answer in draft.answers if answer.item == item.name and answer.place != TABLE]
    projections = {
        name: estimate_index_cost(proposal, item, from_index, name, bytes) for name in (ALL, KEYS_ONLY) if from_index
    }
    writes = item.a_change * count_change_units(bytes, item.indexes)
    return ItemEstimate(item, bytes, writes, projections)


def estimate_index_cost(
    proposal: Proposal, item: ProposedItem, answers: Sequence[Answer], projection: str, bytes: int
) -> float:
    """Return dollars a month. If the index holds only keys, each page also reads its items from the table."""
    entry = bytes if projection == ALL else KEY_BYTES
    writes_a_day = apply_default(proposal.writes_a_day, "writes_a_day")
    writes = item.a_change * item.indexes * count_write_units(entry) * writes_a_day
    reads = 0.0
    for answer in answers:
        lines = count_lines(proposal, answer.question)
        units = count_query_units(lines * entry, consistent=False)
        units += 0 if projection == ALL else count_get_units([bytes] * lines, consistent=False)
        reads += units * apply_default(answer.question.reads_a_day, "reads_a_day")
    return PRICES.price_writes(writes * DAYS) + PRICES.price_reads(reads * DAYS)


def estimate_answer(proposal: Proposal, draft: Draft, answer: Answer) -> AnswerEstimate:
    item, lines = draft.items[answer.item], count_lines(proposal, answer.question)
    units = count_page_units(lines * estimate_bytes(proposal, item), consistent=answer.place == TABLE)
    units += lines if item.is_link else 0  # the page also reads the entities that its links point at
    reads_a_day = apply_default(answer.question.reads_a_day, "reads_a_day")
    return AnswerEstimate(answer, units, PRICES.price_reads(units * reads_a_day * DAYS))


def count_page_units(bytes: float, *, consistent: bool) -> float:
    """Return the read units of a page whose lines have `bytes` together, and of the check of the viewer's membership."""
    return count_query_units(bytes, consistent=consistent) + count_get_units([KEY_BYTES])


def count_change_units(bytes: int, indexes: int) -> float:
    """Return the write units of one change of an item: in the table, and in each index that holds it."""
    return count_write_units(bytes) * (1 + indexes)


def count_lines(proposal: Proposal, question: Question) -> int:
    """Return the lines of a page, which is no longer than the list itself."""
    if question.is_get:
        return 1
    shown, by = (proposal.find_relationship(name) for name in (question.shows, next(iter(question.by), None)))
    longest = shown.each if shown else by.of_one if by else apply_default(proposal.items, "items")
    return max(1, min(apply_default(question.page, "page"), longest if longest is not None else ASSUMED["page"]))
