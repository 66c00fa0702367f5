"""A command record: an applied command with its events, as a commit holds it."""

from dataclasses import dataclass

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
