"""A log in memory for commands that run without an event loop: nothing in it waits."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from ascend.domain.ids import CommandId, Ref, WorkspaceId
from ascend.domain.runtime.body import Body
from ascend.domain.runtime.chain import START_HASH
from ascend.domain.runtime.commit import Commit
from ascend.domain.runtime.ports import (
    START,
    Checkpoint,
    Folded,
    Head,
    LoadedSnapshots,
    Point,
    SlotTaken,
    Tail,
)
from ascend.domain.workspaces.view import NEVER_EXISTED


@dataclass(frozen=True, slots=True)
class RecordedCommit:
    """A commit, and its body as it is stored."""

    commit: Commit
    body: Body


class RecordedLog:
    """The ports of the command path, `EventLog`, `Snapshots` and `InlineWork`, over one workspace's commits.

    It has no snapshots: all states are folded from the commits.
    """

    def __init__(self, commits: Iterable[RecordedCommit]) -> None:
        self.recorded = list(commits)

    def head(self, workspace: WorkspaceId) -> Head:
        """Return the end of the log."""
        last = self.recorded[-1].commit if self.recorded else None
        return Head(workspace, START if last is None else Point(last.position, last.clock, last.hash))

    async def tail(self, workspace: WorkspaceId, after: Point, limit: int, events: int) -> Tail:  # noqa: ARG002
        """Return all commits behind `after`, however many they are."""
        commits = [recorded.commit for recorded in self.recorded[after.position :]]
        return Tail(commits, self.head(workspace))

    async def append(self, head: Head, commit: Commit, body: Body) -> Head | SlotTaken:
        """Add the commit."""
        self.recorded.append(RecordedCommit(commit, body))
        return self.head(head.workspace)

    async def checkpoint(self, workspace: WorkspaceId) -> Checkpoint:  # noqa: ARG002
        """Return the checkpoint before the first commit."""
        return BEFORE_ALL

    async def load(
        self,
        workspace: WorkspaceId,  # noqa: ARG002
        at: Checkpoint,  # noqa: ARG002
        refs: Collection[Ref],
        commands: Collection[CommandId],  # noqa: ARG002
    ) -> LoadedSnapshots:
        """Return the states before the first commit: no entity exists there."""
        return LoadedSnapshots(dict.fromkeys(refs, NEVER_EXISTED), {})

    async def run_small_batch(self, workspace: WorkspaceId) -> int:  # noqa: ARG002
        """Do nothing: no log is too long to be read at once."""
        return 0


BEFORE_ALL = Checkpoint(Folded(0), 0, "", START_HASH)
