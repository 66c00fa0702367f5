"""The properties of a declared table that a CreateTable request and a CloudFormation template spell alike. Pure."""

from typing import Any

from ascend.adapters.layout.table_specs import IndexSpec, TableSpec

Properties = dict[str, Any]


def table_properties(spec: TableSpec, name: object) -> Properties:
    """Return the name, keys, billing and deletion protection. `name` may be a template's expression."""
    return {
        "TableName": name,
        "AttributeDefinitions": [
            {"AttributeName": attribute, "AttributeType": "S"} for attribute in spec.key_attributes
        ],
        "KeySchema": key_schema(spec.keys),
        "BillingMode": spec.billing,
        "DeletionProtectionEnabled": spec.deletion_protection,
    }


def index_properties(spec: TableSpec) -> Properties:
    """Return the global secondary indexes, or nothing for a table without indexes: an empty list is refused."""
    if not spec.indexes:
        return {}
    return {"GlobalSecondaryIndexes": [describe_index(index) for index in spec.indexes]}


def describe_index(index: IndexSpec) -> Properties:
    attributes = {"NonKeyAttributes": list(index.included)} if index.included else {}
    return {
        "IndexName": index.name,
        "KeySchema": key_schema(index.keys),
        "Projection": {"ProjectionType": index.projection, **attributes},
    }


def key_schema(keys: tuple[str, str]) -> list[dict[str, str]]:
    partition_key, sort_key = keys
    return [
        {"AttributeName": partition_key, "KeyType": "HASH"},
        {"AttributeName": sort_key, "KeyType": "RANGE"},
    ]
