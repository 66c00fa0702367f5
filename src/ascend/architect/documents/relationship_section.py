"""Section of the design document about relationships: each with the keys of a real one in the sample store."""

import json
from collections.abc import Iterable
from typing import Any

from ascend.adapters.table.item import Item
from ascend.architect.documents.markdown import render_table
from ascend.architect.documents.relationship import Relationship, RelationshipEnd, parse_read_items
from ascend.architect.documents.relationship_map import RELATIONSHIPS
from ascend.projections.item import ReadItem


def render_relationships(views: Iterable[Item]) -> str:
    """Return the table of relationships; `views` are the items of the sample store's views table."""
    head = ("relationship", "cardinality", "state field", "at the first end", "at the second end")
    items = list(parse_read_items(views))
    return render_table(head, (describe_relationship(relationship, items) for relationship in RELATIONSHIPS))


def describe_relationship(relationship: Relationship[Any, Any], items: Iterable[ReadItem]) -> tuple[str, ...]:
    first, second = next(relationship.find_pairs(items))
    fields = "<br>".join(f"`{field}`" for field in relationship.state_fields) or "the log alone"
    copies = "".join(f"<br>also `{item.__name__}.{field}`" for item, field in relationship.copies)
    ends = describe_end(relationship.first, first), describe_end(relationship.second, second)
    return relationship.name, relationship.cardinality, fields + copies, *ends


def describe_end(end: RelationshipEnd[Any], item: ReadItem) -> str:
    """Return the item at this end, its fields that hold the relationship, and the keys of each query that finds it."""
    fields = ", ".join(f"`{field}`" for field in end.fields)
    queries = (f"`{query}`: {describe_keys(end, query, item)}" for query in end.queries)
    return "<br>".join((f"{end.entity}: `{end.item.__name__}` ({fields})", *queries))


def describe_keys(end: RelationshipEnd[Any], query: str, item: ReadItem) -> str:
    """Return the template of the partition key, and the sort key of this item."""
    index, template = end.find_keys(query)
    place = f"gsi{index} " if index else ""
    return f"{place}`{template.partition}`, `{json.dumps(template.render(item).sort, ensure_ascii=False)[1:-1]}`"
