"""Reads the commits of a batch from the log."""

from collections.abc import Sequence
from functools import partial

from ascend.domain.errors import LogDiverged
from ascend.domain.event import touched
from ascend.domain.ids import WorkspaceId
from ascend.domain.runtime.commit import Commit, before_erasure
from ascend.projections.engine.pace import Pace
from ascend.projections.generation_record import GenerationRecord
from ascend.projections.limits import ProjectionLimits
from ascend.projections.ports import LogReader


class CommitReader:
    """Every method raises `WorkspaceIsErased` if the workspace was erased before the commits that it reads."""

    def __init__(self, log: LogReader, limits: ProjectionLimits) -> None:
        self.log = log
        self.limits = limits
        self.pace = Pace()

    async def check_not_erased(self, workspace: WorkspaceId) -> None:
        before_erasure(await self.log.commits(workspace, 1, 1, consistent=True, least=0))

    async def read_new(self, record: GenerationRecord, *, exact: bool) -> Sequence[Commit]:
        """Return commits after *rendered*. With `exact`, the read is consistent. Otherwise the newest commits may be missing.

        Raises `LogDiverged` unless the commit at *rendered* still is the one that the record names.
        """
        most = self.pace.next_count(record, self.limits.commits_per_batch) + 1
        least = 2 if record.rendered else 1  # at least one new commit, or the reason why there is none
        events = self.limits.entities_per_batch  # a batch takes about as many: the rest would be decoded for nothing
        read = partial(self.log.commits, record.workspace, max(1, record.rendered), most, least=least, events=events)
        commits = await read(consistent=exact)
        if record.rendered:
            if not commits and not exact:
                commits = await read(consistent=True)
            check_same_log(record.workspace, record.rendered, record.rendered_hash, commits)
            commits = commits[1:]
        return before_erasure(commits)[: most - 1]

    async def read_unfolded(self, record: GenerationRecord) -> Sequence[Commit]:
        """Return commits after *folded*, up to *rendered*: as many as a batch takes.

        Raises `LogDiverged` if one of them is missing, or if the log holds other commits than those that were rendered.
        """
        await self._check_commit(record.workspace, record.folded, record.folded_hash)
        await self._check_commit(record.workspace, record.rendered, record.rendered_hash)
        last = min(record.rendered, record.folded + self.limits.commits_per_batch)
        commits, hash = list[Commit](), record.folded_hash
        while (position := record.folded + len(commits) + 1) <= last:
            count = last - position + 1
            more = await self.log.commits(record.workspace, position, count, consistent=True, predecessor=hash)
            if not more:
                raise LogDiverged(f"workspace {record.workspace}, position {position}")
            commits += before_erasure(more)
            hash = commits[-1].hash
        return commits

    async def _check_commit(self, workspace: WorkspaceId, position: int, hash: bytes) -> None:
        """Raise `LogDiverged` if another commit stands at the position than the one that had this hash."""
        if position:
            commits = await self.log.commits(workspace, position, 1, consistent=True)
            check_same_log(workspace, position, hash, before_erasure(commits))

    def within_bounds(self, commits: Sequence[Commit]) -> Sequence[Commit]:
        """Return the first commits: as many as touch no more entities than a batch may touch, and at least one."""
        total = 0
        for count, commit in enumerate(commits):
            total += len(touched(commit.events()))
            if total > self.limits.entities_per_batch:
                return commits[: max(1, count)]
        return commits


def check_same_log(workspace: WorkspaceId, position: int, hash: bytes, commits: Sequence[Commit]) -> None:
    """Raise `LogDiverged` unless `commits` begin with the commit that had this hash when it was read before."""
    if not commits or commits[0].hash != hash:
        raise LogDiverged(f"workspace {workspace}, position {position}")
