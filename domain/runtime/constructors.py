"""Constructors build values from JSON without validating them: they were validated when they were written.

A model has a constructor if it is plain (see `plain_models`), and if all its fields have types of this list, at any depth:

    str, bool, int, ids, enums, date, Decimal, Instant, WallTime, tuple[X, ...], dict[str or an id, X], X | None, unions whose
    members are different types in JSON, named tuples, plain models

Limits and checks that an annotation names are skipped. Every other model has no constructor: it is validated whenever it is
read. A constructor notices a field that is missing or unknown, or that has another type in JSON.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping
from copy import deepcopy
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache, lru_cache, partial
from inspect import getattr_static
from types import NoneType, UnionType
from typing import Annotated, Any, Union, cast, get_args, get_origin, get_type_hints

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from ascend.domain.ids import Id, UserId, WorkspaceId
from ascend.domain.runtime.plain_models import SCHEMA, is_check, is_plain, list_types
from ascend.domain.runtime.shapes import ConstructedField, Parsers, Shapes, parse_value
from ascend.domain.values import Instant, WallTime

TEXTS = frozenset({str})
NOT_AS_WRITTEN = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


class _NoConstructor(Exception):
    """A type has no constructor."""


@cache
def find_constructor(model: type[Any]) -> Shapes | None:
    """Return the constructor of a model, by shape. None if its values have to be validated."""
    try:
        return _make_constructor(model, ())
    except (_NoConstructor, NameError):
        return None


def _make_constructor(model: type[Any], owners: tuple[type[Any], ...]) -> Shapes:
    """`owners` are the models that hold this one: a model that holds itself has no constructor."""
    if model in owners or not is_plain(model):
        raise _NoConstructor
    types = list_types(model)
    return Shapes(
        model,
        {
            name: _make_field(field, _find_parsers(types[name], (*owners, model)))
            for name, field in model.model_fields.items()
        },
    )


def _make_field(field: FieldInfo, parsers: Parsers) -> ConstructedField:
    make: Callable[[], Any] | None = None
    if field.default_factory is not None:
        if field.default_factory_takes_validated_data:
            raise _NoConstructor
        make = cast("Callable[[], Any]", field.default_factory)
    elif not isinstance(field.default, Hashable):
        make = partial(deepcopy, field.default)
    return ConstructedField(parsers, field.is_required(), field.default, make)


def _find_parsers(kind: Any, owners: tuple[type[Any], ...]) -> Parsers:
    kind = getattr(kind, "__value__", kind)  # type X = …
    if (known := KNOWN.get(kind)) is not None:
        return known
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is Annotated:
        *parts, mark = arguments
        if not is_check(mark):
            raise _NoConstructor
        return _find_parsers(Annotated[tuple(parts)] if parts[1:] else parts[0], owners)
    if origin is tuple and arguments[1:] == (...,):
        return {list: _parse_tuple(_find_parsers(arguments[0], owners))}
    if origin is dict:
        return {dict: _parse_dict(*(_find_parsers(argument, owners) for argument in arguments))}
    if origin in (Union, UnionType):
        return _join(_find_parsers(argument, owners) for argument in arguments if argument is not NoneType)
    if isinstance(kind, type):
        return _find_class_parsers(kind, owners)
    raise _NoConstructor


def _find_class_parsers(cls: type[Any], owners: tuple[type[Any], ...]) -> Parsers:
    if issubclass(cls, Id) and all(getattr_static(cls, name) is vars(Id)[name] for name in ("__new__", SCHEMA)):
        return {str: partial(str.__new__, cls)}
    if hasattr(cls, SCHEMA) and not issubclass(cls, BaseModel):
        raise _NoConstructor
    if issubclass(cls, Enum):
        return _parse_enum(cls)
    if issubclass(cls, tuple) and hasattr(cls, "_make"):  # pyright: ignore[reportUnknownArgumentType]
        return {list: _parse_named_tuple(cls, owners)}
    return {dict: _make_constructor(cls, owners)}  # pyright: ignore[reportUnknownArgumentType]


SCALARS = {str, int, bool, float}


def _join(choices: Iterable[Parsers]) -> Parsers:
    joined: dict[type[Any], Callable[[Any], Any] | None] = {}
    for choice in choices:
        if joined.keys() & choice.keys():
            raise _NoConstructor  # only validation can tell them apart
        joined |= choice
    scalars = joined.keys() & SCALARS
    if len(scalars) > 1 and any(joined[scalar] is not None for scalar in scalars):
        raise _NoConstructor  # validation may take one for another: the text of a decimal number for a whole number
    return joined


def _parse_tuple(parsers: Parsers) -> Callable[[list[Any]], tuple[Any, ...]]:
    if parsers == {str: None}:
        return _parse_plain_texts
    if len(parsers) == 1 and (text := parsers.get(str)) is not None:
        return partial(_parse_texts, lru_cache(maxsize=2_000)(text))

    def parse(values: list[Any]) -> tuple[Any, ...]:
        return tuple([parse_value(parsers, value) for value in values])

    return parse


def _parse_plain_texts(values: list[Any]) -> tuple[str, ...]:
    if not values:
        return ()
    if not TEXTS.issuperset(map(type, values)):
        raise TypeError
    return tuple(values)


def _parse_texts(parse: Callable[[str], Any], values: list[Any]) -> tuple[Any, ...]:
    """Return a tuple of values that are texts in JSON, such as ids. `parse` has a cache: paths share their upper ids."""
    if not values:
        return ()
    if not TEXTS.issuperset(map(type, values)):
        raise TypeError
    return tuple(map(parse, values))


def _parse_dict(keys: Parsers, values: Parsers) -> Callable[[dict[str, Any]], dict[Any, Any]]:
    if keys == values == {str: None}:
        return _parse_plain_dict

    def parse(stored: dict[str, Any]) -> dict[Any, Any]:
        return {parse_value(keys, key): parse_value(values, value) for key, value in stored.items()}

    return parse


def _parse_plain_dict(stored: dict[str, Any]) -> dict[Any, Any]:
    if stored and not TEXTS.issuperset(map(type, stored.values())):
        raise TypeError
    return stored


def _parse_enum(cls: type[Enum]) -> Parsers:
    if not all(type(member.value) in (str, int) for member in cls):
        raise _NoConstructor
    find = {member.value: member for member in cls}.__getitem__
    return {type(member.value): find for member in cls}


def _parse_named_tuple(cls: Any, owners: tuple[type[Any], ...]) -> Callable[[list[Any]], Any]:
    hints = get_type_hints(cls, include_extras=True)
    parsers = [_find_parsers(hints[name], (*owners, cls)) for name in cls._fields]

    def parse(values: list[Any]) -> Any:
        return cls(*[parse_value(each, value) for each, value in zip(parsers, values, strict=True)])

    return parse


@lru_cache(maxsize=1_000)
def _parse_instant(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is not UTC:
        raise ValueError
    return moment


def _parse_wall(text: str) -> datetime:
    wall = datetime.fromisoformat(text)
    if wall.tzinfo is not None:
        raise ValueError
    return wall


@lru_cache(maxsize=1_000)
def _construct_workspace(text: str) -> WorkspaceId:
    """Return the id of a workspace. All items of most pages belong to one."""
    return str.__new__(WorkspaceId, text)


@lru_cache(maxsize=1_000)
def construct_user(text: str) -> UserId:
    """Return the id of a user. The same few users stand in most events."""
    return str.__new__(UserId, text)


KNOWN: Mapping[Any, Parsers] = {
    str: {str: None},
    bool: {bool: None},
    int: {int: None},
    date: {str: date.fromisoformat},
    Decimal: {str: Decimal},
    Instant: {str: _parse_instant},
    WallTime: {str: _parse_wall},
    UserId: {str: construct_user},
    WorkspaceId: {str: _construct_workspace},
}
