"""A command record: an applied command with its events, as a commit holds it."""

from dataclasses import dataclass, fields
from typing import Any

from ascend.domain.event import Event
from ascend.domain.ids import CommandId, UserId


@dataclass(frozen=True, slots=True)
class CommandRecord:
    """An applied command with its events."""

    command_id: CommandId
    digest: str
    actor: UserId
    events: tuple[Event, ...]
    correlation: str | None = None
    causation: str | None = None
    imported: bool = False
    """True if an import sent the command (`Store.importing`). Imports of version 0.2 and before are not marked."""


_setters: list[Any] = [vars(CommandRecord)[field.name].__set__ for field in fields(CommandRecord)]
_set_id, _set_digest, _set_actor, _set_events, _set_correlation, _set_causation, _set_imported = _setters


def make_record(
    command_id: CommandId,
    digest: str,
    actor: UserId,
    events: tuple[Event, ...],
    correlation: str | None,
    causation: str | None,
    imported: bool,
) -> CommandRecord:
    """Return the record, in half of the time that its own `__init__` takes: a replay makes one for each command."""
    record = object.__new__(CommandRecord)
    _set_id(record, command_id)
    _set_digest(record, digest)
    _set_actor(record, actor)
    _set_events(record, events)
    _set_correlation(record, correlation)
    _set_causation(record, causation)
    _set_imported(record, imported)
    return record
