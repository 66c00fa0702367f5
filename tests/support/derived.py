"""Examples that are derived from the types of fields, so that a new command, event or state needs none written by hand.

The same class gives the same example at every run: examples of events and states are stored in tests/golden.
"""

from collections.abc import Iterator, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from types import NoneType, UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin, get_type_hints

from pydantic import AwareDatetime, BaseModel, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from ascend.domain.errors import InvalidInput
from ascend.domain.ids import Id, Ref, ThingId, UserId

M = TypeVar("M", bound=BaseModel)
T = TypeVar("T")
TEXTS = ("Two of each", "https://example.org/a%20b", "Europe/Berlin", "EUR", "FREQ=WEEKLY", "2026-05-02")
"""Texts, of which one fits most rules about text."""
WHOLE: Mapping[Any, Any] = {
    bool: True,
    int: 3,
    float: 1.5,
    Decimal: Decimal("1.50"),
    date: date(2026, 5, 2),
    datetime: datetime(2026, 5, 2, 16, 30, tzinfo=UTC),
    AwareDatetime: datetime(2026, 5, 2, 16, 30, tzinfo=UTC),
    object: "anything",
    Any: "anything",
}


class NoExample(Exception):
    """No example can be derived: write one by hand."""


def derive_model(model: type[M], **given: Any) -> M:
    """Return an example with a value in every field; without the optional ones, where rules forbid them together.

    Raises:
        NoExample: a rule refuses both.
    """
    every = {name: derive_field(field, name) for name, field in model.model_fields.items() if name not in given}
    required = {name: value for name, value in every.items() if model.model_fields[name].is_required()}
    for values in (every, required):
        try:
            return model.model_validate({**values, **given})
        except (InvalidInput, ValidationError):
            continue
    raise NoExample(f"a rule of {model.__name__} refuses the derived values {required}")


def derive_state(kind: type[T], *, bare: bool = False, **given: Any) -> T:
    """Return a state with a value in every field; with `bare`, only in those without a default."""
    hints = get_type_hints(kind, include_extras=True)
    return kind(
        **{
            field.name: derive_value(hints[field.name], field.name)
            for field in fields(kind)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]  every state is a dataclass
            if field.name not in given and not (bare and has_default(field))
        },
        **given,
    )


def has_default(field: Any) -> bool:
    return field.default is not MISSING or field.default_factory is not MISSING


def derive_field(field: FieldInfo, name: str) -> Any:
    annotation: Any = field.annotation
    return derive_value(Annotated[(annotation, *field.metadata)] if field.metadata else annotation, name)


def derive_value(annotation: Any, name: str) -> Any:
    """Return a value of this type: the first of a few candidates that the type accepts. Ids are derived from the name."""
    for value in list_candidates(annotation, name):
        try:
            return TypeAdapter(annotation).validate_python(value)
        except (InvalidInput, ValidationError):
            continue
    raise NoExample(f"no value of {annotation} is known for {name}")


def list_candidates(annotation: Any, name: str) -> Iterator[Any]:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        yield from list_candidates(arguments[0], name)
    elif origin in {Union, UnionType}:
        for part in arguments:
            if part is not NoneType:
                yield from list_candidates(part, name)
    elif origin is tuple:
        parts = arguments[:1] if arguments[1:] == (...,) else arguments
        yield tuple(derive_value(part, name) for part in parts)
    elif isinstance(origin, type) and issubclass(origin, Mapping):
        yield {derive_value(arguments[0], name): derive_value(arguments[1], name)}
    elif origin in {frozenset, set, list}:
        yield [derive_value(arguments[0], name)]
    else:
        yield from list_simple_candidates(annotation, name)


def list_simple_candidates(kind: Any, name: str) -> Iterator[Any]:
    """Yield values of a class without parameters."""
    if kind in WHOLE:
        yield WHOLE[kind]
    elif kind is Ref:
        yield Ref("thing", ThingId.derive(name))
    elif issubclass(kind, UserId):
        yield kind("bea")
    elif issubclass(kind, Id):
        yield kind.derive(name)
    elif issubclass(kind, Enum):
        yield list(kind)[-1]
    elif issubclass(kind, str):
        yield from TEXTS
    elif issubclass(kind, BaseModel):
        yield derive_model(kind)
    elif isinstance(kind, type) and is_dataclass(kind):
        yield derive_state(kind)
    else:
        raise NoExample(f"no value of {kind} is known for {name}")
