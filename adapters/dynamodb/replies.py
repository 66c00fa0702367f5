"""Reads DynamoDB's replies. A reply without a part that the service always sends is no reply, however well it came through.

    GetItem, PutItem, DeleteItem   ConsumedCapacity: every request asks for it, so that `{}` never means "no such item"
                                   and never acknowledges a write
    BatchGetItem                   Responses (with the table, unless every key is unprocessed), UnprocessedKeys
    BatchExecuteStatement          Responses: one for each statement, with an error's code, or the table of the written item
    Query, Scan                    Items, Count
    a failed condition             Item, where only an existing item fails the condition

Every item must be one that was asked for: it has the requested key, or lies in the requested partition.
"""

from collections.abc import Generator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, assert_never

from ascend.adapters.table.conditions import Absent, Below, Condition, Equals
from ascend.adapters.table.item import Item, Key
from ascend.adapters.table.query import Bookmark, Query, TablePage, ValuesPage
from ascend.adapters.table.typed import TypedItem, from_typed, key_from_typed, text_from_typed
from ascend.adapters.table.values import unmarshal_columns

Reply = Mapping[str, Any]


class BrokenReply(Exception):
    """The reply was damaged on its way, or is not DynamoDB's. `translate_errors` makes it `StoreUnavailable`."""


def read_item(reply: Reply, key: Key) -> Item | None:
    """Return the item of a reply to a GetItem."""
    with expect_form("GetItem"):
        reply["ConsumedCapacity"]["CapacityUnits"]
        return _read_item(reply["Item"], key) if "Item" in reply else None


def check_written(reply: Reply) -> None:
    """Check that a reply to a PutItem or a DeleteItem acknowledges the write."""
    with expect_form("a write"):
        reply["ConsumedCapacity"]["CapacityUnits"]


def read_blocking_item(reply: Reply, key: Key, when: Condition) -> Item | None:
    """Return the item on which the condition failed. None: there is no item, and the condition asks for one."""
    with expect_form("a failed condition"):
        match when:
            case Absent() | Below():
                return _read_item(reply["Item"], key)
            case Equals():
                return _read_item(reply["Item"], key) if "Item" in reply else None
            case _:
                assert_never(when)


def read_batch(reply: Reply, table: str, keys: AbstractSet[Key]) -> tuple[list[Item], list[Key]]:
    """Return the items of a reply to a BatchGetItem, and the keys that it left unprocessed."""
    with expect_form("BatchGetItem"):
        rest = reply["UnprocessedKeys"]
        unprocessed = [key_from_typed(typed) for typed in rest[table]["Keys"]] if table in rest else []
        responses = reply["Responses"]
        found: Sequence[TypedItem] = responses[table] if table in responses or len(unprocessed) < len(keys) else []
        items = [from_typed(typed) for typed in found]
        answered = [*(item.key for item in items), *unprocessed]
        if len({*answered}) < len(answered) or not keys >= {*answered}:
            raise ValueError("it answers for other keys")
        return items, unprocessed


@dataclass(frozen=True, slots=True)
class StatementError:
    """The reason why one statement of a request has failed."""

    code: str
    message: str


def read_statements(reply: Reply, table: str, count: int) -> list[StatementError | None]:
    """Return the error of each statement of a BatchExecuteStatement. None: it has written."""
    with expect_form("BatchExecuteStatement"):
        answers: list[Reply] = [*reply["Responses"]]
        if len(answers) != count:
            raise ValueError(f"it has {len(answers)} answers to {count} statements")
        return [_read_statement(answer, table) for answer in answers]


def read_query(reply: Reply, query: Query) -> TablePage:
    """Return the page of a reply to a Query."""
    with expect_form("Query"):
        items = _read_items(reply)
        for item in items:
            key = item.key if query.index is None else getattr(item, query.index.value)
            if key.pk != query.pk:
                raise ValueError("it holds an item of another partition")
        return TablePage(items, _read_bookmark(reply, query.place))


def read_values(reply: Reply, query: Query, names: Sequence[str]) -> ValuesPage:
    """Return the values of these attributes, from a reply to a Query that asked for them and for the partition key."""
    with expect_form("Query of values"):
        partition, _ = query.key_names
        partitions, *columns = unmarshal_columns(_list_typed(reply), (partition, *names))
        if partitions.count(query.pk) < len(partitions):
            raise ValueError("it holds an item of another partition")
        return ValuesPage(columns, _read_bookmark(reply, query.place))


def read_scan(reply: Reply) -> TablePage:
    """Return the page of a reply to a Scan."""
    with expect_form("Scan"):
        return TablePage(_read_items(reply), _read_bookmark(reply, ("pk", "sk")))


def read_part(reply: Reply, part: str) -> dict[str, Any]:
    """Return a part of the reply to a request about a table, such as its description."""
    if not isinstance(found := reply.get(part), dict):
        raise BrokenReply(f"a reply is incomplete (no {part})")
    return {**found}


@contextmanager
def expect_form(operation: str) -> Generator[None, None, None]:
    """Raise `BrokenReply` where a part is missing or has another form. The reading itself asks for each part."""
    try:
        yield
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
        reason = f"no {error}" if isinstance(error, KeyError) else str(error)
        raise BrokenReply(f"the reply to {operation} is incomplete or malformed ({reason})") from error


def _read_statement(answer: Reply, table: str) -> StatementError | None:
    if answer.get("TableName", table) != table:
        raise ValueError("it answers for another table")
    if "Error" not in answer:
        answer["TableName"]
        return None
    code, message = answer["Error"]["Code"], answer["Error"].get("Message", "")
    if not isinstance(code, str) or not code:
        raise TypeError("an error has no code")
    return StatementError(code, str(message))


def _read_items(reply: Reply) -> list[Item]:
    return [from_typed(typed) for typed in _list_typed(reply)]


def _list_typed(reply: Reply) -> Sequence[TypedItem]:
    found: Sequence[TypedItem] = reply["Items"]
    if reply["Count"] != len(found):
        raise ValueError(f"Count is {reply['Count']}, there are {len(found)} items")
    return found


def _read_item(typed: TypedItem, key: Key) -> Item:
    item = from_typed(typed)
    if item.key != key:
        raise ValueError("it holds an item with another key")
    return item


def _read_bookmark(reply: Reply, parts: tuple[str, ...]) -> Bookmark | None:
    """Return the place where the page ended. An empty one is malformed: it would end the reading of pages too soon."""
    if "LastEvaluatedKey" not in reply:
        return None
    last = reply["LastEvaluatedKey"]
    return tuple(text_from_typed(last[part]) for part in parts)
