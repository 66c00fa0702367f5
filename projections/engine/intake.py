"""Takes commits into a batch, as many as it may hold, without holding up other tasks."""

from collections.abc import Mapping, Sequence
from functools import partial

from anyio.lowlevel import checkpoint

from ascend.domain.errors import UpgradeRequired
from ascend.domain.ids import Ref
from ascend.domain.runtime.commit import Commit
from ascend.domain.runtime.ports import Environment
from ascend.domain.workspaces.view import Versioned
from ascend.projections.engine.batch import Batch
from ascend.projections.engine.outcome import Outcome
from ascend.projections.engine.state_loader import StateLoader
from ascend.projections.engine.step import LONGEST_WORK, BatchRun
from ascend.projections.limits import ProjectionLimits


class Intake:
    def __init__(self, states: StateLoader, environment: Environment, limits: ProjectionLimits) -> None:
        self.states = states
        self.environment = environment
        self.limits = limits

    async def take_in(self, batch: Batch, run: BatchRun, commits: Sequence[Commit]) -> list[Commit]:
        """Take in commits, as many as a batch may write, up to one that changes a whole subtree.

        That commit gets a batch of its own.

        Return the commits taken in.
        """
        done: list[Commit] = []
        take_some = partial(self._take_some, batch, commits, done)
        while not await self.states.compute(batch, run, take_some):
            await checkpoint()
        return done

    def _take_some(self, batch: Batch, commits: Sequence[Commit], done: list[Commit]) -> bool:
        """Take in the commits behind those in `done`, for as long as other tasks can wait. Return True at the end.

        Raises `NotLoaded` between two commits, and `UpgradeRequired` if the first one cannot be folded.
        """
        began = self.environment.elapsed()
        while len(done) < len(commits):
            if not self._take_one(batch, commits[len(done)], done):
                return True
            if self.environment.elapsed() - began >= LONGEST_WORK:
                return False
        return True

    def _take_one(self, batch: Batch, commit: Commit, done: list[Commit]) -> bool:
        """Take in a commit, and add it to `done`. Return False if it is left to the next batch."""
        try:
            after = batch.after(commit)
        except UpgradeRequired:
            if done:
                return False  # the commits before it are not held up
            raise
        if batch.spreads(after):
            return False
        diff = batch.effect(commit, after)
        if batch.parks_again(diff) or (done and self.is_too_much(batch, diff, commit, after)):
            return False
        batch.take(commit, after, diff)
        done.append(commit)
        return True

    def is_too_much(self, batch: Batch, diff: Outcome, commit: Commit, after: Mapping[Ref, Versioned]) -> bool:
        """Return True if the batch would write more than it may with the commit, whose outcome is `diff`."""
        return batch.writes + diff.writes + len(after) + len(commit.records) > self.limits.writes_per_batch
