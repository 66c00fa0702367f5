"""The codec of values: properties that the conformance suite cannot observe."""

from decimal import Decimal
from enum import IntEnum, StrEnum
from typing import Any

import pytest

from ascend.adapters.table.item import Value
from ascend.adapters.table.values import marshal, unmarshal, unmarshal_columns
from ascend.domain.errors import InvalidInput, LimitExceeded


class Status(StrEnum):
    OPEN = "open"


class Level(IntEnum):
    HIGH = 3


@pytest.mark.parametrize(
    ("value", "typed", "size"),
    [
        ("", {"S": ""}, 0),
        ("é😀", {"S": "é😀"}, 6),
        (0, {"N": "0"}, 1),
        (7, {"N": "7"}, 2),
        (-7, {"N": "-7"}, 3),
        (12_300, {"N": "12300"}, 3),
        (Decimal("1.50"), {"N": "15E-1"}, 2),
        (Decimal("1E+3"), {"N": "1000"}, 2),
        (10**38 - 1, {"N": "9" * 38}, 20),
        (True, {"BOOL": True}, 1),
        (None, {"NULL": True}, 1),
        (b"abc", {"B": b"abc"}, 3),
        ([], {"L": []}, 3),
        (("a", 1), {"L": [{"S": "a"}, {"N": "1"}]}, 8),
        ({"ab": None}, {"M": {"ab": {"NULL": True}}}, 7),
        (Status.OPEN, {"S": "open"}, 4),
        (Level.HIGH, {"N": "3"}, 2),
    ],
)
def test_each_value_has_one_form_and_the_published_size(value: Value, typed: dict[str, object], size: int) -> None:
    assert marshal(value) == (typed, size)


@pytest.mark.parametrize("text", ["100", "1E+2", "1e2", "100.0", "0.1E3"])
def test_whole_numbers_are_read_as_int_in_every_notation(text: str) -> None:
    number = unmarshal({"N": text})
    assert (type(number), number) == (int, 100)


@pytest.mark.parametrize(
    "typed",
    [
        {"S": "text"},
        {"N": "12"},
        {"N": "-12"},
        {"N": "1.5"},
        {"N": "1E3"},
        {"BOOL": True},
        {"B": "AP8="},
        {"L": [{"S": "a"}]},
        {"M": {"a": {"N": "1"}}},
    ],
)
def test_a_column_has_the_values_of_its_items(typed: dict[str, object]) -> None:
    other: list[dict[str, Any]] = [{"a": typed, "b": {"S": "b"}}, {"b": {"S": "c"}}]

    [first, second] = unmarshal_columns(other, ("a", "b"))

    assert [(type(value), value) for value in first] == [(type(unmarshal(typed)), unmarshal(typed)), (type(None), None)]
    assert second == ["b", "c"]
    assert unmarshal_columns([], ("a", "b")) == [[], []]


@pytest.mark.parametrize(
    "typed",
    [
        {"NULL": True},
        {},
        {"S": 1},
        {"N": 1},
        {"N": "x"},
        {"N": True},
        {"S": "a", "N": "1"},
        {"X": "a"},
        "S",
        "N",
        1,
        [1],
    ],
)
def test_a_column_has_no_null_and_nothing_that_is_no_value(typed: Any) -> None:
    with pytest.raises((ArithmeticError, AttributeError, LookupError, TypeError, ValueError)):
        unmarshal_columns([{"a": typed}], ("a",))


def test_sets_are_refused() -> None:
    with pytest.raises(InvalidInput, match="never writes"):
        unmarshal({"SS": ["a"]})


def test_nesting_has_a_limit() -> None:
    deepest: Value = "leaf"
    for _ in range(32):
        deepest = [deepest]
    assert unmarshal(marshal(deepest)[0]) == deepest
    with pytest.raises(LimitExceeded, match="32 deep"):
        marshal([deepest])
