"""A projection says what the read items of an entity *are*; the engine finds out what changed."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import Any, Protocol, TypeVar

from ascend.domain.event import Event
from ascend.domain.ids import Ref, WorkspaceId
from ascend.domain.runtime.commit import Commit
from ascend.domain.workspaces.view import Entity
from ascend.projections.item import ReadItem

S = TypeVar("S", bound=Entity)


class RenderContext(Protocol):
    """What a projection may look at besides the entity itself: those above it, at the same position."""

    @property
    def workspace(self) -> WorkspaceId: ...

    @property
    def version(self) -> int:
        """How many events were about the entity that is rendered: a command may name it as the version it saw."""
        ...

    def get(self, kind: type[S], id: str) -> S | None: ...


Render = Callable[[Any, RenderContext], Iterable[ReadItem]]
RenderEvent = Callable[[Commit, int, Event], Iterable[ReadItem]]
"""Of one event and its number (0, 1, …) within the commit."""


@dataclass(frozen=True)
class Projection:
    """Pure: no clock, no chance, no order of arrival. Raise `version` whenever the items it gives change.

    It says what the items of entities are (`renders`), or adds lines for `events`: lines that never change, whose key
    holds the commit's position and the event's number in it, so that it is always new. Not both: where the lines of an
    event cannot be rendered, its entity (the first that the event touches) is parked, and never rendered again. Later
    lines come as ever, but the lost ones only with a rebuild, by a version that can render them; until then the status
    lists the entity. To stall the workspace instead would hold up all other projections, and commands, for one line.
    """

    name: str
    version: int
    items: tuple[type[ReadItem], ...]
    renders: Mapping[type[Entity], Render] = field(default_factory=dict[type[Entity], Render])
    events: RenderEvent | None = None

    def __post_init__(self) -> None:
        if self.renders and self.events:
            raise ValueError(f"the projection {self.name} renders entities or events: make it two")

    def of(self, ref: Ref) -> Render | None:
        return next((render for kind, render in self.renders.items() if kind.entity == ref.kind), None)


@dataclass(frozen=True, order=True, slots=True)
class Build:
    """The items of one projection in one version, built from scratch once per epoch. Part of every key."""

    projection: str
    version: int
    epoch: int

    def __str__(self) -> str:
        return f"{self.projection}.{self.version}.{self.epoch}"


@dataclass(frozen=True)
class Generation:
    """The builds that one worker keeps, with the version of the snapshots that it keeps them from."""

    snapshots: int
    builds: tuple[Build, ...]

    @cached_property
    def id(self) -> str:
        """Short, and the same wherever the same builds are known."""
        text = f"{self.snapshots}:" + ",".join(str(build) for build in sorted(self.builds))
        return sha256(text.encode()).hexdigest()[:12]


Epochs = Mapping[str, int]


def generation(projections: Iterable[Projection], snapshots: int, epochs: Epochs) -> Generation:
    builds = (Build(p.name, p.version, epochs.get(p.name, 0)) for p in projections)
    return Generation(snapshots, tuple(sorted(builds)))
