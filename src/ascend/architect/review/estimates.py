"""Estimate the sizes, the units and the monthly money of a design."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil

from ascend.adapters.layout.table_specs import ALL, KEYS_ONLY
from ascend.architect.cost.design_money import (
    DesignLoad,
    DesignMoney,
    ReadLoad,
    StoredItems,
    WriteLoad,
    estimate_design,
)
from ascend.architect.cost.prices import REGIONS
from ascend.architect.cost.units import count_get_units, count_query_units, count_write_units
from ascend.architect.cost.workload import DAYS
from ascend.architect.review.assumptions import (
    YEAR,
    apply_default,
    count_items,
    count_peak_reads,
    count_peak_writes,
    count_reads,
    count_removals,
    count_writes,
)
from ascend.architect.review.design import TABLE, Answer, Design, DesignedItem
from ascend.architect.review.item_sizes import KEY_BYTES, count_data_bytes, count_item_bytes
from ascend.architect.review.key_fields import changes
from ascend.architect.review.loads import (
    count_crossings,
    count_ends_of_each,
    count_entries,
    count_entry_writes,
    count_lines_of_each,
    count_listed,
)
from ascend.architect.review.proposal import ProposedEntity

PRICES = REGIONS["us-east-1"]
COMMIT_BYTES = 350
"""Size of a commit without its event's data: keys, ids, the clock, the hash, the command's record."""
SNAPSHOT_BYTES = 200
"""Size of a snapshot without the state."""
RECORD_WRITES = 3
"""Writes of one unit that the engine adds to a change: the command's record, and two of the checkpoint. A batch of several
changes shares the latter."""


@dataclass(frozen=True, slots=True)
class ItemEstimate:
    """A designed item with its size and cost."""

    item: DesignedItem
    bytes: int
    of_each: float
    """Number of these items of one entity."""
    units: float
    """Write units of one change of an entity, in the table, in all items of this kind."""
    index_units: float
    """The same in the indexes. A change of an index key is two writes."""
    projections: dict[str, float]
    """Dollars a month of its index entries, if the index holds whole items or keys only. Ascend's indexes hold all."""


@dataclass(frozen=True, slots=True)
class AnswerEstimate:
    """An answer with its cost."""

    answer: Answer
    lines: int
    """Lines of a page."""
    units: float
    """Read units of one page, including the check of the viewer's membership."""
    money: float
    """Dollars a month."""


@dataclass(frozen=True, slots=True)
class DesignBill:
    """Dollars a month of one workspace, on demand."""

    events: DesignMoney
    """The log."""
    views: DesignMoney
    """Read items, snapshots and records."""

    @property
    def total(self) -> float:
        return self.events.total + self.views.total


# ---- items -----------------------------------------------------------------------------------------------------------


def estimate_item(design: Design, item: DesignedItem) -> ItemEstimate:
    entity = design.get_entity(item)
    bytes, of_each = count_item_bytes(entity, item), count_lines_of_each(entity, item)
    of_change = max(
        of_each, 1.5 * count_ends_of_each(entity, item) * count_crossings(entity, item.subset)
    )  # a tombstone is written twice
    units = of_change * count_write_units(bytes)
    index_units = count_index_units(entity, item, units)
    from_index = [answer for answer in design.answers if answer.item == item.name and answer.place != TABLE]
    projections = {
        name: estimate_index_cost(design, item, from_index, name, bytes) for name in (ALL, KEYS_ONLY) if from_index
    }
    return ItemEstimate(item, bytes, of_each, units, index_units, projections)


def count_index_units(entity: ProposedEntity, item: DesignedItem, units: float) -> float:
    """Return the write units of one change in all indexes, if it takes so many units to write all its entries in one."""
    indexes = [(name, place) for name, place in item.places if name != TABLE]
    return sum(
        units * count_entry_writes(entity, place.subset, moves=moves(entity, item, name)) for name, place in indexes
    )


def moves(entity: ProposedEntity, item: DesignedItem, index: str) -> bool:
    """Return True if a change of the entity can change the item's key in the index."""
    return any(changes(entity, field, item.per) for field in item.get_place(index).fields)


def estimate_index_cost(
    design: Design, item: DesignedItem, answers: list[Answer], projection: str, bytes: int
) -> float:
    """Return dollars a month. If the index holds only keys, each page also reads its items from the table."""
    entity = design.get_entity(item)
    entry = bytes if projection == ALL else KEY_BYTES
    writes = count_index_units(entity, item, count_lines_of_each(entity, item) * count_write_units(entry))
    writes *= count_writes(entity)
    reads = 0.0
    for answer in answers:
        lines = count_page_lines(design, answer)
        units = count_query_units(lines * entry, consistent=False)
        units += 0 if projection == ALL else count_get_units([bytes] * lines, consistent=False)
        reads += units * count_reads(answer.question)
    return PRICES.price_writes(writes * DAYS) + PRICES.price_reads(reads * DAYS)


