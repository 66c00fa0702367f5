"""Conditions of writes, and their evaluation for the engines that have no condition language of their own."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import assert_never

from ascend.adapters.table.item import Item, Key, Value
from ascend.adapters.table.typed import check_name
from ascend.adapters.table.values import marshal


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
SURELY_A_NUMBER = 2**63
"""Whole numbers below this one are values of items."""


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
            if type(value) is not int or not 0 <= value < SURELY_A_NUMBER:  # positions need no call
                marshal(value)
        case Equals(attributes):
            for name, expected in attributes.items():
                check_name(name)
                marshal(expected)
        case _:
            assert_never(when)


def names_of(when: Condition) -> Collection[str]:
    """Return the names of the attributes that the condition looks at."""
    match when:
        case Absent():
            return ()
        case Below(attribute, _):
            return (attribute,)
        case Equals(attributes):
            return attributes.keys()
        case _:
            assert_never(when)


def is_met(when: Condition, existing: Mapping[str, Value] | None) -> bool:
    """Return True if the condition holds for the attributes that `names_of` names. None: no item has the key."""
    match when:
        case Absent():
            return existing is None
        case Below(attribute, value):
            return existing is None or _is_below(existing.get(attribute), value)
        case Equals(attributes):
            return existing is not None and all(
                _is_equal(existing.get(name), expected) for name, expected in attributes.items()
            )
        case _:
            assert_never(when)


def _is_equal(value: Value, expected: Value) -> bool:
    if type(value) is type(expected) is str:
        return value == expected
    return marshal(value)[0] == marshal(expected)[0]  # because True equals 1 in Python


def _is_below(number: Value, value: int) -> bool:
    """Return True for a lower number. As on DynamoDB, only a number can be below a number."""
    return not isinstance(number, bool) and isinstance(number, (int, Decimal)) and number < value
