"""A projection says what the read items of an entity *are*. The engine finds out what changed."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol, TypeVar

from ascend.domain.errors import InvalidInput
from ascend.domain.event import Event
from ascend.domain.ids import Ref, WorkspaceId
from ascend.domain.runtime.commit import Commit
from ascend.domain.workspaces.view import Entity
from ascend.projections.build import Build, Epochs
from ascend.projections.item import ReadItem
from ascend.projections.pattern import Pattern

S = TypeVar("S", bound=Entity)


class RenderContext(Protocol):
    """The data that a render function may read besides the entity: its workspace, its version and the entities above it.

    All states are those at one position.
    """

    @property
    def workspace(self) -> WorkspaceId: ...

    @property
    def version(self) -> int:
        """The number of events about the rendered entity. A command may name it as the version that its sender saw."""
        ...

    def get(self, kind: type[S], id: str) -> S | None: ...


Render = Callable[[Any, RenderContext], Iterable[ReadItem]]
RenderEvent = Callable[[Commit, int, Event], Iterable[ReadItem]]
"""Renders an event, given its index (0, 1, …) within the commit."""


@dataclass(frozen=True)
class Projection:
    """A pure function from the log to read items: no clock, no randomness, no order of arrival.

    Raise `version` whenever the items change. A projection renders entities (`renders`), or it adds lines for `events`,
    but not both. Lines never change: their key holds the commit's position and the event's index, so it is always new.

    If the lines of an event cannot be rendered, they are missing, and the first entity that the event touches is parked:
    the status lists it. Later lines are written as ever, and no later event brings the missing ones. A retry, by code that
    renders them, writes them at their own positions, unless they count. A build of a newer version, or a rebuild, brings
    them in any case. To stall the workspace instead would hold up all other projections, and commands, for one line.
    """

    name: str
    version: int
    items: tuple[type[ReadItem], ...]
    renders: Mapping[type[Entity], Render] = field(default_factory=dict[type[Entity], Render])
    events: RenderEvent | None = None
    patterns: tuple[Pattern[Any], ...] = ()
    """The access patterns that the items answer."""

    def __post_init__(self) -> None:
        if self.renders and self.events:
            raise InvalidInput(f"the projection {self.name} renders entities or events: make it two")

    def build(self, epochs: Epochs) -> Build:
        """Return the current build at these epochs."""
        return Build(self.name, self.version, epochs.get(self.name, 0))

    def render_for(self, ref: Ref) -> Render | None:
        """Return the function that renders this kind of entity."""
        return self._render_by_kind.get(ref.kind)

    @cached_property
    def _render_by_kind(self) -> Mapping[str, Render]:
        return {kind.entity: render for kind, render in self.renders.items()}
