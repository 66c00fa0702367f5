"""Sections of the design document about items: the tables, the indexes, and an example of each item type."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ascend.adapters.layout.catalog import find_item_type
from ascend.adapters.layout.item_type import ItemType
from ascend.adapters.table.item import Item, Table
from ascend.adapters.table.typed import to_typed
from ascend.adapters.table.values import unmarshal
from ascend.architect.check.projections import compare_projections
from ascend.architect.check.released import list_fields
from ascend.architect.check.schema import Schema
from ascend.architect.documents.markdown import render_table
from ascend.architect.sample import is_tombstone
from ascend.projections.pattern import Pattern

ItemsByTable = Mapping[Table, Sequence[Item]]


def render_tables(types: Iterable[ItemType]) -> str:
    head = ("item type", "table", "partition key", "sort key", "written by", "kept")
    return render_table(head, map(describe_item_type, types))


def describe_item_type(item_type: ItemType) -> tuple[str, ...]:
    keys = f"`{item_type.key.pk}`", f"`{item_type.key.sk}`"
    return item_type.name, item_type.table.value, *keys, item_type.writer.value, item_type.retention.text


def render_indexes(schema: Schema) -> str:
    """Return the reason for each index, and a table of the item types in it with the queries that read them."""
    head = ("index", "item type", "partition key", "sort key", "patterns")
    rows: list[Sequence[object]] = []
    for number in (1, 2):
        for item_type in schema.item_types:
            key = item_type.gsi1 if number == 1 else item_type.gsi2
            if key is not None:
                queries = list_queries(schema.patterns, number, item_type)
                rows.append((f"gsi{number}", item_type.name, f"`{key.pk}`", f"`{key.sk}`", queries))
    return "\n".join([*explain_indexes(schema), "", render_table(head, rows)])


def list_queries(patterns: Iterable[Pattern[Any]], index: int, item_type: ItemType) -> str:
    queries = [pattern.query for pattern in patterns if pattern.index == index and pattern.item is item_type.model]
    return ", ".join(f"`{query}`" for query in queries)


def explain_indexes(schema: Schema) -> list[str]:
    comparisons = {comparison.index: str(comparison) for comparison in compare_projections(schema)}
    return [
        f"- **{index.name}**: {index.why}. It holds all attributes: {index.why_projection}."
        f" {comparisons.get(index.name, 'No pattern reads it.')}"
        for index in schema.indexes
    ]


def render_items(types: Sequence[ItemType], items: ItemsByTable) -> str:
    """Return one example of each item type as it is stored, or its fields if the sample store has no such item."""
    return "\n\n".join(render_item_type(item_type, find_example(types, items, item_type)) for item_type in types)


def render_item_type(item_type: ItemType, example: Item | None) -> str:
    writer = f"`{item_type.projection.name}`" if item_type.projection else "the engine"
    meaning = item_type.meaning or f"a read item of {writer}"
    attributes = declare_attributes(item_type) if example is None else list_attributes(item_type.table, example)
    width = max(map(len, attributes))
    lines = "\n".join(f"{name:<{width}}  {text}" for name, text in attributes.items())
    return f"**{item_type.name}**: {meaning}\n\n```text\n{lines}\n```"


def find_example(types: Iterable[ItemType], items: ItemsByTable, item_type: ItemType) -> Item | None:
    """Return the last item of the type that is not a tombstone; None if there is none."""
    table = item_type.table
    examples = (
        item
        for item in reversed(items[table])
        if not is_tombstone(item) and find_item_type(table, item, types) == item_type
    )
    return next(examples, None)


def list_attributes(table: Table, item: Item) -> dict[str, str]:
    """Return the stored attributes by name. An attribute that holds JSON is shown as its text."""
    typed, _ = to_typed(table, item)
    return {name: format_value(unmarshal(value)) for name, value in typed.items()}


def declare_attributes(item_type: ItemType) -> dict[str, str]:
    """Return the templates of the keys and the meaning of each attribute; of a read item, the types of its fields."""
    templates = {"": item_type.key, "gsi1": item_type.gsi1, "gsi2": item_type.gsi2}
    keys = {
        f"{index}{part}": text
        for index, template in templates.items()
        if template is not None
        for part, text in (("pk", template.pk), ("sk", template.sk))
    }
    attributes = {attribute.name: attribute.meaning for attribute in item_type.attributes}
    fields = {} if item_type.model is None else list_fields(item_type.model)
    content = ", ".join(f"{name}: {type_}" for name, type_ in fields.items())
    return keys | attributes | ({"data": f"JSON of {{{content}}}"} if fields else {})


def format_value(value: Any) -> str:
    if isinstance(value, bytes):
        return f"bytes {value.hex()}"
    return value if isinstance(value, str) and value.startswith("{") else json.dumps(value, ensure_ascii=False)
