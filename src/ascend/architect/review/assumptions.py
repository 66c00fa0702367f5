"""The numbers that the review assumes where a proposal leaves them out."""

from ascend.architect.review.proposal import ProposedEntity, ProposedRelationship, Question

ASSUMED = {
    "reads_a_day": 1_000,
    "writes_a_day": 100,
    "page": 50,
    "items": 1_000,
    "in_a_year": 10_000,
    "each": 2,
    "of_one": 100,
    "distinct": 10,
    "workspaces": 100,
}
"""The value of each number that the proposal leaves out."""
PEAK = 10
"""Load of the busiest second, as a multiple of the average, where no peak is given."""
YEAR = 365
"""Days."""
DAY = 86_400
"""Seconds."""


def apply_default(number: int | None, name: str) -> int:
    """Return the number, or the assumed value if the proposal leaves it out."""
    return ASSUMED[name] if number is None else number


def count_writes(entity: ProposedEntity) -> int:
    """Return the entities of a workspace that are created or changed a day."""
    return apply_default(entity.writes_a_day, "writes_a_day")


def count_reads(question: Question) -> int:
    return apply_default(question.reads_a_day, "reads_a_day")


def count_items(entity: ProposedEntity, *, in_a_year: bool = False) -> int:
    """Return the entities of a workspace, now or in a year. A retention bounds them."""
    now = apply_default(entity.items, "items")
    if not in_a_year:
        return now
    later = entity.in_a_year if entity.in_a_year is not None else max(now, ASSUMED["in_a_year"])
    return later if entity.retention is None else min(later, max(now, count_writes(entity) * entity.retention))


def count_removals(entity: ProposedEntity) -> float:
    """Return the entities of a workspace that a retention of at most a year removes each day, once there are so many."""
    if entity.retention is None or entity.retention > YEAR:
        return 0.0
    return count_items(entity, in_a_year=True) / entity.retention


def count_each(relationship: ProposedRelationship) -> int:
    return apply_default(relationship.each, "each")


def count_peak_writes(entity: ProposedEntity) -> float:
    """Return the entities of a workspace that are written in the busiest second."""
    return float(entity.peak_writes) if entity.peak_writes is not None else count_writes(entity) / DAY * PEAK


def count_peak_reads(question: Question) -> float:
    return float(question.peak_reads) if question.peak_reads is not None else count_reads(question) / DAY * PEAK
