"""The risks of a design with their numbers, and what to do about each: concrete keys where keys are the remedy."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil

from ascend.architect.cost.design_money import find_write_demand
from ascend.architect.cost.prices import GIGABYTE
from ascend.architect.cost.units import WRITE_BYTES, count_write_units
from ascend.architect.review.assumptions import (
    apply_default,
    count_items,
    count_peak_reads,
    count_peak_writes,
    count_writes,
)
from ascend.architect.review.design import TABLE, Answer, Design, DesignedItem, KeyPlace
from ascend.architect.review.estimates import (
    AnswerEstimate,
    ItemEstimate,
    count_commit_bytes,
    list_engine_writes,
    list_item_writes,
    moves,
)
from ascend.architect.review.item_sizes import count_item_bytes
from ascend.architect.review.key_fields import FieldSource, name_changes
from ascend.architect.review.loads import (
    COLD_TABLE_WRITES,
    PARTITION_READS,
    PARTITION_WRITES,
    TABLE_WRITES,
    count_lines_of_each,
    count_listed,
    count_partitions,
    count_read_heat,
    count_values,
    count_write_heat,
)
from ascend.domain.values import FEW
from ascend.projections.engine.rendering import CONTENT_BYTES

WARM = 0.1
"""Part of what a partition takes, above which its load is a risk."""
SHARE = 0.5
"""Part of what a partition takes, which a remedy plans for."""
MANY = 10_000
"""A list longer than this is never read as a whole."""
PAGE_BYTES = 1_024**2
"""Limit of the service for one page."""
FEW_VALUES = 20
"""An attribute with no more values makes large partitions."""
LARGE_PARTITION = 1 * GIGABYTE


@dataclass(frozen=True, slots=True)
class Risk:
    name: str
    where: str
    said: str
    """The problem, with its numbers."""
    todo: str


def find_risks(design: Design, items: tuple[ItemEstimate, ...], answers: tuple[AnswerEstimate, ...]) -> Iterator[Risk]:
    """Find all risks."""
    for estimate in items:
        for name, place in estimate.item.places:
            yield from find_write_heat(design, estimate.item, name, place)
            yield from find_few_values(design, estimate.item, name, place)
        yield from find_item_risks(design, estimate)
    for answered in answers:
        yield from find_read_heat(design, answered)
        yield from find_list_risks(design, answered)
        yield from find_index_risks(design, answered.answer)
    yield from find_log_heat(design)
    yield from find_table_heat(design, items)
    for entity in design.proposal.entities:
        if entity.peak_writes is None and entity.writes_a_day is None:
            said = (
                "nobody has said how often it is written, so no limit of a partition was checked against a real number"
            )
            yield Risk("unknown load", entity.entity, said, "give `writes_a_day` and `peak_writes`")


# ---- heat ------------------------------------------------------------------------------------------------------------


def find_write_heat(design: Design, item: DesignedItem, name: str, place: KeyPlace) -> Iterator[Risk]:
    """Find partitions that take much of what one partition can."""
    heat, where = count_write_heat(design, item, place), f"{item.name} in {name}, {place.keys[0]}"
    if heat <= PARTITION_WRITES * WARM:
        yield from find_uneven_load(
            where, heat, count_partitions(design.get_entity(item), place), PARTITION_WRITES, "write"
        )
        return
    shards = ceil(heat / (PARTITION_WRITES * SHARE))
    said = f"about {heat:,.0f} write units in the busiest second, and one partition takes {PARTITION_WRITES:,}"
    if name != TABLE:
        said += "; an index that cannot keep up throttles the writes to the table"
    yield Risk("write-hot key", where, said, suggest_spread(design, item, place, shards, heat))


def find_uneven_load(where: str, heat: float, partitions: int, limit: int, kind: str) -> Iterator[Risk]:
    """Find loads that are no problem only because they are taken to be spread evenly over several partitions."""
    total = heat * partitions
    if partitions > 1 and total > limit * SHARE:
        said = f"spread evenly over {partitions:,} partitions, each takes about {heat:,.1f} {kind} units in the busiest second; if one takes them all, {total:,.0f}, and one partition takes {limit:,}"
        todo = "nothing if all are alike; if one can be much busier than the others, watch the busiest keys (Contributor Insights names them)"
        cure = "cache its page" if kind == "read" else "give it a shard in its key"
        yield Risk("uneven load", where, said, f"{todo}, and {cure} before it takes half of the limit")


def find_table_heat(design: Design, items: tuple[ItemEstimate, ...]) -> Iterator[Risk]:
    """Find a load of one workspace that a new table does not take at once."""
    heat = find_write_demand((*list_item_writes(design, items), *list_engine_writes(design)), 1, 0).peak
    if heat > COLD_TABLE_WRITES:
        said = f"about {heat:,.0f} write units in the busiest second of one workspace; a new table on demand takes {COLD_TABLE_WRITES:,} at first, and {TABLE_WRITES:,} is the quota of an account for one table"
        todo = "warm the table before the launch (warm throughput), and raise the quota if all workspaces together need more"
        yield Risk("cold table", "the table of read items", said, todo)


def find_log_heat(design: Design) -> Iterator[Risk]:
    """Find a log that takes much of what one partition can: the commits of a workspace are one sequence."""
    commits = sum(count_peak_writes(entity) for entity in design.proposal.entities)
    heat = sum(
        count_peak_writes(entity) * count_write_units(count_commit_bytes(entity)) for entity in design.proposal.entities
    )
    if heat <= PARTITION_WRITES * WARM:
        return
    said = f"about {commits:,.0f} commits in the busiest second of one workspace, {heat:,.0f} write units; its log is one partition, which takes {PARTITION_WRITES:,}, and each commit waits for the one before"
    todo = "put what arrives together into one command (a batch of a second is one commit), or make more and smaller workspaces; what nobody changes or undoes needs no events: take `--plain` for it"
    yield Risk("write-hot log", "the log of a workspace", said, todo)


def suggest_spread(design: Design, item: DesignedItem, place: KeyPlace, shards: int, heat: float) -> str:
    """Return a key that spreads the writes: by time if the entities are sorted by one, else by shards."""
    partition = place.keys[0]
    entity = design.get_entity(item)
    if shards <= 1:
        return "watch it: alarms on throttled requests are part of the stack; one partition is enough for now"
    in_time = (
        place.sort[:1]
        and place.sort[0].of in entity.attributes
        and entity.attributes[place.sort[0].of].type in {"instant", "created"}
    )
    each = heat / shards
    shard = f"{partition}#{{shard}} with shard = hash of the id modulo {shards}: each of {shards} partitions takes about {each:,.0f} units, half of its limit; a page reads all {shards} and merges them by the sort key"
    if in_time:
        return f"{shard}; a time bucket ({partition}#{{day}}) bounds the size of a partition, but all writes of a moment still go to one"
    return shard


def find_few_values(design: Design, item: DesignedItem, name: str, place: KeyPlace) -> Iterator[Risk]:
    """Find index partitions by an attribute that has few values."""
    entity = design.get_entity(item)
    attributes = [field for field in place.partition if field.source is FieldSource.ATTRIBUTE]
    known = [(field.of, count_values(entity, field)) for field in attributes]
    spread = count_partitions(entity, place)
    total = count_items(entity, in_a_year=True) * count_lines_of_each(entity, item)
    for attribute, values in known:
        if values is not None and values <= FEW_VALUES and spread <= FEW_VALUES and total / spread > MANY:
            said = f"{attribute} has {values} values, so each of them has about {total / spread:,.0f} lines in a year"
            todo = f"ask for the rare values only (`only`: a sparse index), or add what narrows it to the partition: a place, or a month ({place.keys[0]}#{{month}})"
            yield Risk("few values", f"{item.name} in {name}", said, todo)


def find_read_heat(design: Design, answered: AnswerEstimate) -> Iterator[Risk]:
    """Find partitions that are read much."""
    units = answered.units
    if answered.answer.question.everywhere:
        units /= apply_default(design.proposal.workspaces, "workspaces")  # each workspace has partitions of its own
    heat = count_read_heat(design, answered.answer, units)
    if heat <= PARTITION_READS * WARM:
        partitions = count_partitions(design.get_entity(answered.answer), design.get_place(answered.answer))
        yield from find_uneven_load(answered.answer.question.question, heat, partitions, PARTITION_READS, "read")
        return
    peak, copies = count_peak_reads(answered.answer.question), ceil(heat / (PARTITION_READS * SHARE))
    said = f"about {heat:,.0f} read units in the busiest second ({peak:,.0f} pages of {units:g}), and one partition takes {PARTITION_READS:,}"
    todo = "cache the page for a few seconds in the process, or in front of it (DAX, a CDN)"
    if copies > 1:
        place = design.get_place(answered.answer)
        todo += f"; or keep {copies} copies of each line, {place.keys[0]}#{{copy}} with copy = 0 … {copies - 1}, and read one at random: each write costs {copies} times as much"
    yield Risk("read-hot key", answered.answer.question.question, said, todo)


# ---- items -----------------------------------------------------------------------------------------------------------


def find_item_risks(design: Design, estimate: ItemEstimate) -> Iterator[Risk]:
    entity, item = design.get_entity(estimate.item), estimate.item
    lines = count_lines_of_each(entity, item)
    unbounded = [name for name in item.per if (related := entity.find_relationship(name)) and related.each is None]
    if lines > FEW or unbounded:
        number = "any number of" if unbounded else f"{lines:,.0f}"
        said = f"a change of one {entity.entity} writes {number} lines"
        yield Risk(
            "fan-out",
            item.name,
            said,
            f"bound it with `each` (Ascend's own entities have at most {FEW} of a kind), or join when reading",
        )
    if estimate.bytes > CONTENT_BYTES:
        said = f"it has {estimate.bytes:,} bytes, and the limit is {CONTENT_BYTES:,}: its entity would be parked"
        yield Risk("item size", item.name, said, "store the large part in an object store, and its URI here")
    elif estimate.bytes > WRITE_BYTES and item.indexes:
        units = count_write_units(estimate.bytes) * (1 + item.indexes)
        said = f"each change writes {estimate.bytes:,} bytes {1 + item.indexes} times: {units:g} units"
        yield Risk(
            "item size", item.name, said, "shorten the attributes that lists show, or leave some out of the list"
        )


# ---- lists -----------------------------------------------------------------------------------------------------------


def find_list_risks(design: Design, answered: AnswerEstimate) -> Iterator[Risk]:
    """Find lists without a bound, and pages that are too large."""
    answer, entity = answered.answer, design.get_entity(answered.answer)
    if answer.is_one:
        return
    bytes = count_item_bytes(entity, design.find_item(answer.item))
    length = count_listed(design, answer, in_a_year=True)
    if length > MANY:
        said = f"the list has about {length:,} lines in a year, {length * bytes / GIGABYTE:.2f} GB"
        todo = "read it in pages only and never count it by reading; narrow it (`only`, `range`), or let old lines go (`keep_days`)"
        yield Risk("unbounded list", answer.question.question, said, todo)
    if length * bytes > LARGE_PARTITION:
        said = f"one partition key holds {length * bytes / GIGABYTE:.1f} GB in a year; the service splits it by its sort key, which a key that only grows does not help"
        yield Risk(
            "partition growth",
            answer.question.question,
            said,
            f"add a month to the partition key: {design.get_place(answer).keys[0]}#{{month}}",
        )
    if answered.lines * bytes > PAGE_BYTES:
        said = f"a page of {answered.lines:,} has {answered.lines * bytes:,} bytes, and the service stops at {PAGE_BYTES:,}"
        yield Risk("page size", answer.question.question, said, "read fewer lines, or list a smaller item")


def find_index_risks(design: Design, answer: Answer) -> Iterator[Risk]:
    """Find answers that come late, whose keys move, that cross workspaces, or that reach many tenants."""
    entity, item, question = design.get_entity(answer), design.find_item(answer.item), answer.question
    if answer.place != TABLE and question.consistent:
        said = f"users must see their own change at once, but {answer.place} lags behind the table by some milliseconds"
        yield Risk(
            "eventual consistency",
            question.question,
            said,
            "let the front end show its own change until the index has it",
        )
    if answer.place != TABLE and moves(entity, item, answer.place):
        names = name_changes(entity, item.get_place(answer.place).fields, item.per)
        writes = count_writes(entity) * count_lines_of_each(entity, item)
        said = f"a change of {names} moves the entry in {answer.place}: two index writes in place of one, up to {writes:,.0f} times a day"
        yield Risk(
            "moving key", question.question, said, "accept it if it changes rarely; else sort by what never changes"
        )
    if question.deep:
        said = f"moving an entity rewrites the path of each one below it, up to {count_items(entity):,}"
        yield Risk(
            "fan-out",
            question.question,
            said,
            "the engine does it in chunks; until it is done, a page may show both places",
        )
    if question.across:
        said = "a line may outlive a membership: an index lags, and a removed member's lines are removed later"
        todo = "every page reads the memberships of its workspaces consistently and drops the lines of the others; written code does"
        yield Risk("who may see it", question.question, said, todo)
    if question.everywhere:
        workspaces = apply_default(design.proposal.workspaces, "workspaces")
        said = f"a job of the operator asks {workspaces:,} workspaces, one request each; no user may send it"
        yield Risk(
            "across tenants",
            question.question,
            said,
            "run it under the operator's role, a few workspaces at a time, and resume after a crash",
        )
