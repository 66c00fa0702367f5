"""The length of each list of a design, how often it is written, and what that means for its partition."""

from math import ceil, prod

from ascend.architect.cost.units import count_write_units
from ascend.architect.review.assumptions import (
    YEAR,
    apply_default,
    count_each,
    count_items,
    count_peak_reads,
    count_peak_writes,
    count_reads,
    count_removals,
    count_writes,
)
from ascend.architect.review.design import TABLE, Answer, Design, DesignedItem, KeyPlace
from ascend.architect.review.item_sizes import count_item_bytes
from ascend.architect.review.key_fields import FieldSource, KeyField, changes
from ascend.architect.review.proposal import ProposedEntity
from ascend.architect.review.subsets import Subset
from ascend.projections.pattern import Load

PARTITION_WRITES = 1_000
"""Write units a second that one partition takes."""
PARTITION_READS = 3_000
"""Read units a second that one partition takes."""
COLD_TABLE_WRITES = 4_000
"""Write units a second that a new table on demand takes at once.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/warm-throughput.html"""
TABLE_WRITES = 40_000
"""Write units a second that an account has for each table, unless its quota is raised."""
PRIMARY_READS = 1_000
"""A question that is asked at least so often a day in a workspace is a primary one."""


def estimate_load(design: Design, answer: Answer) -> Load:
    """Return the load of the pattern that answers the question, in one workspace (for a user's own lists: for one user)."""
    entity, item = design.get_entity(answer), design.find_item(answer.item)
    reads, writes = count_reads(answer.question), ceil(count_writes(entity) * count_lines_of_each(entity, item))
    return Load(
        reads_a_day=reads,
        writes_a_day=writes,
        items=count_listed(design, answer),
        in_a_year=count_listed(design, answer, in_a_year=True),
        page=1 if answer.is_one else min(apply_default(answer.question.page, "page"), 1_000),
        bytes=count_item_bytes(entity, item),
        primary=reads >= max(PRIMARY_READS, writes),
    )


def count_lines_of_each(entity: ProposedEntity, item: DesignedItem) -> float:
    """Return the lines that one entity has on average."""
    return count_ends_of_each(entity, item) * find_share(entity, item.subset)


def count_ends_of_each(entity: ProposedEntity, item: DesignedItem) -> int:
    """Return the lines of an entity that belongs to the item's subset."""
    return prod(count_each(relationship) for relationship in entity.relationships if relationship.name in item.per)


def count_entries(entity: ProposedEntity, item: DesignedItem) -> float:
    """Return the index entries that one item has on average. A sparse index holds a part of the items."""
    return sum(find_share(entity, place.subset) for name, place in item.places if name != TABLE)


def find_share(entity: ProposedEntity, subset: Subset) -> float:
    """Return the part of the entities that belongs to the subset. Values without a `share` are equally frequent."""
    return prod(entity.attributes[name].find_share(values) for name, values in subset.conditions)


def count_crossings(entity: ProposedEntity, subset: Subset) -> float:
    """Return the part of the changes that put an entity into a subset or take it out: each enters and leaves once in its life.

    The share alone would say that a state through which all pass quickly costs nothing.
    """
    if not any(entity.attributes[name].changes for name in subset.attributes):
        return 0.0
    growth = (count_items(entity, in_a_year=True) - count_items(entity)) / YEAR
    created = max(0.0, growth) + count_removals(entity)
    return min(1.0, 2 * created / max(1, count_writes(entity)))


def count_entry_writes(entity: ProposedEntity, subset: Subset, *, moves: bool) -> float:
    """Return the writes of one change to one entry in an index, on average."""
    return max(find_share(entity, subset) * (2 if moves else 1), count_crossings(entity, subset))


def count_listed(design: Design, answer: Answer, *, in_a_year: bool = False) -> int:
    """Return the lines of one list, at least 1."""
    entity, item = design.get_entity(answer), design.find_item(answer.item)
    if answer.is_one:
        return 1
    place = design.get_place(answer)
    total = count_items(entity, in_a_year=in_a_year) * count_lines_of_each(entity, item)
    total *= find_share(entity, place.subset)
    growth = count_items(entity, in_a_year=in_a_year) / max(1, count_items(entity))
    known = [count_matches(entity, field, total, growth) for field in answer.given]
    return max(1, ceil(min([total, *(number for number in known if number is not None)])))


def count_matches(entity: ProposedEntity, field: KeyField, total: float, growth: float) -> float | None:
    """Return the lines that have one value of the field; None if the field does not narrow the list."""
    match field.source:
        case FieldSource.ID:
            return float(max((count_each(relationship) for relationship in entity.relationships), default=1))
        case FieldSource.TARGET | FieldSource.USER:
            relationship = entity.find_relationship(field.of)
            return apply_default(relationship.of_one if relationship else None, "of_one") * growth
        case FieldSource.ATTRIBUTE:
            attribute = entity.attributes[field.of]
            return 1.0 if attribute.unique else total / apply_default(attribute.cardinality, "distinct")
        case _:
            return None


def count_partitions(entity: ProposedEntity, place: KeyPlace) -> int:
    """Return the number of different partition keys in one workspace, as far as their fields tell."""
    counts = [count_values(entity, field) for field in place.partition]
    return max(1, prod(count for count in counts if count))


def count_values(entity: ProposedEntity, field: KeyField) -> int | None:
    """Return the number of values that the field has in a workspace; None if it is one value only."""
    match field.source:
        case FieldSource.ID:
            return count_items(entity)
        case FieldSource.TARGET | FieldSource.USER:
            relationship = entity.find_relationship(field.of)
            each, of_one = (
                (count_each(relationship), apply_default(relationship.of_one, "of_one")) if relationship else (1, 1)
            )
            return max(1, count_items(entity) * each // max(1, of_one))
        case FieldSource.ATTRIBUTE:
            attribute = entity.attributes[field.of]
            return count_items(entity) if attribute.unique else apply_default(attribute.cardinality, "distinct")
        case _:
            return None


def count_write_heat(design: Design, item: DesignedItem, place: KeyPlace) -> float:
    """Return the write units that a partition of the place takes in the busiest second, if all take the same.

    A change of an index entry's sort key is two writes: it deletes the entry, and puts another.
    """
    entity = design.get_entity(item)
    moves = place != item.table and any(changes(entity, field, item.per) for field in place.sort)
    units = (
        count_peak_writes(entity)
        * count_lines_of_each(entity, item)
        * count_write_units(count_item_bytes(entity, item))
    )
    entries = 1.0 if place == item.table else count_entry_writes(entity, place.subset, moves=moves)
    return units * entries / count_partitions(entity, place)


def count_read_heat(design: Design, answer: Answer, units: float) -> float:
    """Return the read units that a partition takes in the busiest second, if all take the same and a page costs so many."""
    return (
        count_peak_reads(answer.question)
        * units
        / count_partitions(design.get_entity(answer), design.get_place(answer))
    )


def explain_heat(design: Design, answer: Answer) -> str:
    """Return how the writes of a partition compare with what one takes."""
    item, place = design.find_item(answer.item), design.get_place(answer)
    heat = count_write_heat(design, item, place)
    load = f"about {max(heat, 0.1):,.1f} write units in the busiest second"
    if heat > PARTITION_WRITES:
        return f"{load}, more than the {PARTITION_WRITES:,} that one partition takes: spread it before that load comes"
    return f"{load}, and one partition takes {PARTITION_WRITES:,}"
