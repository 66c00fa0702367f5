"""Find fields of stored classes that could not be read again, or that could be changed in place.

What is None is not stored, so such a field is missing when it is read: it needs None as its default. Processes keep states
and share them, so nothing in a state may change in place.
"""

from collections.abc import Iterator
from dataclasses import MISSING, fields, is_dataclass
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, cast, get_args, get_origin, get_type_hints, is_typeddict

from pydantic import BaseModel
from pydantic.fields import FieldInfo

CHANGEABLE = (list, set)
"""Containers that are refused in a state. A dict passes, because free-form metadata is one: `evolve` must copy it."""


def find_unreadable_fields(model: type[Any]) -> Iterator[str]:
    """Yield `Class.field` for every field, also of nested classes, that may be None and whose default is not None."""
    for owner in _walk(model):
        for name, annotation, default in _list_fields(owner):
            if default is not None and _may_be_none(annotation):
                yield f"{owner.__name__}.{name}"


def find_changeable_parts(model: type[Any]) -> Iterator[str]:
    """Yield what can be changed in place in a state: the class, nested classes, and fields that hold a container."""
    for owner in _walk(model):
        if not _is_frozen(owner):
            yield owner.__name__
        for name, annotation, _ in _list_fields(owner):
            if any(found in CHANGEABLE or get_origin(found) in CHANGEABLE for found in _list_parts(annotation)):
                yield f"{owner.__name__}.{name}"


def _walk(model: type[Any]) -> Iterator[type[Any]]:
    """Yield the class and the classes with fields that its fields hold, at any depth, each once."""
    waiting, seen = [model], set[type[Any]]()
    while waiting:
        owner = waiting.pop()
        if owner in seen:
            continue
        seen.add(owner)
        yield owner
        for _, annotation, _ in _list_fields(owner):
            parts = (part for part in _list_parts(annotation) if isinstance(part, type) and not get_args(part))
            waiting += [cast("type[Any]", part) for part in parts if _has_fields(cast("type[Any]", part))]


def _has_fields(model: type[Any]) -> bool:
    return is_dataclass(model) or is_typeddict(model) or issubclass(model, BaseModel)


def _is_frozen(model: type[Any]) -> bool:
    if is_dataclass(model):
        return bool(cast("Any", model).__dataclass_params__.frozen)
    if issubclass(model, BaseModel):
        return bool(model.model_config.get("frozen"))
    return issubclass(model, tuple)


def _list_fields(model: type[Any]) -> list[tuple[str, Any, Any]]:
    """Return the name, the type and the default of each field. `MISSING`: it has none."""
    if issubclass(model, BaseModel):
        return [(name, field.annotation, _get_default(field)) for name, field in model.model_fields.items()]
    if is_typeddict(model):
        return [(name, hint, MISSING) for name, hint in get_type_hints(model).items()]
    if not is_dataclass(model):
        return []
    hints = get_type_hints(model)
    return [(field.name, hints[field.name], _get_default(field.default)) for field in fields(model)]


def _get_default(default: Any) -> Any:
    """Return the default of a field, also one that is described by pydantic."""
    if not isinstance(default, FieldInfo):
        return default
    return MISSING if default.is_required() or default.default_factory is not None else default.default


def _may_be_none(annotation: Any) -> bool:
    """Return True if None fits the annotation."""
    if annotation in (Any, object, None, NoneType):
        return True
    if (value := getattr(annotation, "__value__", None)) is not None:  # type X = …
        return _may_be_none(value)
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _may_be_none(arguments[0])
    if origin is Literal:
        return None in arguments
    return origin in {Union, UnionType} and any(_may_be_none(argument) for argument in arguments)


def _list_parts(annotation: Any) -> Iterator[Any]:
    """Yield the annotation and everything that stands in it, at any depth."""
    annotation = getattr(annotation, "__value__", annotation)  # type X = …
    yield annotation
    if get_origin(annotation) is not Literal:
        for argument in get_args(annotation):
            yield from _list_parts(argument)
