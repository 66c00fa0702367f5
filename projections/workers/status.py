"""What an operator wants to see: how far every workspace is, what is parked, what stalls."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from ascend.domain.ids import WorkspaceId
from ascend.projections.policies.policy import PolicyPosition, PolicyPositions
from ascend.projections.ports import GenerationRecord, LogReader, Parked, Views
from ascend.projections.projection import Generation


@dataclass(frozen=True, slots=True)
class WorkspaceStatus:
    workspace: WorkspaceId
    head: int
    rendered: int
    folded: int
    stalled: str
    parked: Sequence[Parked]
    other_generations: Sequence[GenerationRecord]
    """Of other versions of the code, or of before a rebuild: `prune` removes what is no longer needed."""
    policies: Sequence[PolicyPosition] = ()
    """How far each has answered the events, and whether it stalls."""

    @property
    def lag(self) -> int:
        """Commits whose read items are not written yet."""
        return self.head - self.rendered


async def status(
    log: LogReader, views: Views, policies: PolicyPositions, generation: Generation
) -> AsyncIterator[WorkspaceStatus]:
    """Every workspace: three to five requests each."""
    async for workspace in log.workspaces():
        records = await views.records(workspace)
        mine = next((record for record in records if record.generation == generation), None)
        head = await log.head(workspace)
        yield WorkspaceStatus(
            workspace=workspace,
            head=head.position,
            rendered=mine.rendered if mine else 0,
            folded=mine.folded if mine else 0,
            stalled=mine.stalled if mine else "",
            parked=await views.parked(mine) if mine and mine.parked else (),
            other_generations=[record for record in records if record is not mine],
            policies=sorted((await policies.of(workspace)).values(), key=lambda one: one.policy),
        )
