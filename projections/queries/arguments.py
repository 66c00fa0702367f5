"""Checks the arguments of queries: of all queries in one place, by the types in their signatures.

A value that means one thing only is converted: an id as text, an enum's value, a pair for a Ref. Anything else is
`InvalidInput`, which names the argument: a nonsense value would be a key under which nothing lies, and so an empty page.
"""

import inspect
from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from datetime import date, datetime
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, cast, get_args, get_origin, get_type_hints

from pydantic import TypeAdapter, ValidationError

from ascend.domain.errors import InvalidCursor, InvalidInput
from ascend.domain.ids import Id, Ref, UserId
from ascend.domain.runtime.arguments import check_type, show_value, to_id, to_text
from ascend.domain.runtime.model import Kind
from ascend.projections.item import ReadItem
from ascend.projections.pattern import Pattern
from ascend.projections.queries.viewer import Operator

Kinds = Mapping[str, Kind]
Convert = Callable[[str, object], object]
"""From an argument's name and its value to the value that the query expects."""
UNCHECKED = frozenset({"self", "given"})


class Arguments:
    """Converts the arguments of one query."""

    def __init__(self, query: Callable[..., object]) -> None:
        self._signature = inspect.signature(query)
        parameters = self._signature.parameters.values()
        if any(each.kind in (each.POSITIONAL_ONLY, each.VAR_POSITIONAL) for each in parameters):
            raise InvalidInput(
                f"the query {query.__name__} takes arguments without a name: name each of its parameters"
            )
        self._positional = [each.name for each in parameters if each.kind is each.POSITIONAL_OR_KEYWORD]
        self._required = {each.name for each in parameters if each.default is each.empty} - {"given"}
        self._takes_any = any(each.kind is each.VAR_KEYWORD for each in parameters)
        self._converts = {
            name: to_cursor if name == "cursor" else find_convert(parameter.annotation)
            for name, parameter in self._signature.parameters.items()
            if name not in UNCHECKED
        }

    def convert(
        self, kinds: Kinds, args: tuple[object, ...], kwargs: Mapping[str, object]
    ) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """Return the arguments as the query expects them. Raises `InvalidInput`."""
        positional = dict(zip(self._positional, args, strict=False))
        if not self._are_complete(len(args), positional.keys(), kwargs.keys()):
            self._signature.bind(*args, **kwargs)  # raises
        converted = {name: self._convert_one(name, value, kinds) for name, value in positional.items()}
        return (*converted.values(),), {name: self._convert_one(name, value, kinds) for name, value in kwargs.items()}

    def _are_complete(self, count: int, positional: AbstractSet[str], named: AbstractSet[str]) -> bool:
        """Return True if each required argument is there, and each that is there is known and stands once."""
        known = self._takes_any or named <= self._signature.parameters.keys()
        once = count == len(positional) and positional.isdisjoint(named)
        return known and once and self._required <= positional | named

    def _convert_one(self, name: str, value: object, kinds: Kinds) -> object:
        convert = self._converts.get(name)
        return value if convert is None else check_ref(name, convert(name, value), kinds)


def to_given(item: type[ReadItem], given: Mapping[str, object], kinds: Kinds) -> dict[str, object]:
    """Return the values that a caller gives for fields of an item's keys. Raises `InvalidInput`."""
    return {
        name: None if value is None else check_ref(name, find_convert(type_of_field(item, name))(name, value), kinds)
        for name, value in given.items()
    }


def check_ref(name: str, value: object, kinds: Kinds) -> object:
    """Return the value. Raises `InvalidInput` for a Ref of a kind that the application does not have, or to no id of it."""
    if isinstance(value, Ref):
        check_kind(value.kind, kinds)
        return Ref(value.kind, str(find_convert(type_of_id(kinds[value.kind].state))(f"{name}.id", value.id)))
    return value


def check_kind(kind: str, kinds: Kinds) -> None:
    """Raise `InvalidInput` unless the application has this kind of entity."""
    if kind not in kinds:
        raise InvalidInput(f"there is no kind {kind!r}; the kinds are {', '.join(sorted(kinds))}")


