"""The report of a verification."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from ascend.adapters.layout import keys
from ascend.domain.ids import WorkspaceId

LISTED = 10_000
"""The number of differences listed. Further ones are only counted."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A stored item that is not as the log makes it, or a fault in the log itself or in the engine's file."""

    what: str
    """missing, surplus, stale (at an earlier position), wrong, index (an index does not show what the table holds; the keys
    are those in the index), log (the log itself is at fault), or file (the engine's check of its own file found `detail`; then
    workspace and keys are empty)."""
    workspace: str
    partition: str
    sort: str
    detail: str = ""


def log_difference(workspace: WorkspaceId, at: int, detail: str) -> Difference:
    return Difference("log", workspace, keys.log_partition(workspace), keys.format_position(at), detail)


@dataclass(slots=True)
class Verified:
    """The outcome of a verification."""

    workspaces: int = 0
    """The workspaces that were verified."""
    registered: int = 0
    """The workspaces of the store."""
    sampled: bool = False
    """True if only a sample was verified, chosen at random."""
    commits: int = 0
    items: int = 0
    lag: int = 0
    """Commits that are not rendered yet. They are no differences, but they are not verified either."""
    differences: list[Difference] = field(default_factory=list[Difference])
    more: int = 0
    """Differences that are counted but not listed. They are not repaired either."""
    repaired: list[Difference] = field(default_factory=list[Difference])
    """Differences that were found, and are mended now."""
    unsettled: list[WorkspaceId] = field(default_factory=list[WorkspaceId])
    """Workspaces whose batch is unfinished: run a worker, then verify again."""

    @property
    def clean(self) -> bool:
        return not self.differences and not self.more and not self.unsettled

    def add(self, differences: Iterable[Difference]) -> None:
        for difference in differences:
            if len(self.differences) < LISTED:
                self.differences.append(difference)
            else:
                self.more += 1
