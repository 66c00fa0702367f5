"""The status of every workspace, for operators: how far it is projected, what is parked, what is stalled."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from ascend.domain.ids import WorkspaceId
from ascend.domain.runtime.ports import Environment
from ascend.projections.build import Generation
from ascend.projections.policies.policy import PolicyPosition, PolicyPositions
from ascend.projections.ports import GenerationRecord, OperatorLog, Parked, Views, find_record


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
    lag_seconds: float | None = 0.0
    """The age of the oldest commit whose read items are not written yet, by wall clocks. None: its time is unreadable."""

    @property
    def lag(self) -> int:
        """The number of commits whose read items are not written yet."""
        return self.head - self.rendered

    @property
    def has_problem(self) -> bool:
        """True if somebody must act: the workspace or a policy is stalled, or an entity is parked."""
        return bool(self.stalled or self.parked or any(policy.stalled for policy in self.policies))


async def status(
    log: OperatorLog, views: Views, policies: PolicyPositions, generation: Generation, environment: Environment
) -> AsyncIterator[WorkspaceStatus]:
    """Yield the status of every workspace: three to five requests each, and one more where it lags."""
    async for workspace in log.workspaces():
        records = await views.records(workspace)
        mine = find_record(records, generation)
        head, rendered = await log.head(workspace), mine.rendered if mine else 0
        yield WorkspaceStatus(
            workspace=workspace,
            head=head.position,
            rendered=rendered,
            folded=mine.folded if mine else 0,
            stalled=mine.stalled if mine else "",
            parked=await views.parked(mine) if mine and mine.parked else (),
            other_generations=[record for record in records if record is not mine],
            policies=sorted((await policies.read(workspace)).values(), key=lambda position: position.policy),
            lag_seconds=await age(log, workspace, rendered + 1, environment) if head.position > rendered else 0.0,
        )


async def age(log: OperatorLog, workspace: WorkspaceId, position: int, environment: Environment) -> float | None:
    """Return the seconds since a commit, at least 0: clocks differ. None if its time is unreadable."""
    time = await log.time_of(workspace, position)
    return None if time is None else max(0.0, (environment.now() - time).total_seconds())
