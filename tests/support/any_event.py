"""Hypothesis strategies for any valid values of an event's fields."""

from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from hypothesis import strategies as st
from pydantic import AwareDatetime, BaseModel, NaiveDatetime

from ascend.domain.event import Event
from ascend.domain.ids import Id, UserId
from ascend.domain.runtime.plain_models import list_types
from ascend.domain.values import ZonedTime

TEXT = st.text(st.characters(codec="utf-8"), max_size=8)
SHORT = st.sampled_from(["a", "B c", "№ 5"])
"""Texts that pass every check."""
MOMENTS = st.datetimes(timezones=st.just(UTC))
PLAIN: dict[Any, st.SearchStrategy[Any]] = {
    str: TEXT,
    bool: st.booleans(),
    int: st.integers(-(2**70), 2**70),
    date: st.dates(),
    datetime: MOMENTS,
    AwareDatetime: MOMENTS,
    NaiveDatetime: st.datetimes(),
    Decimal: st.decimals(allow_nan=False, allow_infinity=False, places=2),
    ZonedTime: st.builds(ZonedTime, instant=MOMENTS, zone=st.just("Europe/Berlin"), wall=st.none() | st.datetimes()),
    UserId: st.sampled_from(["ada", "Åse", "org/name"]).map(UserId),
}


def any_event(kind: type[Event]) -> st.SearchStrategy[Event]:
    """Return valid events of this class."""
    return _build(kind)


def _build(model: type[BaseModel]) -> st.SearchStrategy[Any]:
    types, fields = list_types(model), model.model_fields
    required = {name: _of(types[name]) for name, field in fields.items() if field.is_required()}
    others = {name: _of(types[name]) for name, field in fields.items() if not field.is_required()}
    return st.fixed_dictionaries(required, optional=others).map(lambda values: model(**values))


def _of(kind: Any) -> st.SearchStrategy[Any]:
    if kind in PLAIN:
        return PLAIN[kind]
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return SHORT if arguments[0] is str else _of(arguments[0])
    if origin is tuple:
        return st.lists(_of(arguments[0]), max_size=3, unique=True).map(tuple)
    if origin is dict:
        return st.dictionaries(*map(_of, arguments), max_size=3)
    if origin in (Union, UnionType):
        return st.one_of([st.none() if argument is NoneType else _of(argument) for argument in arguments])
    return _of_class(kind)


def _of_class(kind: Any) -> st.SearchStrategy[Any]:
    if issubclass(kind, Id):
        return st.uuids().map(lambda uuid: kind(str(uuid)))
    if issubclass(kind, Enum):
        return st.sampled_from(list(kind))
    if issubclass(kind, BaseModel):
        return _build(kind)
    hints = get_type_hints(kind)
    return st.tuples(*(_of(hints[name]) for name in kind._fields)).map(lambda values: kind(*values))
