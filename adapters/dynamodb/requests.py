"""Builds DynamoDB's requests as pure values. Expressions never contain text from outside."""

from collections.abc import Mapping, Sequence
from typing import Any, assert_never

from ascend.adapters.table.conditions import Absent, Below, Condition, Equals
from ascend.adapters.table.item import Index, Key
from ascend.adapters.table.query import Between, Bookmark, Everything, Prefix, Query, cap_limit
from ascend.adapters.table.typed import TypedItem, key_to_typed
from ascend.adapters.table.values import marshal

Request = dict[str, Any]

BATCH_KEYS = 100

ASK_FOR_UNITS = {"ReturnConsumedCapacity": "TOTAL"}
"""Costs nothing. Where the rest of a reply may be empty, it tells DynamoDB's reply from any other (see `replies`)."""


def build_get(table: str, key: Key, *, consistent: bool) -> Request:
    return {"TableName": table, "Key": key_to_typed(key), "ConsistentRead": consistent, **ASK_FOR_UNITS}


def build_batch_get(table: str, keys: Sequence[Key], *, consistent: bool) -> Request:
    return {"RequestItems": {table: {"Keys": [key_to_typed(key) for key in keys], "ConsistentRead": consistent}}}


def build_put(table: str, item: TypedItem, when: Condition) -> Request:
    return {"TableName": table, "Item": item, **build_condition(when), **ASK_FOR_UNITS}


def build_delete(table: str, key: Key, when: Equals) -> Request:
    return {"TableName": table, "Key": key_to_typed(key), **build_condition(when), **ASK_FOR_UNITS}


def build_query(table: str, query: Query) -> Request:
    expression, values = _build_key_condition(query)
    request: Request = {
        "TableName": table,
        "KeyConditionExpression": expression,
        "ExpressionAttributeValues": {placeholder: {"S": value} for placeholder, value in values.items()},
        "ScanIndexForward": not query.descending,
        "ConsistentRead": query.consistent,
        "Limit": query.page_size,  # always set: without it, DynamoDB Local reads the whole partition for every page
    }
    if query.index:
        request["IndexName"] = query.index.value
    if query.after:
        request["ExclusiveStartKey"] = _build_start_key(query.pk, query.index, query.after)
    return request


def build_values_query(table: str, query: Query, names: Sequence[str]) -> Request:
    """Ask for these attributes only, and for the partition key, which tells whose items they are."""
    placeholders = {f"#v{number}": name for number, name in enumerate(names)}
    projection = {"ProjectionExpression": ", ".join((*placeholders, query.key_names[0]))}
    return build_query(table, query) | projection | {"ExpressionAttributeNames": placeholders}


def build_scan(table: str, after: Bookmark | None, limit: int) -> Request:
    request: Request = {"TableName": table, "ConsistentRead": True, "Limit": cap_limit(limit)}
    if after:
        request["ExclusiveStartKey"] = key_to_typed(Key(after[0], after[1]))
    return request


def build_condition(when: Condition) -> Request:
    """Return the condition's part of a request. If the condition fails, the reply holds the existing item, for free."""
    match when:
        case Absent():
            return _build_expression("attribute_not_exists(pk)", {}, {})
        case Below(attribute, limit):
            expression = "attribute_not_exists(pk) OR #a < :a"
            return _build_expression(expression, {"#a": attribute}, {":a": marshal(limit)[0]})
        case Equals(attributes):
            return _build_equals(attributes)
        case _:
            assert_never(when)


def _build_key_condition(query: Query) -> tuple[str, dict[str, str]]:
    index = query.index.value if query.index else ""
    pk, sk = f"{index}pk = :pk", f"{index}sk"
    match query.sort:
        case Everything():
            return pk, {":pk": query.pk}
        case Prefix(text):
            return f"{pk} AND begins_with({sk}, :prefix)", {":pk": query.pk, ":prefix": text}
        case Between(low, high):
            return f"{pk} AND {sk} BETWEEN :low AND :high", {":pk": query.pk, ":low": low, ":high": high}
        case _:
            assert_never(query.sort)


def _build_equals(attributes: Mapping[str, Any]) -> Request:
    terms, names, values = ["attribute_exists(pk)"], dict[str, str](), TypedItem()
    for number, (name, value) in enumerate(attributes.items()):
        equal = f"#a{number} = :a{number}"
        terms.append(f"(attribute_not_exists(#a{number}) OR {equal})" if value is None else equal)
        names[f"#a{number}"], values[f":a{number}"] = name, marshal(value)[0]
    return _build_expression(" AND ".join(terms), names, values)


def _build_expression(expression: str, names: dict[str, str], values: TypedItem) -> Request:
    request: Request = {"ConditionExpression": expression, "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
    if names:  # the service refuses empty ones
        request |= {"ExpressionAttributeNames": names, "ExpressionAttributeValues": values}
    return request


def _build_start_key(pk: str, index: Index | None, after: Bookmark) -> TypedItem:
    if index is None:
        return key_to_typed(Key(pk, after[0]))
    index_key = {f"{index.value}pk": {"S": pk}, f"{index.value}sk": {"S": after[0]}}
    return key_to_typed(Key(after[1], after[2])) | index_key
