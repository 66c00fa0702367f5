"""A data model for NoSQL Workbench for DynamoDB: both tables, a facet for each item type, and real items of the sample store.

The format is version 3.0, as the Workbench exports it. The facets hold the items; the tables hold none.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ascend.adapters.layout.catalog import find_item_type, item_types
from ascend.adapters.layout.item_type import AttributeType, ItemType
from ascend.adapters.layout.table_specs import TABLES, IndexSpec, TableSpec
from ascend.adapters.table.item import Item, Table
from ascend.adapters.table.typed import TypedItem, to_typed
from ascend.adapters.table.values import encode_base64
from ascend.architect.aws.iam import TableLocation
from ascend.architect.sample import SAMPLE_TIME, sample_items
from ascend.projections.application import Application
from ascend.projections.life_os import LIFE_OS

Json = dict[str, Any]

NO_IMPORT: Json = {"MySql": {}}
"""The Workbench imports no sample data from another source."""
ABOUT = "Generated from the declaration of the schema; the sample data is what the code itself writes."


async def build_workbench_model(app: Application) -> Json:
    """Return the model of the application's item types. The sample store has items of some or all of them."""
    items, types = await sample_items(app), item_types(app.projections)
    created = SAMPLE_TIME.strftime("%b %d, %Y, %I:%M %p")
    metadata = {
        "Author": "Ascend",
        "DateCreated": created,
        "DateLastModified": created,
        "Description": ABOUT,
        "AWSService": "Amazon DynamoDB",
        "Version": "3.0",
    }
    tables = [
        build_table(spec, [item_type for item_type in types if item_type.table is spec.table], items[spec.table])
        for spec in TABLES
    ]
    return {"ModelName": "Ascend" if app == LIFE_OS else app.name, "ModelMetadata": metadata, "DataModel": tables}


def build_table(spec: TableSpec, types: Sequence[ItemType], items: Iterable[Item]) -> Json:
    items_by_type = group_by_type(spec.table, items, types)
    return {
        "TableName": spec.name(TableLocation.prefix),
        "KeyAttributes": build_keys(spec.keys),
        "NonKeyAttributes": [build_attribute(name, type) for name, type in list_attributes(spec, types).items()],
        "TableFacets": [build_facet(spec, item_type, items_by_type[item_type.name]) for item_type in types],
        "GlobalSecondaryIndexes": [build_index(index) for index in spec.indexes],
        "DataAccess": NO_IMPORT,
        "BillingMode": spec.billing,
    }


def group_by_type(table: Table, items: Iterable[Item], types: Sequence[ItemType]) -> Mapping[str, list[TypedItem]]:
    groups: dict[str, list[TypedItem]] = {item_type.name: [] for item_type in types}
    for item in items:
        groups[find_item_type(table, item, types).name].append(with_base64(to_typed(table, item)[0]))
    return groups


def with_base64(item: TypedItem) -> TypedItem:
    """Return the item as JSON text can hold it."""
    return {name: {"B": encode_base64(value["B"])} if "B" in value else value for name, value in item.items()}


def list_attributes(spec: TableSpec, types: Iterable[ItemType]) -> dict[str, AttributeType]:
    """Return all attributes but the table's keys, with their types. The Workbench needs one type for each in a table."""
    attributes = dict.fromkeys((name for index in spec.indexes for name in index.keys), AttributeType.TEXT)
    if spec.ttl:
        attributes[spec.ttl] = AttributeType.NUMBER
    return attributes | {attribute.name: attribute.type for item_type in types for attribute in item_type.attributes}


def build_facet(spec: TableSpec, item_type: ItemType, items: list[TypedItem]) -> Json:
    templates = zip(spec.indexes, (item_type.gsi1, item_type.gsi2), strict=False)
    names = [name for index, template in templates if template for name in index.keys]
    names += [attribute.name for attribute in item_type.attributes]
    names += [spec.ttl] if spec.ttl and item_type.retention.expires else []
    return {
        "FacetName": item_type.name,
        "KeyAttributeAlias": {"PartitionKeyAlias": item_type.key.pk, "SortKeyAlias": item_type.key.sk},
        "TableData": items,
        "NonKeyAttributes": names,
        "DataAccess": NO_IMPORT,
    }


def build_index(spec: IndexSpec) -> Json:
    return {
        "IndexName": spec.name,
        "KeyAttributes": build_keys(spec.keys),
        "Projection": {"ProjectionType": spec.projection},
    }


def build_keys(names: tuple[str, str]) -> Json:
    parts = zip(("PartitionKey", "SortKey"), names, strict=True)
    return {part: build_attribute(name, AttributeType.TEXT) for part, name in parts}


def build_attribute(name: str, type: AttributeType) -> Json:
    return {"AttributeName": name, "AttributeType": type.value}
