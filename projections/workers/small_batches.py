"""Small batches: the part of a worker's work that a command does where no worker ran."""

from functools import cached_property

from ascend.domain.ids import WorkspaceId
from ascend.domain.runtime.model import Model
from ascend.domain.runtime.ports import Environment
from ascend.projections.generation import CurrentGeneration
from ascend.projections.limits import SmallBatchLimits
from ascend.projections.ports import FollowedLog, Views
from ascend.projections.workers.worker import Worker


class SmallBatches:
    """`InlineWork`: a step of the worker's own projector, with limits that a command can afford."""

    def __init__(
        self, log: FollowedLog, views: Views, model: Model, current: CurrentGeneration, environment: Environment
    ) -> None:
        self.log = log
        self.views = views
        self.model = model
        self.current = current
        self.environment = environment

    @cached_property
    def worker(self) -> Worker:
        """The worker, made when a command needs it: few processes ever do."""
        from ascend.projections.engine.leading import Leader
        from ascend.projections.engine.projector import Projector

        limits, current = SmallBatchLimits(), self.current
        leader = Leader(self.views, current)
        parts = (self.model, current.projections, self.environment, limits, leader)
        projector = Projector(self.log, self.views, *parts)
        return Worker(self.log, self.views, projector, current, self.environment, limits=limits)

    async def run_small_batch(self, workspace: WorkspaceId) -> int:
        """Run one step. Return how many commits are not rendered after it."""
        rendered = 0
        for generation in await self.worker.kept():
            step = await self.worker.projector.step(workspace, generation, builds=False)
            rendered = max(rendered, step.rendered)
        return (await self.worker.log.head(workspace)).position - rendered
