"""Checks of the kinds of entities of an application. Each error names both sides."""

from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel
from pydantic.errors import PydanticUserError

from ascend.domain.errors import InvalidInput
from ascend.domain.event import STORED_NAME
from ascend.domain.runtime.model import Kind
from ascend.domain.runtime.stored_fields import find_changeable_parts, find_unreadable_fields


def check_kinds(kinds: Iterable[Kind]) -> None:
    """Check that the kinds of one application can be stored and read again.

    Raises:
        InvalidInput: two kinds, events or commands have one name, an event has no tag, a state can be changed in place,
            or a field could not be read again.
    """
    owners: dict[str, type] = {}
    for kind in kinds:
        _check_name(f"the entity of {kind.state.__name__}", getattr(kind.state, "entity", None))
        _claim(owners, f"the entity {kind.state.entity!r}", kind.state)
        for event in kind.events:
            if not event.tag:
                raise InvalidInput(f"the event {event.__name__} has no tag: class {event.__name__}(…, tag=…)")
            _check_name(f"the event {event.__name__}", event.tag)
            _claim(owners, f"the event tag {event.tag!r}", event)
        for command in kind.commands:
            _claim(owners, f"the command {command.__name__!r}", command)
        _check_frozen(kind.state)
        _ = kind.adapter
        for built in (*kind.events, *kind.commands):
            build_model(built)
        for model in (kind.state, *kind.events):
            check_readable(model)


def build_model(model: type[BaseModel]) -> None:
    """Build the validator of a class, which otherwise happens at its first use, so that a mistake in it shows now.

    Raises:
        InvalidInput: a field has a type that cannot be stored.
    """
    try:
        model.model_rebuild()
    except PydanticUserError as error:
        raise InvalidInput(f"{model.__name__}: {error.message}") from error


def check_readable(model: type) -> None:
    """Raise `InvalidInput` if a field of the class may be None and its default is another value: it could not be read again."""
    if unreadable := list(find_unreadable_fields(model)):
        raise InvalidInput(
            f"{unreadable[0]} may be None, and what is None is not stored, so it could not be read again: write `= None` after its type"
        )


def _check_frozen(state: type[Any]) -> None:
    """Raise `InvalidInput` if a state can be changed in place: processes keep states and share them."""
    if changeable := next(find_changeable_parts(state), None):
        raise InvalidInput(
            f"the state {state.__name__} can be changed in place, at {changeable}: make classes dataclasses with frozen=True,"
            " and use tuples and frozensets"
        )


def _check_name(what: str, name: object) -> None:
    """Raise `InvalidInput` for a name that cannot stand in a key."""
    if not isinstance(name, str) or not STORED_NAME.fullmatch(name):
        raise InvalidInput(
            f"{what} is named {name!r}: a name begins with a-z and is made of a-z, 0-9, '.', '_' and '-'"
        )


def _claim(owners: dict[str, type], name: str, owner: type) -> None:
    if name in owners:
        first = owners[name]
        raise InvalidInput(
            f"{name} belongs to both {first.__module__}.{first.__qualname__} and {owner.__module__}.{owner.__qualname__}"
        )
    owners[name] = owner