# ---- answers -----------------------------------------------------------------------------------------------------------


def estimate_answer(design: Design, answer: Answer) -> AnswerEstimate:
    item, lines = design.find_item(answer.item), count_page_lines(design, answer)
    bytes = lines * count_item_bytes(design.get_entity(answer), item)
    units = count_page_units(bytes, consistent=answer.place == TABLE)
    if answer.question.everywhere:
        units *= apply_default(design.proposal.workspaces, "workspaces")
    money = PRICES.price_reads(units * count_reads(answer.question) * DAYS)
    return AnswerEstimate(answer, lines, units, money)


def count_page_lines(design: Design, answer: Answer) -> int:
    """Return the lines of a page, which is no longer than the list itself."""
    return min(1 if answer.is_one else apply_default(answer.question.page, "page"), count_listed(design, answer))


def count_page_units(bytes: float, *, consistent: bool) -> float:
    """Return the read units of a page whose lines have `bytes` together, and of the check of the viewer's membership."""
    return count_query_units(bytes, consistent=consistent) + count_get_units([KEY_BYTES])


def count_change_units(bytes: int, indexes: int) -> float:
    """Return the write units of one change of an item: in the table, and in each index that holds it."""
    return count_write_units(bytes) * (1 + indexes)


# ---- money -------------------------------------------------------------------------------------------------------------


def estimate_bill(design: Design, items: tuple[ItemEstimate, ...], answers: tuple[AnswerEstimate, ...]) -> DesignBill:
    """Return the bill of one workspace: the log, the read items with their indexes, the engine, storage and recovery."""
    log = DesignLoad(
        writes=tuple(load for entity in design.proposal.entities for load in list_commits(entity)),
        items=tuple(StoredItems(count_commits(one), count_commit_bytes(one)) for one in design.proposal.entities),
    )
    views = DesignLoad(
        reads=tuple(list_reads(answers)),
        writes=(*list_item_writes(design, items), *list_engine_writes(design)),
        items=(*list_stored(design, items), *list_snapshots(design)),
        indexes=max((estimate.item.indexes for estimate in items), default=0),
        recovery=False,
    )
    return DesignBill(estimate_design(log, PRICES), estimate_design(views, PRICES))


def count_commit_bytes(entity: ProposedEntity) -> int:
    return COMMIT_BYTES + count_data_bytes(entity, whole=True)


def count_commits(entity: ProposedEntity) -> int:
    """Return the commits in a year. The log keeps them all."""
    return max(count_items(entity, in_a_year=True), ceil((count_writes(entity) + count_removals(entity)) * YEAR))


def list_commits(entity: ProposedEntity) -> Iterator[WriteLoad]:
    """Yield the commits of changes, and those of the job that removes what is too old."""
    units = count_write_units(count_commit_bytes(entity))
    yield WriteLoad(count_writes(entity), units, peak=count_peak_writes(entity))
    yield WriteLoad(count_removals(entity), units)


def list_reads(answers: tuple[AnswerEstimate, ...]) -> Iterator[ReadLoad]:
    for estimate in answers:
        question = estimate.answer.question
        yield ReadLoad(count_reads(question), estimate.units, peak=count_peak_reads(question))


def list_item_writes(design: Design, items: tuple[ItemEstimate, ...]) -> Iterator[WriteLoad]:
    for estimate in items:
        entity = design.get_entity(estimate.item)
        yield WriteLoad(count_writes(entity), estimate.units, estimate.index_units, peak=count_peak_writes(entity))
        units = estimate.of_each * count_write_units(estimate.bytes)
        entries = units * count_entries(entity, estimate.item)
        yield WriteLoad(count_removals(entity), units + estimate.of_each, entries)  # a tombstone, then its end


def list_engine_writes(design: Design) -> Iterator[WriteLoad]:
    """Yield the writes of snapshots and of records."""
    for entity in design.proposal.entities:
        units = count_write_units(count_snapshot_bytes(entity)) + RECORD_WRITES
        yield WriteLoad(count_writes(entity), units, peak=count_peak_writes(entity))
        yield WriteLoad(count_removals(entity), units)


def list_stored(design: Design, items: tuple[ItemEstimate, ...]) -> Iterator[StoredItems]:
    for estimate in items:
        count = ceil(count_items(design.get_entity(estimate.item), in_a_year=True) * estimate.of_each)
        yield StoredItems(count, estimate.bytes, indexes=count_entries(design.get_entity(estimate.item), estimate.item))


def list_snapshots(design: Design) -> Iterator[StoredItems]:
    for entity in design.proposal.entities:
        yield StoredItems(count_items(entity, in_a_year=True), count_snapshot_bytes(entity))


def count_snapshot_bytes(entity: ProposedEntity) -> int:
    return SNAPSHOT_BYTES + count_data_bytes(entity, whole=True)
