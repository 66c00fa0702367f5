"""What a condition means, for the stores that have no condition language of their own."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, assert_never

from ascend.adapters.items import check_name
from ascend.adapters.table import Absent, Below, Condition, Equals, Value
from ascend.adapters.values import Typed, marshal, unmarshal

_NULL: Typed = {"NULL": True}


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


def holds(when: Condition, existing: Mapping[str, Any] | None) -> bool:
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
