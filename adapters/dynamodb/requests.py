"""Requests to DynamoDB as pure values, and items of its replies. No text from outside gets into an expression."""

from collections.abc import Mapping, Sequence
from typing import Any, assert_never

from ascend.adapters.table.conditions import Absent, Below, Condition, Equals
from ascend.adapters.table.item import Index, Key
from ascend.adapters.table.query import Between, Bookmark, Everything, Prefix, Query, TablePage, cap_limit
from ascend.adapters.table.typed import TypedItem, from_typed, key_to_typed
from ascend.adapters.table.values import marshal

Request = dict[str, Any]

BATCH_KEYS = 100


def get(table: str, key: Key, *, consistent: bool) -> Request:
    return {"TableName": table, "Key": key_to_typed(key), "ConsistentRead": consistent}


def batch_get(table: str, keys: Sequence[TypedItem], *, consistent: bool) -> Request:
    return {"RequestItems": {table: {"Keys": keys, "ConsistentRead": consistent}}}


def put(table: str, item: TypedItem, when: Condition) -> Request:
    return {"TableName": table, "Item": item, **condition(when)}


def delete(table: str, key: Key, when: Equals) -> Request:
    return {"TableName": table, "Key": key_to_typed(key), **condition(when)}


def query(table: str, wanted: Query) -> Request:
    name = wanted.index.value if wanted.index else ""
    terms, values = [f"{name}pk = :pk"], {":pk": wanted.pk}
    match wanted.sort:
        case Everything():
            pass
        case Prefix(text):
            terms.append(f"begins_with({name}sk, :prefix)")
            values[":prefix"] = text
        case Between(low, high):
            terms.append(f"{name}sk BETWEEN :low AND :high")
            values |= {":low": low, ":high": high}
        case _:
            assert_never(wanted.sort)
    request: Request = {
        "TableName": table,
        "KeyConditionExpression": " AND ".join(terms),
        "ExpressionAttributeValues": {placeholder: {"S": value} for placeholder, value in values.items()},
        "ScanIndexForward": not wanted.descending,
        "ConsistentRead": wanted.consistent,
        "Limit": wanted.page,  # always: without it, DynamoDB Local reads the rest of the partition for every page
    }
    if wanted.index:
        request["IndexName"] = wanted.index.value
    if wanted.after:
        request["ExclusiveStartKey"] = _start(wanted.pk, wanted.index, wanted.after)
    return request


def scan(table: str, after: Bookmark | None, limit: int) -> Request:
    request: Request = {"TableName": table, "ConsistentRead": True, "Limit": cap_limit(limit)}
    if after:
        request["ExclusiveStartKey"] = key_to_typed(Key(after[0], after[1]))
    return request


def page(reply: Mapping[str, Any], index: Index | None = None, *, scanned: bool = False) -> TablePage:
    last = reply.get("LastEvaluatedKey")
    parts = ("pk", "sk") if scanned else ("sk",) if index is None else (f"{index.value}sk", "pk", "sk")
    bookmark = tuple(last[part]["S"] for part in parts) if last else None
    return TablePage([from_typed(item) for item in reply["Items"]], bookmark)


def condition(when: Condition) -> Request:
    """A failed condition returns the item in the way, at no cost."""
    names: dict[str, str] = {}
    values: TypedItem = {}
    match when:
        case Absent():
            expression = "attribute_not_exists(pk)"
        case Below(attribute, limit):
            expression = "attribute_not_exists(pk) OR #a < :a"
            names["#a"] = attribute
            values[":a"] = marshal(limit)[0]
        case Equals(attributes):
            expression = "attribute_exists(pk)"
            for number, (name, value) in enumerate(attributes.items()):
                equal = f"#a{number} = :a{number}"
                expression += (
                    f" AND (attribute_not_exists(#a{number}) OR {equal})" if value is None else f" AND {equal}"
                )
                names[f"#a{number}"], values[f":a{number}"] = name, marshal(value)[0]
        case _:
            assert_never(when)
    request: Request = {"ConditionExpression": expression, "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
    if names:  # empty ones are refused
        request |= {"ExpressionAttributeNames": names, "ExpressionAttributeValues": values}
    return request


def _start(pk: str, index: Index | None, after: Bookmark) -> TypedItem:
    if index is None:
        return key_to_typed(Key(pk, after[0]))
    place = {f"{index.value}pk": {"S": pk}, f"{index.value}sk": {"S": after[0]}}
    return key_to_typed(Key(after[1], after[2])) | place
