"""Estimates how long a rebuild still takes, from the work that is done and the commits that are left."""

from collections.abc import Mapping
from dataclasses import dataclass

from ascend.domain.ids import WorkspaceId
from ascend.domain.runtime.ports import Environment
from ascend.projections.engine.building.meter import BuildWork, WorkMeter

WORK_OF_A_COMMIT = 2.0
"""The work that is expected for each commit of a log, before anything is known."""


@dataclass(frozen=True, slots=True)
class WorkspaceProgress:
    """A workspace that this process builds now."""

    workspace: WorkspaceId
    share: float
    """The share of its work that is done, from 0 to 1."""
    seconds_left: float | None
    """An estimate. None: nothing is done yet."""


@dataclass(frozen=True, slots=True)
class RebuildProgress:
    """The progress of a rebuild, by whichever processes share it."""

    workspaces: int
    built: int
    share: float
    """The share of the work that is done, from 0 to 1."""
    seconds_left: float | None
    """An estimate of the time until all is built. None: nothing is done yet."""
    building: tuple[WorkspaceProgress, ...] = ()
    """The workspaces that this process builds now."""


class Estimate:
    """The work of one rebuild. `commits` are those to fold, by workspace; `built` workspaces were built before."""

    def __init__(
        self,
        environment: Environment,
        meter: WorkMeter,
        commits: Mapping[WorkspaceId, int],
        built: Mapping[WorkspaceId, int],
    ) -> None:
        self.environment = environment
        self.meter = meter
        self.commits = commits
        self.built = built
        self._began = environment.elapsed()
        self._begun: dict[WorkspaceId, tuple[float, float]] = {}
        """When this process first saw the build of each workspace, and the work that was done by then."""
        self._finished: set[WorkspaceId] = set()

    def finish(self, workspace: WorkspaceId) -> None:
        """Note that a workspace is built, here or elsewhere."""
        self._finished.add(workspace)
        self._begun.pop(workspace, None)

    def measure(self) -> RebuildProgress:
        seconds = self.environment.elapsed() - self._began
        under_way = {each: work for each, work in self.meter.under_way.items() if work.folded}
        finished = self._finished | self.meter.finished.keys()
        begun = finished | under_way.keys()
        per_commit = self._per_commit(under_way)
        done = sum(self._find_work(workspace, per_commit) for workspace in finished)
        done += sum(work.done for work in under_way.values())
        left = sum(work.total - work.done for work in under_way.values())
        left += per_commit * sum(commits for workspace, commits in self.commits.items() if workspace not in begun)
        all_done = done + per_commit * sum(self.built.values())
        share, seconds_left = all_done / (all_done + left) if left else 1.0, seconds * left / done if done else None
        count, building = len(self.built), tuple(self._describe(*each) for each in under_way.items())
        return RebuildProgress(len(self.commits) + count, len(self._finished) + count, share, seconds_left, building)

    def _per_commit(self, under_way: Mapping[WorkspaceId, BuildWork]) -> float:
        """Return the work for one commit, on average, of the builds that are finished and of those under way."""
        commits = sum(work.commits for work in under_way.values())
        work = sum(work.total for work in under_way.values())
        for workspace, done in self.meter.finished.items():
            commits += self.commits.get(workspace, 0)
            work += done
        return work / commits if commits else WORK_OF_A_COMMIT

    def _find_work(self, workspace: WorkspaceId, per_commit: float) -> float:
        """Return the work for a finished workspace. What another process did is estimated."""
        return self.meter.finished.get(workspace, per_commit * self.commits.get(workspace, 0))

    def _describe(self, workspace: WorkspaceId, work: BuildWork) -> WorkspaceProgress:
        now, total = self.environment.elapsed(), work.total
        began, before = self._begun.setdefault(workspace, (now, work.done))
        done = work.done - before
        seconds_left = (now - began) * (total - work.done) / done if done else None
        return WorkspaceProgress(workspace, work.done / total, seconds_left)
