"""Made-up values for the fields of a read item, for applications of which the sample store holds no such item."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from types import NoneType, UnionType
from typing import Annotated, Any, TypeVar, Union, cast, get_args, get_origin

from pydantic import AwareDatetime, BaseModel

from ascend.architect.sample import ADA, HOME_WORKSPACE, SAMPLE_TIME
from ascend.domain.ids import Id, Ref, UserId, WorkspaceId

M = TypeVar("M", bound=BaseModel)
EXACT: dict[object, object] = {
    WorkspaceId: HOME_WORKSPACE,
    UserId: ADA,
    datetime: SAMPLE_TIME,
    AwareDatetime: SAMPLE_TIME,
    date: SAMPLE_TIME.date(),
    bool: True,
    int: 1,
    float: 1.5,
    Decimal: Decimal("1.50"),
    NoneType: None,
}
"""Values by their type."""


def make_up(model: type[M]) -> M:
    """Return an item with a made-up value in each field, also in those that may be empty."""
    fields = model.model_fields.items()
    return model.model_construct(**{name: make_up_value(known.annotation, name) for name, known in fields})


def make_up_value(hint: object, name: str) -> Any:
    """Return a value of the type for a field of this name."""
    if hint in EXACT:
        return EXACT[hint]
    origin, parts = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return make_up_value(parts[0], name)
    if origin in {Union, UnionType}:
        return make_up_value(next(part for part in parts if part is not NoneType), name)
    if origin in {tuple, list, frozenset, set, dict}:
        return cast("Callable[[], object]", origin)()
    return make_up_plain(hint, name)


def make_up_plain(hint: object, name: str) -> Any:
    """Return a value of a plain class: an id derived from the field's name, a member of an enumeration, or text."""
    if not isinstance(hint, type):
        return name
    if issubclass(hint, Id):
        return hint.derive(name)
    if hint is Ref:
        return Ref("entity", Id.derive(name))
    if issubclass(hint, Enum):
        return next(iter(hint))
    if issubclass(hint, BaseModel):
        return make_up(hint)
    return name
