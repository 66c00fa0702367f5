"""Small batches: the part of a worker's work that a command does where no worker ran."""

from ascend.domain.ids import WorkspaceId
from ascend.domain.runtime.model import Model
from ascend.domain.runtime.ports import Environment
from ascend.projections.engine.leading import Leader
from ascend.projections.engine.projector import Projector
from ascend.projections.generation import CurrentGeneration
from ascend.projections.limits import SmallBatchLimits
from ascend.projections.ports import FollowedLog, Views
from ascend.projections.workers.worker import Worker


class SmallBatches:
    """`InlineWork`: a step of the worker's own projector, with limits that a command can afford."""

    def __init__(
        self, log: FollowedLog, views: Views, model: Model, current: CurrentGeneration, environment: Environment
    ) -> None:
        limits = SmallBatchLimits()
        leader = Leader(views, current)
        projector = Projector(log, views, model, current.projections, environment, limits, leader)
        self.worker = Worker(log, views, projector, current, environment, limits=limits)

    async def run_small_batch(self, workspace: WorkspaceId) -> int:
        """Run one step. Return how many commits are not rendered after it."""
        rendered = 0
        for generation in await self.worker.kept():
            step = await self.worker.projector.step(workspace, generation, builds=False)
            rendered = max(rendered, step.rendered)
        return (await self.worker.log.head(workspace)).position - rendered
