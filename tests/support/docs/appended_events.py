"""The events that a command may append, read from the code of its decision."""

from collections.abc import Iterator
from types import CodeType, FunctionType
from typing import Any

from ascend.domain.event import Event
from ascend.domain.workspaces.command import Command


def find_events(command: type[Command]) -> tuple[type[Event], ...]:
    """Return all events that the decision, or a function that it calls, names."""
    return tuple(dict.fromkeys(walk_events(command.decide, command, set())))


def walk_events(function: FunctionType | Any, command: type[Command], seen: set[object]) -> Iterator[type[Event]]:
    seen.add(function)
    for name in walk_names(function.__code__):
        value = function.__globals__.get(name) or getattr(command, name, None)
        if isinstance(value, type) and issubclass(value, Event):
            yield value
        elif isinstance(value, FunctionType) and value.__module__.startswith("ascend.domain.") and value not in seen:
            yield from walk_events(value, command, seen)


def walk_names(code: CodeType) -> Iterator[str]:
    """Yield the names that the code uses, also those in its comprehensions and inner functions."""
    yield from code.co_names
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from walk_names(inner)
