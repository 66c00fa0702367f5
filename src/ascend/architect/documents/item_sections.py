"""Sections of the design document about items: the tables, the indexes, and an example of each item type."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from ascend.adapters.layout.catalog import find_item_type, item_types
from ascend.adapters.layout.item_type import ItemType
from ascend.adapters.layout.table_specs import TABLES
from ascend.adapters.table.item import Item, Table
from ascend.adapters.table.typed import to_typed
from ascend.adapters.table.values import unmarshal
from ascend.architect.check.projections import compare_projections
from ascend.architect.check.rules import load_own_schema
from ascend.architect.documents.markdown import render_table
from ascend.architect.sample import is_tombstone
from ascend.projections.catalog import PATTERNS

ItemsByTable = Mapping[Table, Sequence[Item]]


def render_tables() -> str:
    head = ("item type", "table", "partition key", "sort key", "written by", "kept")
    return render_table(head, map(describe_item_type, item_types()))


def describe_item_type(item_type: ItemType) -> tuple[str, ...]:
    keys = f"`{item_type.key.pk}`", f"`{item_type.key.sk}`"
    return item_type.name, item_type.table.value, *keys, item_type.writer.value, item_type.retention.text


def render_indexes() -> str:
    """Return the reason for each index, and a table of the item types in it with the queries that read them."""
    head = ("index", "item type", "partition key", "sort key", "patterns")
    rows: list[Sequence[object]] = []
    for number in (1, 2):
        for item_type in item_types():
            key = item_type.gsi1 if number == 1 else item_type.gsi2
            if key is not None:
                queries = list_queries(number, item_type)
                rows.append((f"gsi{number}", item_type.name, f"`{key.pk}`", f"`{key.sk}`", queries))
    return "\n".join([*explain_indexes(), "", render_table(head, rows)])


def list_queries(index: int, item_type: ItemType) -> str:
    patterns = [pattern for pattern in PATTERNS if pattern.index == index and pattern.item is item_type.model]
    return ", ".join(f"`{pattern.query}`" for pattern in patterns)


def explain_indexes() -> list[str]:
    comparisons = {comparison.index: str(comparison) for comparison in compare_projections(load_own_schema())}
    return [
        f"- **{index.name}**: {index.why}. It holds all attributes: {index.why_projection}. {comparisons[index.name]}"
        for table in TABLES
        for index in table.indexes
    ]


def render_items(items: ItemsByTable) -> str:
    """Return one example of each item type as it is stored."""
    return "\n\n".join(render_item_example(item_type, find_example(items, item_type)) for item_type in item_types())


def render_item_example(item_type: ItemType, item: Item) -> str:
    writer = f"`{item_type.projection.name}`" if item_type.projection else "the engine"
    meaning = item_type.meaning or f"a read item of {writer}"
    return f"**{item_type.name}**: {meaning}\n\n```text\n{render_attributes(item_type.table, item)}\n```"


def find_example(items: ItemsByTable, item_type: ItemType) -> Item:
    """Return the last item of the type that is not a tombstone."""
    types, table = item_types(), item_type.table
    return next(
        item
        for item in reversed(items[table])
        if not is_tombstone(item) and find_item_type(table, item, types) == item_type
    )


def render_attributes(table: Table, item: Item) -> str:
    """Return the stored attributes, one a line. An attribute that holds JSON is shown as its text."""
    typed, _ = to_typed(table, item)
    attributes: dict[str, Any] = {name: unmarshal(value) for name, value in typed.items()}
    width = max(map(len, attributes))
    return "\n".join(f"{name:<{width}}  {format_value(value)}" for name, value in attributes.items())


def format_value(value: Any) -> str:
    return value if isinstance(value, str) and value.startswith("{") else json.dumps(value, ensure_ascii=False)
