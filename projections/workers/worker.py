"""Workers: any number, anywhere. A worker projects workspaces until nothing is left to do, or goes on for ever.

A worker imports its parts when it is made and when it runs. So a process that only sends commands starts without them.
"""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from ascend.domain.errors import InvalidInput
from ascend.domain.ids import WorkspaceId
from ascend.domain.runtime.ports import Environment
from ascend.projections.build import Generation
from ascend.projections.generation import CurrentGeneration
from ascend.projections.limits import ProjectionLimits
from ascend.projections.ports import FollowedLog, Views
from ascend.projections.workers.checks import Checks, iterate
from ascend.projections.workers.deployment import Deployment
from ascend.projections.workers.ownership import Ownership
from ascend.projections.workers.results import Pass

if TYPE_CHECKING:
    from ascend.projections.engine.projector import Projector
    from ascend.projections.policies.runner import PolicyRunner
    from ascend.projections.workers.follower import Busy, Follower, Sharing

PAUSE = 1.0
"""Seconds between two looks at a workspace, at least, where no hints are heard."""


class Worker:
    """Keeps the read items of all workspaces up to date, or, with `only`, those of the given workspaces.

    Without `policies`, it only projects. With `ownership`, it refuses a store of another application. With `share`, its
    followers share the work with other workers, and hear hints; `share` is called for each. `watch` watches the event loop
    of each follower.
    """

    def __init__(
        self,
        log: FollowedLog,
        views: Views,
        projector: "Projector",
        current: CurrentGeneration,
        environment: Environment,
        policies: "PolicyRunner | None" = None,
        limits: ProjectionLimits = ProjectionLimits(),
        only: Iterable[WorkspaceId] | None = None,
        ownership: Ownership | None = None,
        share: "Callable[[], Sharing] | None" = None,
        *,
        watch: "Callable[[Busy], Awaitable[None]] | None" = None,
    ) -> None:
        from ascend.projections.workers.visits import Visits

        self.log = log
        self.views = views
        self.projector = projector
        self.current = current
        self.environment = environment
        self.policies = policies
        self.limits = limits
        self.ownership = ownership
        self.share = share
        self.only = None if only is None else tuple(dict.fromkeys(only))
        self.watch = watch
        self._visits = Visits(log, views, projector, current, policies)
        self._checks = Checks(log, views, policies, limits.workspaces_at_once)
        self.deployment = Deployment(log, views, current, self._is_old_code_alive)
        self._followers: list[Follower] = []

    async def catch_up(
        self, workspace: WorkspaceId, generation: Generation | None = None, *, most: int | None = None
    ) -> int:
        """Run batches up to the present end of the log, by a consistent read. Return how many.

        Later commits are left for the next time. Where another process builds the workspace, wait until it is built: if that
        process was killed, its claim lapses after a minute, and this one goes on with the build. With `most`: at most so many
        batches, and no wait. With `generation`: that one instead of what queries read, and no wait. Runs no policy.
        Raises `UpgradeRequired`, `LogDiverged`, `StoreError`, and `InvalidInput` for a workspace that this worker was not
        given.
        """
        if not self.visits(workspace):
            raise InvalidInput(f"this worker was not given the workspace {workspace}: use `store.worker`")
        if generation is None:
            return await self._visits.catch_up_for_queries(workspace, most)
        return (await self._visits.catch_up(workspace, generation, most)).batches

    async def generation(self) -> Generation:
        """Return the current generation. Reads the epochs again if they are stale."""
        return await self._visits.generation()

    async def kept(self) -> Sequence[Generation]:
        """Return the generations that this worker keeps true. Reads the state of the generations again if it is stale."""
        return await self._visits.kept()

    async def run_once(self, progress: Callable[[WorkspaceId], None] | None = None, *, most: int | None = None) -> Pass:
        """Catch up with every workspace of the worker, and run the policies there: one pass.

        A workspace in which nothing is left to do costs one request, and a hundredth of some more. One that stalls is
        marked, and the others go on. The result names workspaces that are stalled or unfinished, and parked entities. A
        workspace for which the store fails is visited again after the others, four times within eight seconds.
        Where another process builds a workspace, the pass waits until it is built: if that process was killed, its claim
        lapses after a minute, and the pass goes on with the build.
        `most` limits the batches of each workspace; then nothing is waited for. In a deployment, the generation of this code
        is at hand in the end.

        Raises:
            WrongApplication: the store belongs to another application.
            StoreError: the store fails; or it failed each time for one workspace, and all others are done.
        """
        from ascend.projections.workers.full_pass import FullPass

        await self._claim()
        await self._install_policies()
        job = FullPass(self._visits, self._checks, self.environment, self.limits, progress, most)
        outcome = await job.run(self.log.workspaces() if self.only is None else iterate(self.only))
        if self.only is None and not self.current.knows(self.current.state.current):
            await self.deployment.advance()
        return outcome

    async def follow(self, pause: float = PAUSE) -> None:
        """Keep the read items up to date until cancelled: share the work with other workers, and wait for changes.

        A workspace that fails is tried again on its own, after growing waits. While the whole store gives no answer, wait
        longer before each new attempt. `pause` is the number of seconds between two looks at a workspace of which no
        hints come: in a store that gives none, and in a worker for given workspaces.

        Raises:
            WrongApplication: the store belongs to another application.
            StoreError: the store fails in a way that waiting does not mend; `StoreMissing` only at the start.
        """
        from ascend.projections.workers.follower import Follower, FollowerParts

        parts = FollowerParts(
            self.log,
            self._visits,
            self._checks,
            self.environment,
            self.limits,
            self._claim,
            self._install_policies,
            self.only,
            self.watch,
            self.current.code,
            self.deployment.advance,
        )
        follower = Follower(parts, None if self.share is None else self.share(), pause)
        self._followers.append(follower)
        try:
            await follower.run()
        finally:
            self._followers.remove(follower)

    def visits(self, workspace: WorkspaceId) -> bool:
        """Return True if the workspace is one of those that the worker keeps up to date."""
        return self.only is None or workspace in self.only

    def wake(self, workspace: WorkspaceId | None = None) -> None:
        """Tell followers of a new commit in the workspace, or to look at all workspaces. Only a hint; the log says what."""
        for follower in self._followers:
            if workspace is None:
                follower.sweep.hurry()
            else:
                follower.hear_of_own_commit(workspace)

    def hurry(self, workspace: WorkspaceId) -> None:
        """Visit the workspace at once, if this worker follows it: somebody in this process waits."""
        if self.visits(workspace):
            for follower in self._followers:
                follower.hurry(workspace)

    async def _claim(self) -> None:
        if self.ownership is not None:
            await (self.ownership.claim() if self.only is None else self.ownership.confirm())
        if self.only is None:
            await self.deployment.announce()

    async def _is_old_code_alive(self) -> bool:
        """Return True if a worker of another code shares the store, or nobody here knows because this one does not follow."""
        return not self._followers or any(follower.sees_other_code() for follower in self._followers)

    async def _install_policies(self) -> bool:
        """Install the policies that are new. Return False if that is not finished: try again."""
        if self.policies is None or not self.policies.policies:
            return True
        installation = self.policies.installation
        if self.only is not None:
            await installation.run_in(self.only)
            return all(installation.has_begun_in(workspace) for workspace in self.only)
        if not installation.is_done:
            await installation.run([workspace async for workspace in self.log.workspaces()])
        return installation.is_done
