"""The page of a plain package: its tables, its questions, what a change costs, and what it does not give."""

from math import ceil

from ascend.architect.review.design import TABLE, DesignedItem
from ascend.architect.review.item_sizes import count_item_bytes
from ascend.architect.review.wording import count_things
from ascend.architect.write.plain.entity_code import PlainEntity
from ascend.architect.write.plain.fields import MOST_ENDS as MOST_STORED
from ascend.architect.write.plain.item_code import name_place
from ascend.architect.write.plain.package_code import PlainCode
from ascend.architect.write.templates import render

WRITE_BYTES = 1_024
ASSUMED_ENDS = 2
"""Other ends of a relationship that does not say how many it has."""


def write_page(package: PlainCode) -> str:
    return render(
        "plain/README.md.j2",
        package=package,
        entities=[
            (code, [*map(describe_item, code.items), describe_claims(code)], describe_change(code))
            for code in package.entities
        ],
        methods=package.methods,
        unwritten=[rule for rule in package.rules if rule.listing is None],
        long_lists=[
            (code, relationship)
            for code in package.entities
            for relationship in code.entity.relationships
            if (relationship.each or 0) > MOST_STORED
        ],
        most=MOST_STORED,
    )


def describe_item(item: DesignedItem) -> list[tuple[str, str, str, str]]:
    """Return the item, place, partition key and sort key of each place."""
    return [
        (item.name if name == TABLE else "", name_place(name) or "table", *place.keys) for name, place in item.places
    ]


def describe_claims(code: PlainEntity) -> list[tuple[str, str, str, str]]:
    """Return the item, place, partition key and sort key of the claim of each unique value."""
    return [
        (f"claim of {name}", "table", f"UNIQUE#{{workspace}}#{code.kind}#{name}#{{{name}_key}}", "CLAIM")
        for name, _ in code.claims
    ]


def describe_change(code: PlainEntity) -> str:
    """Return what a new entity costs. Transactions double the units of the table, not those of the indexes."""
    claims = len(code.claims)
    table = claims + sum(count_units(code, item) * count_lines(code, item) for item in code.items)
    index = sum(count_units(code, item) * count_lines(code, item) * item.indexes for item in code.items)
    indexed = any(item.indexes for item in code.items)
    sparse = " An entity without a value of an index key has no entry in that index." if indexed else ""
    if not code.is_together:
        moves = " A change that moves it in an index writes there twice." if indexed else ""
        return f"A new {code.words} is one item: {count_things(table + index, 'write unit', 'write units')}.{moves}{sparse}"
    items = claims + sum(count_lines(code, item) for item in code.items)
    return (
        f"A new {code.words} is one transaction of {items} items: about {2 * table + index} write units, of which {table} are the "
        f"price of the transaction. A change writes only the items that differ{', and twice into an index where it moves a key' if indexed else ''}.{sparse}"
    )


def count_lines(code: PlainEntity, item: DesignedItem) -> int:
    lines = 1
    for relationship in code.entity.relationships:
        if relationship.name in item.per and not relationship.is_single:
            lines *= relationship.each or ASSUMED_ENDS
    return lines


def count_units(code: PlainEntity, item: DesignedItem) -> int:
    """Return the units of one put of the item, in the table or in one index."""
    return ceil(count_item_bytes(code.entity, item) / WRITE_BYTES)
