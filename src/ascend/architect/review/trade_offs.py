"""The trade-offs of a design: what was chosen, what it costs against the alternative, and what it would take to change later."""

from collections.abc import Iterator
from dataclasses import dataclass

from ascend.architect.review.assumptions import count_items, count_writes
from ascend.architect.review.design import INDEXES, TABLE, Answer, Design, DesignedItem, KeyPlace
from ascend.architect.review.estimates import ItemEstimate, moves
from ascend.architect.review.item_sizes import is_short
from ascend.architect.review.loads import count_crossings, count_entries, count_lines_of_each, find_share
from ascend.architect.review.proposal import Proposal
from ascend.architect.review.wording import count_things, with_article


@dataclass(frozen=True, slots=True)
class TradeOff:
    """A choice between two ways."""

    choice: str
    chosen: str
    against: str
    """What speaks for the other way, and when to take it."""


def find_trade_offs(design: Design, items: tuple[ItemEstimate, ...]) -> Iterator[TradeOff]:
    yield from weigh_tables(design.proposal)
    yield from weigh_indexes(design, items)
    yield from weigh_lines(design, items)
    yield from weigh_attributes(design, items)
    yield from weigh_transactions(design.proposal)
    yield from weigh_retention(design.proposal)
    yield from weigh_change(design)


def weigh_tables(proposal: Proposal) -> Iterator[TradeOff]:
    chosen = (
        "one table for the events and one for all read items, as everything in Ascend: one set of alarms, one restore, and two"
        " overloaded indexes for all kinds"
    )
    against = (
        "a table for each kind can be restored, throttled, exported and paid for on its own; take it (`tables: several`, with"
        " `--plain`) if one kind has a load or a retention of its own"
    )
    if proposal.tables == "several":
        chosen, against = (
            "a table for each kind, as the proposal says",
            f"one table is one thing to run, and one query can read several kinds; {chosen}",
        )
    yield TradeOff("single or several tables", chosen, against)


def weigh_indexes(design: Design, items: tuple[ItemEstimate, ...]) -> Iterator[TradeOff]:
    """Compare each item's indexes with items of their own for the same lists."""
    for estimate in items:
        if not estimate.item.indexes:
            continue
        answers = ", ".join(repr(answer.question.question) for answer in answers_from_index(design, estimate.item))
        second = sum(
            count_second_units(design, estimate, name, place) for name, place in estimate.item.places if name != TABLE
        )
        chosen = f"{estimate.item.name} in {count_things(estimate.item.indexes, 'index', 'indexes')} for {answers}: {count_things(estimate.index_units, 'write unit', 'write units')} a change, and its keys may change in place"
        against = f"an item of its own for each list: {count_things(second, 'write unit', 'write units')} a change, read consistently; a change of its key leaves a tombstone, which is written twice, and puts another item"
        yield TradeOff("index or second item", chosen, against)


def count_second_units(design: Design, estimate: ItemEstimate, index: str, place: KeyPlace) -> float:
    """Return the write units of a change if an item of its own took the place of the index."""
    entity, item = design.get_entity(estimate.item), estimate.item
    moving = moves(entity, item, index)
    moved = (estimate.units + (2 * estimate.of_each if moving else 0.0)) * find_share(entity, place.subset)
    return max(moved, 1.5 * estimate.units * count_crossings(entity, place.subset))


def answers_from_index(design: Design, item: DesignedItem) -> list[Answer]:
    return [answer for answer in design.answers if answer.item == item.name and answer.place in INDEXES]


def weigh_lines(design: Design, items: tuple[ItemEstimate, ...]) -> Iterator[TradeOff]:
    """Compare lines that copy attributes with lines that hold ids only."""
    for estimate in items:
        entity, item = design.get_entity(estimate.item), estimate.item
        if not item.per:
            continue
        lines = count_lines_of_each(entity, item)
        names = ", ".join(name for name in entity.attributes if is_short(entity, name)) or "no attribute"
        chosen = f"each {item.name} copies {names}: one request shows a page, and a change of {with_article(entity.entity)} writes {count_things(lines, 'line', 'lines')} again"
        against = "lines with ids only, joined by one BatchGet of the page: half a read unit more for each line, no write when a name changes; take it if names change more often than pages are read"
        yield TradeOff("denormalise or join", chosen, against)


def weigh_attributes(design: Design, items: tuple[ItemEstimate, ...]) -> Iterator[TradeOff]:
    for estimate in items:
        if prices := estimate.projections:
            money = ", ".join(f"{name} ${price:.2f}" for name, price in prices.items())
            chosen = (
                f"the indexes of {estimate.item.name} hold all attributes of the item ({money} a month and workspace)"
            )
            left_out = [
                name
                for name in design.get_entity(estimate.item).attributes
                if not is_short(design.get_entity(estimate.item), name)
            ]
            against = "an index of keys needs a second read for each line; the projection of an index cannot be changed, only a new index"
            if left_out and not estimate.item.whole:
                against += f"; {', '.join(left_out)} is read with the entity"
            yield TradeOff("projected attributes", chosen, against)


def weigh_transactions(proposal: Proposal) -> Iterator[TradeOff]:
    if proposal.transactions:
        yield TradeOff(
            "transactions",
            "the events of all kinds that change together are one commit: one put, one write unit for up to 1 KB",
            "without events (`--plain`), TransactWriteItems: twice the write units, at most 100 items, cancelled on a conflict",
        )
    if any(attribute.unique for entity in proposal.entities for attribute in entity.attributes.values()):
        yield TradeOff(
            "uniqueness",
            "a claim, an entity whose id is derived from the value: the rule is checked on the log, so no two commands can both win",
            "an index cannot guarantee it: it lags, and two writers would both see nothing; without events, a claim item in the same transaction",
        )


def weigh_retention(proposal: Proposal) -> Iterator[TradeOff]:
    for entity in proposal.entities:
        if entity.retention is not None:
            yield TradeOff(
                f"retention of {entity.entity}",
                f"a job deletes what is older than {entity.retention:,} days by commands, each of them a commit and a delete of every line: the lines go, and the log keeps the events",
                "without events (`--plain`), the table's TTL deletes for nothing, up to two days late, so readers filter; take it if the data must really be gone",
            )


def weigh_change(design: Design) -> Iterator[TradeOff]:
    entities = design.proposal.entities
    writes = sum(
        count_items(entity)
        * sum(
            count_lines_of_each(entity, item) * (1 + count_entries(entity, item))
            for item in design.items
            if item.entity == entity.entity
        )
        for entity in entities
    )
    days = sum(map(count_writes, entities))
    yield TradeOff(
        "what it takes to change later",
        f"a new question or other keys: raise the projection's version; a rebuild reads the log once and writes about {writes:,.0f} items of a workspace, beside the old ones, without downtime",
        f"a new attribute is optional for ever, because the log keeps its {days:,} events a day as they were; a new meaning of an event needs a new version and an upcaster",
    )
