"""Conditions of writes, and their evaluation for the engines that have no condition language of their own."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, assert_never

from ascend.adapters.table.item import Item, Key, Value
from ascend.adapters.table.typed import check_name
from ascend.adapters.table.values import Typed, marshal, unmarshal

_NULL: Typed = {"NULL": True}


@dataclass(frozen=True, slots=True)
class Predecessor:
    """Another item of the table that must stand at `key`, with these attributes."""

    key: Key
    attributes: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Absent:
    """No item has this key.

    An engine that looks at a second item in the same transaction at no cost (SQLite) checks `behind` as well. The others
    ignore it: on DynamoDB, a condition sees its own item only.
    """

    behind: Predecessor | None = None


@dataclass(frozen=True, slots=True)
class Below:
    """No item has this key, or the item's number `attribute` is lower than `value`."""

    attribute: str
    value: int


@dataclass(frozen=True, slots=True)
class Equals:
    """An item has this key, and these attributes have these values. None: the attribute is null or absent."""

    attributes: Mapping[str, Value]


Condition = Absent | Below | Equals


@dataclass(frozen=True, slots=True)
class Blocked:
    """The condition failed and nothing was written. `existing` is the item that the condition was evaluated on.

    It is None where `Equals` found no item, or where only the predecessor that `Absent` names was not there.
    """

    existing: Item | None


def check_condition(when: Condition) -> None:
    """Raises: InvalidInput, LimitExceeded if the condition holds a name or a value that no item can have."""
    match when:
        case Absent():
            pass
        case Below(attribute, value):
            check_name(attribute)
            marshal(value)
        case Equals(attributes):
            for name, expected in attributes.items():
                check_name(name)
                marshal(expected)
        case _:
            assert_never(when)


def is_met(when: Condition, existing: Mapping[str, Any] | None) -> bool:
    """Return True if the condition holds for an item's attributes (typed JSON). None: no item has the key."""
    match when:
        case Absent():
            return existing is None
        case Below(attribute, value):
            return existing is None or _is_below(existing.get(attribute), value)
        case Equals(attributes):
            return existing is not None and all(
                _is_equal(existing.get(name, _NULL), expected) for name, expected in attributes.items()
            )
        case _:
            assert_never(when)


def _is_equal(typed: Typed, value: Value) -> bool:
    """Compare as typed JSON, because True equals 1 in Python."""
    return marshal(unmarshal(typed))[0] == marshal(value)[0]


def _is_below(typed: Typed | None, value: int) -> bool:
    if typed is None or "N" not in typed:
        return False  # as on DynamoDB: only a number can be below a number
    number = unmarshal(typed)
    return isinstance(number, (int, Decimal)) and number < value
