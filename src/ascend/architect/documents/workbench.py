"""A data model for NoSQL Workbench for DynamoDB: both tables, a facet for each item type, and real items in them.

The format is that of models which the Workbench exports (version 3.0). Its facets hold the items; the tables hold none.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ascend.adapters.layout.catalog import find_item_type, item_types
from ascend.adapters.layout.item_type import AttributeType, ItemType
from ascend.adapters.layout.table_specs import TABLES, IndexSpec, TableSpec
from ascend.adapters.table.item import Item, Table
from ascend.adapters.table.typed import TypedItem, to_typed
from ascend.architect.aws.iam import Where
from ascend.architect.sample import SAMPLE_TIME, sample_items

Json = dict[str, Any]

NO_IMPORT: Json = {"MySql": {}}
"""Where the Workbench would take sample data from."""
ABOUT = "Generated from the declaration of the schema; the sample data is what the code itself writes."


async def build_workbench_model() -> Json:
    items = await sample_items()
    made = SAMPLE_TIME.strftime("%b %d, %Y, %I:%M %p")
    metadata = {
        "Author": "Ascend",
        "DateCreated": made,
        "DateLastModified": made,
        "Description": ABOUT,
        "AWSService": "Amazon DynamoDB",
        "Version": "3.0",
    }
    tables = [table(spec, items[spec.table]) for spec in TABLES]
    return {"ModelName": "Ascend", "ModelMetadata": metadata, "DataModel": tables}


def table(spec: TableSpec, items: Iterable[Item]) -> Json:
    types = [one for one in item_types() if one.table is spec.table]
    lying = by_type(spec.table, items, types)
    return {
        "TableName": spec.name(Where.prefix),
        "KeyAttributes": keys(spec.keys),
        "NonKeyAttributes": [attribute(name, type) for name, type in attributes(spec, types).items()],
        "TableFacets": [facet(spec, one, lying[one.name]) for one in types],
        "GlobalSecondaryIndexes": [index(one) for one in spec.indexes],
        "DataAccess": NO_IMPORT,
        "BillingMode": spec.billing,
    }


def by_type(where: Table, items: Iterable[Item], types: Sequence[ItemType]) -> Mapping[str, list[TypedItem]]:
    found: dict[str, list[TypedItem]] = {one.name: [] for one in types}
    for item in items:
        found[find_item_type(where, item, types).name].append(to_typed(where, item)[0])
    return found


def attributes(spec: TableSpec, types: Iterable[ItemType]) -> dict[str, AttributeType]:
    """Every attribute but the table's keys: the Workbench wants each to have one type, in all items of a table."""
    found = dict.fromkeys((name for one in spec.indexes for name in one.keys), AttributeType.TEXT)
    if spec.ttl:
        found[spec.ttl] = AttributeType.NUMBER
    return found | {one.name: one.type for each in types for one in each.attributes}


def facet(spec: TableSpec, one: ItemType, lying: list[TypedItem]) -> Json:
    indexed = zip(spec.indexes, (one.gsi1, one.gsi2), strict=False)
    names = [name for index, template in indexed if template for name in index.keys]
    names += [each.name for each in one.attributes]
    names += [spec.ttl] if spec.ttl and one.retention.expires else []
    return {
        "FacetName": one.name,
        "KeyAttributeAlias": {"PartitionKeyAlias": one.key.pk, "SortKeyAlias": one.key.sk},
        "TableData": lying,
        "NonKeyAttributes": names,
        "DataAccess": NO_IMPORT,
    }


def index(spec: IndexSpec) -> Json:
    return {
        "IndexName": spec.name,
        "KeyAttributes": keys(spec.keys),
        "Projection": {"ProjectionType": spec.projection},
    }


def keys(names: tuple[str, str]) -> Json:
    parts = zip(("PartitionKey", "SortKey"), names, strict=True)
    return {part: attribute(name, AttributeType.TEXT) for part, name in parts}


def attribute(name: str, type: AttributeType) -> Json:
    return {"AttributeName": name, "AttributeType": type.value}
