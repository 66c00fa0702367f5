r"""Attribute values as DynamoDB's typed JSON, the same on every engine, checked before anything is sent.

    "text"   {"S": "text"}     True   {"BOOL": true}    [1, "a"]   {"L": [{"N": "1"}, {"S": "a"}]}
    12       {"N": "12"}       None   {"NULL": true}    {"a": 1}   {"M": {"a": {"N": "1"}}}
    b"\x00"  {"B": b"\x00"}    (base64 text inside JSON text)

Equal values have equal typed JSON, so conditions may compare typed JSON. Numbers are read as int if they are whole,
otherwise as Decimal. Sizes follow the published rule of the service.
"""

import base64
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, cast

from ascend.adapters.table.item import Value
from ascend.domain.errors import InvalidInput, LimitExceeded

Typed = dict[str, Any]
"""One value, such as {"S": "text"}."""

DIGITS = 38
HIGHEST_EXPONENT = 125
LOWEST_EXPONENT = -130
DEPTH = 32

_SETS = frozenset({"SS", "NS", "BS"})
_SAFE_INTEGER = 10**DIGITS
_PLAIN_INTEGER = 2**63
_HIGHEST_BITS = 419  # the bits of 9.99…E+125


def marshal(value: Value) -> tuple[Typed, int]:
    """Return the value as typed JSON, and its size in bytes.

    Raises: LimitExceeded (digits, magnitude, depth), InvalidInput (floats, NaN, lone surrogates, other types).
    """
    if type(value) is int and 0 < value < _PLAIN_INTEGER:  # positions and versions
        digits = str(value)
        return {"N": digits}, (len(digits.rstrip("0")) + 1) // 2 + 1
    return _marshal(value, DEPTH)


def unmarshal(typed: Mapping[str, Any]) -> Value:
    """Return the value of typed JSON. Binary values may be bytes or base64 text.

    Raises: InvalidInput for sets, which Ascend never writes; ValueError and the like for what is no typed JSON.
    """
    if len(typed) == 1:
        for kind, content in typed.items():
            if kind == "S" and isinstance(content, str):
                return content
            if kind == "N":
                return _parse_number(content)
            if kind == "M":
                return unmarshal_all(content)
            if kind == "L" and isinstance(content, list):
                members: list[Any] = content  # pyright: ignore[reportUnknownVariableType]  JSON
                return [unmarshal(member) for member in members]
            if kind == "BOOL" and isinstance(content, bool):
                return content
            if kind == "NULL" and content is True:
                return None
            if kind == "B":
                return content if isinstance(content, bytes) else base64.b64decode(content, validate=True)
            if kind in _SETS:
                raise InvalidInput(f"the store holds a value of a type that Ascend never writes: {kind}")
    raise ValueError(f"not a typed value: {list(typed)}")


def unmarshal_all(typed: Mapping[str, Any]) -> dict[str, Value]:
    """Return the values of typed JSON by their names. Raises as `unmarshal` does."""
    return {
        # most values are text: no call for them
        name: text if "S" in value and len(value) == 1 and type(text := value["S"]) is str else unmarshal(value)
        for name, value in typed.items()
    }


def unmarshal_columns(items: Sequence[Mapping[str, Any]], names: Sequence[str]) -> list[list[Value]]:
    """Return for each name its values in these items, None where it is not there.

    Raises: as `unmarshal` does, and ValueError for a null, which is not the same as nothing.
    """
    return [
        [
            None
            if (value := typed.get(name)) is None
            # most values are text or positions: no call for them
            else text
            if len(value) == 1 and "S" in value and type(text := value["S"]) is str
            else int(text)
            if len(value) == 1 and "N" in value and type(text := value["N"]) is str and text.isdecimal()
            else refuse_null(name, unmarshal(value))
            for typed in items
        ]
        for name in names
    ]


def refuse_null(name: str, value: Value) -> Value:
    """Return the value. Raises: ValueError for a null."""
    if value is None:
        raise ValueError(f"{name} holds null")
    return value


def measure_text(text: str) -> int:
    """Return the bytes of the text in UTF-8. Raises: InvalidInput for lone surrogates."""
    if text.isascii():
        return len(text)
    try:
        return len(text.encode())
    except UnicodeEncodeError as error:
        raise InvalidInput(f"text that is not unicode: lone surrogate at character {error.start}") from None


