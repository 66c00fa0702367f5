"""The status of every workspace, for operators: how far it is projected, what is parked, what is stalled."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from ascend.domain.ids import WorkspaceId
from ascend.projections.build import Generation
from ascend.projections.policies.policy import PolicyPosition, PolicyPositions
from ascend.projections.ports import GenerationRecord, LogReader, Parked, Views, find_record


@dataclass(frozen=True, slots=True)
class WorkspaceStatus:
    workspace: WorkspaceId
    head: int
    rendered: int
    folded: int
    stalled: str
    parked: Sequence[Parked]
    other_generations: Sequence[GenerationRecord]
    """Records of other versions of the code, or from before a rebuild. `prune` removes those no longer needed."""
    policies: Sequence[PolicyPosition] = ()
    """The position of each policy, and the error with which it stalls."""

    @property
    def lag(self) -> int:
        """The number of commits whose read items are not written yet."""
        return self.head - self.rendered


async def status(
    log: LogReader, views: Views, policies: PolicyPositions, generation: Generation
) -> AsyncIterator[WorkspaceStatus]:
    """Yield the status of every workspace: three to five requests each."""
    async for workspace in log.workspaces():
        records = await views.records(workspace)
        mine = find_record(records, generation)
        head = await log.head(workspace)
        yield WorkspaceStatus(
            workspace=workspace,
            head=head.position,
            rendered=mine.rendered if mine else 0,
            folded=mine.folded if mine else 0,
            stalled=mine.stalled if mine else "",
            parked=await views.parked(mine) if mine and mine.parked else (),
            other_generations=[record for record in records if record is not mine],
            policies=sorted((await policies.read(workspace)).values(), key=lambda position: position.policy),
        )
