"""The page of a plain package: its tables, its questions, what a change costs, and what it does not give."""

from math import ceil

from ascend.architect.review.design import TABLE, Design, DesignedItem
from ascend.architect.review.item_sizes import MOST_ENDS, count_item_bytes
from ascend.architect.review.key_fields import changes
from ascend.architect.write.plain.entity_code import EntityCode
from ascend.architect.write.plain.fields import MOST_ENDS as MOST_STORED
from ascend.architect.write.plain.item_code import name_place
from ascend.architect.write.plain.package_code import PackageCode
from ascend.architect.write.templates import render

WRITE_BYTES = 1_024
ASSUMED_ENDS = 2
"""Other ends of a relationship that does not say how many it has."""


def write_page(package: PackageCode) -> str:
    design = package.design
    return render(
        "plain/README.md.j2",
        package=package,
        entities=[(code, [describe_item(design, item) for item in code.items], describe_change(code)) for code in package.entities],
        methods=package.methods,
        unwritten=[rule for rule in package.rules if rule.listing is None],
        long_lists=[
            (code, relationship)
            for code in package.entities
            for relationship in code.entity.relationships
            if (relationship.each or 0) > MOST_STORED
        ],
        most=MOST_STORED,
        few=MOST_ENDS,
    )


def describe_item(design: Design, item: DesignedItem) -> list[tuple[str, str, str, str]]:
    """Return the item, place, partition key and sort key of each place."""
    return [
        (item.name if name == TABLE else "", name_place(name) or "table", *place.keys)
        for name, place in item.places
    ]


def describe_change(code: EntityCode) -> str:
    """Return the write units of one change that changes every line, as a sentence."""
    items = sum(count_lines(code, item) for item in code.items)
    units = sum(count_units(code, item) * count_lines(code, item) for item in code.items)
    if not code.is_together:
        return f"One change writes one item: {units} write units."
    claims = f", and its claims ({len(code.claims)})" if code.claims else ""
    return (
        f"A new {code.words} is one transaction of {items} items{claims}: about {2 * units} write units, double of what the "
        f"{units} units would cost one by one. A change writes only the lines that differ."
    )


def count_lines(code: EntityCode, item: DesignedItem) -> int:
    lines = 1
    for relationship in code.entity.relationships:
        if relationship.name in item.per and not relationship.is_single:
            lines *= relationship.each or ASSUMED_ENDS
    return lines


def count_units(code: EntityCode, item: DesignedItem) -> int:
    """Return the units of one put of the item. A key that moves in an index costs two writes there."""
    size = ceil(count_item_bytes(code.entity, item) / WRITE_BYTES)
    moving = (
        any(changes(code.entity, field, item.per) for field in place.fields) for name, place in item.places if name != TABLE
    )
    return size * (1 + sum(2 if moves else 1 for moves in moving))
