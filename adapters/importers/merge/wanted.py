"""Wanted entities: a record of the source says what its entities should be, and not which commands that takes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from ascend.domain.errors import InvalidInput
from ascend.domain.ids import CommandId, Ref, UserId
from ascend.domain.workspaces.command import Command
from ascend.domain.workspaces.view import Entity


@dataclass(frozen=True, slots=True)
class Said:
    """The user and the time of a change in the source."""

    by: UserId
    at: datetime

    def __post_init__(self) -> None:
        try:
            object.__setattr__(self, "at", self.at.astimezone(UTC))
        except OverflowError:
            raise InvalidInput(f"{self.at}: a moment lies between the years 1 and 9999 (UTC)") from None


@dataclass(frozen=True, slots=True)
class Transition:
    """A change that the source names: an import that finds its command in the log does not send it again."""

    id: CommandId
    by: UserId
    command: Command
    field: str
    """The field that the command changes."""
    value: Any
    """The value that it has afterwards."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One entity as the source has it."""

    state: Entity
    """The state that an import into an empty workspace gives. Fields without cells do not matter."""
    created: Said
    changed: Said
    """The user and the time of changes of which the source says no more than that they happened."""
    said: Mapping[str, Said] = field(default_factory=dict[str, Said])
    """Users and times of changes that are known better, by the name that `changes` gives them."""
    unstated: tuple[str, ...] = ()
    """The fields of which the source says nothing. They stay as they are."""
    first: Mapping[str, object] = field(default_factory=dict[str, object])
    """The fields that had another value when the entity was created."""
    transitions: tuple[Transition, ...] = ()
    """Changes since the creation, in order."""
    needs: tuple[Ref, ...] = ()
    """The entities without which this one cannot be created."""

    @property
    def ref(self) -> Ref:
        return Ref(self.state.entity, self.state.id)  # type: ignore[attr-defined]

    def say(self, name: str) -> Said:
        """Return the user and the time of a change."""
        return self.created if name == "created" else self.said.get(name, self.changed)


@dataclass(frozen=True, slots=True)
class WholeList:
    """A statement that the record names all entities of a kind that belong to an owner: others are removed.

    Only what an import created, and what nobody has changed since, is removed.
    """

    owner: Ref
    kind: str
    said: Said
    holds: Callable[[Any], bool] = lambda _: True
    """Returns True for the state of an entity of which the statement is true."""
