"""The results of operators' jobs, without the jobs: those are imported when they run."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from ascend.domain.errors import InvalidInput
from ascend.domain.ids import TaskId, WorkspaceId
from ascend.domain.values import ZonedTime

Progress = Callable[[str, int, int | None], None]
"""Receives the stage, the amount done, and the whole amount (None: not known)."""

ReportUnreadable = Callable[[WorkspaceId, Exception], None]
"""Receives a workspace that cannot be read, and the reason."""


@dataclass(frozen=True, slots=True)
class Erased:
    """The amounts that one run of the job removed. A second run finds nothing to remove."""

    workspace: WorkspaceId
    position: int
    """Position of the erasure, which is the last commit."""
    commits: int
    """Commits replaced by stubs."""
    removed: Mapping[str, int]
    """Items deleted, by kind: the engine's items under their names in the schema (of the events table, only policy
    positions), read items, read items in a user's partition (feeds, inboxes), and tombstones."""


class InUse(InvalidInput):
    """An earlier generation is or will be in use, so nothing was removed."""


@dataclass(frozen=True, slots=True)
class Pruned:
    """The number of items that `prune` deleted."""

    records: int
    items: int
    unreadable: Sequence[str] = ()
    """Why something was left alone: the keys of records and items that cannot be read, at most 1,000 of them."""


@dataclass(frozen=True, slots=True)
class ShiftedTime:
    """A start or due time of a planned Task whose moment is not its wall time, by the present rules of its zone."""

    workspace: WorkspaceId
    task: TaskId
    title: str
    field: Literal["start", "due"]
    stored: ZonedTime
    right: ZonedTime | None
    """The same wall time, at the right moment. None: this machine does not know the zone."""
    corrected: bool = False
    reason: str = ""
    """The reason why the time cannot be corrected, or was not."""
