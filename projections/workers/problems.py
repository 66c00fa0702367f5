"""Problems of workspaces: each is logged when this process sees it for the first time, not in every pass."""

from dataclasses import dataclass, field
from typing import TypeVar

from ascend.domain.ids import Ref, WorkspaceId
from ascend.domain.runtime.logs import Log
from ascend.projections.build import Build, Generation
from ascend.projections.engine.building.claims import LASTS
from ascend.projections.key_template import ViewKey
from ascend.projections.ports import Parked

K = TypeVar("K")
V = TypeVar("V")
log = Log("ascend.worker")
REMEMBERED = 1_000
"""Workspaces whose problems a process remembers. Problems of others are logged again."""
NAMED = 100
"""Parked entities that are named for one workspace. Further ones are only counted."""


@dataclass(frozen=True, slots=True)
class ParkedEntity:
    """An entity that a projection cannot render. Its last good read items stay."""

    workspace: WorkspaceId
    projection: str
    ref: Ref
    position: int
    """The position of the commit at which rendering failed."""
    error: str
    keys: tuple[ViewKey, ...]
    """The keys of its last good read items."""


def describe_parked(workspace: WorkspaceId, parked: Parked) -> ParkedEntity:
    return ParkedEntity(workspace, parked.build.projection, parked.ref, parked.position, parked.error, parked.keys)


@dataclass(slots=True)
class Problems:
    """The problems that this process has logged, and that have not been solved since."""

    _stalled: dict[tuple[WorkspaceId, Generation | None], str] = field(
        default_factory=dict[tuple[WorkspaceId, Generation | None], str]
    )
    _parked: dict[WorkspaceId, frozenset[tuple[Build, Ref]]] = field(
        default_factory=dict[WorkspaceId, frozenset[tuple[Build, Ref]]]
    )

    def report_stalled(
        self, workspace: WorkspaceId, reason: str, error: Exception, generation: Generation | None = None
    ) -> None:
        """Log that the workspace is stalled, unless this process has logged it with the same reason.

        With `generation`: a generation that queries do not read.
        """
        if self._stalled.get((workspace, generation)) != reason:
            which = {"generation": generation.id} if generation else {}
            log.warning(
                "workspace.stalled", workspace=workspace, error=type(error).__name__, **which
            )  # the status says why
        remember(self._stalled, (workspace, generation), reason)

    def report_parked(self, workspace: WorkspaceId, parked: list[Parked]) -> None:
        """Log the entities that are parked in the workspace, those that this process has not logged yet."""
        logged = self._parked.get(workspace, frozenset())
        for entity in parked:
            if (entity.build, entity.ref) not in logged:
                log_parked(workspace, entity)
        remember(self._parked, workspace, frozenset((entity.build, entity.ref) for entity in parked))

    def forget_stall(self, workspace: WorkspaceId, generation: Generation | None = None) -> None:
        self._stalled.pop((workspace, generation), None)

    def forget_parked(self, workspace: WorkspaceId) -> None:
        self._parked.pop(workspace, None)


def log_parked(workspace: WorkspaceId, entity: Parked) -> None:
    log.warning(
        "entity.parked",
        workspace=workspace,
        projection=entity.build.projection,
        kind=entity.ref.kind,
        id=entity.ref.id,
        error=entity.error.partition(":")[0],  # the status shows the rest
    )


def log_awaited(workspace: WorkspaceId) -> None:
    """Log that this process waits for another one, whose claim on the build of the workspace lapses after so many seconds."""
    log.warning("build.awaited", workspace=workspace, claim_lasts=round(LASTS))


def remember(memory: dict[K, V], key: K, value: V) -> None:
    """Keep the value, and as many others as a process remembers: the latest."""
    memory.pop(key, None)
    memory[key] = value
    if len(memory) > REMEMBERED:
        del memory[next(iter(memory))]
