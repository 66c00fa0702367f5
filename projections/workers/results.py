"""The results of a worker's passes and of retries, without the worker."""

from dataclasses import dataclass

from ascend.domain.ids import WorkspaceId
from ascend.projections.workers.problems import ParkedEntity


@dataclass(frozen=True, slots=True)
class Pass:
    """The result of one pass over the worker's workspaces."""

    workspaces: int
    batches: int
    stalled: tuple[WorkspaceId, ...]
    parked: int = 0
    """The number of entities that are parked."""
    parked_entities: tuple[ParkedEntity, ...] = ()
    """The parked entities, at most `problems.NAMED` of each workspace."""
    unfinished: tuple[WorkspaceId, ...] = ()
    """Workspaces in which something is left to do: workers of other code go first there, or the pass had its turn.

    A pass ends its turn in a workspace after `most` batches, and after some rounds of policies that answer one another.
    """


@dataclass(frozen=True, slots=True)
class RetriedEntity:
    """A parked entity that was rendered again."""

    entity: ParkedEntity
    error: str
    """The reason why it stays parked. Empty: its read items are written, and it is parked no more."""
