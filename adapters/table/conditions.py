"""What a condition means, for the stores that have no condition language of their own."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, assert_never

from ascend.adapters.table.item import Item, Value
from ascend.adapters.table.typed import check_name
from ascend.adapters.table.values import Typed, marshal, unmarshal

_NULL: Typed = {"NULL": True}


@dataclass(frozen=True, slots=True)
class Absent:
    """No item stands at this key."""


@dataclass(frozen=True, slots=True)
class Below:
    """No item stands at this key, or its number `attribute` is lower than `value`."""

    attribute: str
    value: int


@dataclass(frozen=True, slots=True)
class Equals:
    """An item stands at this key, and these attributes have these values (None: null or not there)."""

    attributes: Mapping[str, Value]


Condition = Absent | Below | Equals


@dataclass(frozen=True, slots=True)
class Blocked:
    """The condition failed, nothing was written; `existing` is the item in the way (read with the refusal)."""

    existing: Item | None


def check_condition(when: Condition) -> None:
    """Raises: InvalidInput, LimitExceeded where a name or value cannot be compared."""
    match when:
        case Absent():
            pass
        case Below(attribute, value):
            check_name(attribute)
            marshal(value)
        case Equals(attributes):
            for name, wanted in attributes.items():
                check_name(name)
                marshal(wanted)
        case _:
            assert_never(when)


def is_met(when: Condition, existing: Mapping[str, Any] | None) -> bool:
    """Whether the condition holds for the attributes (typed JSON) of the item that stands there, if one does."""
    match when:
        case Absent():
            return existing is None
        case Below(attribute, value):
            return existing is None or _is_below(existing.get(attribute), value)
        case Equals(attributes):
            return existing is not None and all(
                _is_equal(existing.get(name, _NULL), wanted) for name, wanted in attributes.items()
            )
        case _:
            assert_never(when)


def _is_equal(typed: Typed, value: Value) -> bool:
    """Compared as typed JSON: to Python, True equals 1."""
    return marshal(unmarshal(typed))[0] == marshal(value)[0]


def _is_below(typed: Typed | None, value: int) -> bool:
    if typed is None or "N" not in typed:
        return False  # as on DynamoDB: what is not a number is not below one
    number = unmarshal(typed)
    return isinstance(number, (int, Decimal)) and number < value