def _marshal(value: object, depth: int) -> tuple[Typed, int]:
    if type(value) is str:
        return {"S": value}, measure_text(value)
    if type(value) is int and -_SAFE_INTEGER < value < _SAFE_INTEGER:
        digits = str(value)
        return {"N": digits}, _measure_number(digits)
    if value is None:
        return {"NULL": True}, 1
    if type(value) is bool:
        return {"BOOL": value}, 1
    kind = type(value)
    if kind is bytes:
        return {"B": value}, len(cast("bytes", value))
    if kind is list and depth:
        return _marshal_list(cast("list[object]", value), depth - 1)
    if kind is dict and depth:
        return _marshal_map(cast("dict[object, object]", value), depth - 1)
    return _marshal_other(value, depth)


def _marshal_other(value: object, depth: int) -> tuple[Typed, int]:
    """Type a value of a less common type, or refuse it."""
    if isinstance(value, str):
        return _marshal(str.__str__(value), depth)  # an enum's value, not its name
    if isinstance(value, int):
        return _marshal_integer(int(value))
    if isinstance(value, Decimal):
        return _marshal_decimal(value)
    if isinstance(value, bytes):
        return {"B": bytes(value)}, len(value)
    return _marshal_container(value, depth)


def _marshal_container(value: object, depth: int) -> tuple[Typed, int]:
    kind = type(value).__name__
    if depth == 0 and isinstance(value, (Mapping, Sequence)):
        raise LimitExceeded(f"lists and maps nest at most {DEPTH} deep")
    if isinstance(value, Mapping):
        return _marshal_map(cast("Mapping[object, object]", value), depth - 1)
    if isinstance(value, Sequence) and not isinstance(value, (bytearray, memoryview)):
        return _marshal_list(cast("Sequence[object]", value), depth - 1)
    raise InvalidInput(f"a value cannot be a {kind}; text, int, Decimal, bool, None, bytes, list and map can")


def _marshal_list(members: Sequence[object], depth: int) -> tuple[Typed, int]:
    typed: list[Typed] = []
    size = 3 + len(members)
    for member in members:
        value, member_size = _marshal(member, depth)
        typed.append(value)
        size += member_size
    return {"L": typed}, size


def _marshal_map(members: Mapping[object, object], depth: int) -> tuple[Typed, int]:
    typed: dict[str, Typed] = {}
    size = 3 + len(members)
    for name, member in members.items():
        if not isinstance(name, str):
            raise InvalidInput(f"a map's names are text, not {type(name).__name__}")
        typed[name], member_size = _marshal(member, depth)
        size += measure_text(name) + member_size
    return {"M": typed}, size


def _marshal_integer(value: int) -> tuple[Typed, int]:
    if value.bit_length() > _HIGHEST_BITS:  # checked first, because converting a huge integer to text is slow
        raise LimitExceeded(f"numbers are below 1E+{HIGHEST_EXPONENT + 1}")
    return _marshal_decimal(Decimal(value))


def _marshal_decimal(value: Decimal) -> tuple[Typed, int]:
    sign, digits, exponent = value.as_tuple()
    if not isinstance(exponent, int):
        raise InvalidInput(f"a number cannot be {value}")
    significant = "".join(map(str, digits)).rstrip("0")
    if not significant:
        return {"N": "0"}, 1
    exponent += len(digits) - len(significant)
    if len(significant) > DIGITS:
        raise LimitExceeded(f"numbers have at most {DIGITS} significant digits, this one has {len(significant)}")
    if not LOWEST_EXPONENT <= exponent + len(significant) - 1 <= HIGHEST_EXPONENT:
        raise LimitExceeded(f"numbers lie between 1E{LOWEST_EXPONENT} and 1E+{HIGHEST_EXPONENT + 1}")
    text = ("-" if sign else "") + (significant + "0" * exponent if exponent >= 0 else f"{significant}E{exponent}")
    return {"N": text}, _measure_number(text)


def _parse_number(text: str) -> int | Decimal:
    if "." not in text and "E" not in text and "e" not in text:
        return int(text)
    number = Decimal(text)
    return int(number) if number == number.to_integral_value() else number


def _measure_number(text: str) -> int:
    """Return the size of a number: one byte for two significant digits, one more, and one for a minus sign."""
    digits = text.partition("E")[0].strip("-0")
    return (len(digits) + 1) // 2 + 1 + (text[0] == "-")


def encode_base64(value: object) -> str:
    """Return bytes as they stand in typed JSON text. The `default` of a JSON encoder: bytes are all that it lacks."""
    if not isinstance(value, bytes):
        raise TypeError(f"{type(value).__name__} has no place in typed JSON")
    return base64.b64encode(value).decode()