def to_cursor(_: str, value: object) -> object:
    if value is not None and not isinstance(value, str):
        raise InvalidCursor(show_value(value))
    return value


@cache
def find_convert(annotation: Any) -> Convert:
    """Return the function that converts values for a parameter or a field of this type."""
    options: tuple[Any, ...] = get_args(annotation) if isinstance(annotation, UnionType) else (annotation,)
    types = [option for option in options if option is not NoneType]
    convert = _convert_any(tuple(types)) if len(types) > 1 else _convert_one(types[0])
    if NoneType not in options:
        return convert
    return lambda name, value: None if value is None else convert(name, value)


def _convert_any(types: tuple[Any, ...]) -> Convert:
    """Convert to one of several types: as text, only a user's id can stand beside others."""

    def convert(name: str, value: object) -> object:
        if isinstance(value, types):
            return value
        if types == (UserId, Operator):
            return to_id(name, UserId, value)
        raise InvalidInput(f"{name} is {show_value(value)}: pass {' or '.join(map(_show_type, types))}")

    return convert


def _show_type(type_: type) -> str:
    module = type_.__module__.split(".")[0]  # "ascend" has all public names
    return type_.__name__ if module == "builtins" else f"{module}.{type_.__name__}"


def _convert_one(type_: Any) -> Convert:
    if get_origin(type_) is Pattern:
        return _convert_pattern
    if not isinstance(type_, type):
        return _convert_strictly(type_)
    if issubclass(type_, Id):
        return lambda name, value: to_id(name, type_, value)
    if issubclass(type_, Enum):
        return lambda name, value: _to_enum(name, type_, value)
    known: dict[object, Convert] = {Ref: _to_ref, str: _to_text, int: _to_number, date: _to_date}
    return known.get(cast("object", type_)) or _convert_strictly(type_)


def _convert_strictly(type_: Any) -> Convert:
    adapter: TypeAdapter[Any] = TypeAdapter(type_)

    def convert(name: str, value: object) -> object:
        try:
            return adapter.validate_python(value, strict=True)
        except ValidationError as error:
            raise InvalidInput(f"{name} is {show_value(value)}: {error.errors()[0]['msg']}") from None

    return convert


def _convert_pattern(name: str, value: object) -> object:
    check_type(name, Pattern, value)
    return value


def _to_enum(name: str, type_: type[Enum], value: object) -> Enum:
    for member in type_:
        if value is member or (type(value) is type(member.value) and value == member.value):
            return member
    values = ", ".join(repr(member.value) for member in type_)
    raise InvalidInput(f"{name} is {show_value(value)}: pass an ascend.{type_.__name__}, which is one of {values}")


def _to_ref(name: str, value: Any) -> Ref:
    if not _is_pair(value) or not all(isinstance(part, str) for part in value):
        raise InvalidInput(f"{name} is {show_value(value)}: pass an ascend.Ref(kind, id)")
    return Ref(*value)


def _is_pair(value: object) -> bool:
    return isinstance(value, tuple) and len(value) == len(Ref._fields)  # pyright: ignore[reportUnknownArgumentType]


def _to_text(name: str, value: object) -> str:
    text = to_text(name, value)
    try:
        text.encode()
    except UnicodeEncodeError:
        raise InvalidInput(f"{name} is {show_value(value)}: it is not unicode") from None
    return text


def _to_number(name: str, value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise InvalidInput(f"{name} is {show_value(value)}: pass a whole number")
    return value


def _to_date(name: str, value: object) -> date:
    if not isinstance(value, date) or isinstance(value, datetime):
        raise InvalidInput(f"{name} is {show_value(value)}: pass a datetime.date")
    return value


@cache
def type_of_id(state: type) -> Any:
    """Return the type of the id of an entity, as its state declares it."""
    return get_type_hints(state).get("id", str)


@cache
def type_of_field(item: type[ReadItem], name: str) -> Any:
    """Return the type of a field of an item's keys, which may be a property. An unknown one is left to the template."""
    if (field := item.model_fields.get(name)) is not None:
        return field.annotation
    getter = getattr(getattr(item, name, None), "fget", None)
    return get_type_hints(getter).get("return", str) if getter else object
