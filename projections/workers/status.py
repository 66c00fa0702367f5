"""The status of every workspace, for operators: how far it is projected, what is parked, what is stalled."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from ascend.domain.errors import UnreadableLog
from ascend.domain.ids import WorkspaceId
from ascend.domain.runtime.ports import Environment
from ascend.projections.build import Generation
from ascend.projections.generation_record import GenerationRecord, find_record
from ascend.projections.policies.policy import PolicyPosition, PolicyPositions
from ascend.projections.ports import OperatorLog, Parked, Views

T = TypeVar("T")


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
    unreadable: Sequence[str] = ()
    """Whatever of the workspace cannot be read, and why: the end of its log, a record, a parked item, a policy's position."""

    @property
    def lag(self) -> int:
        """The number of commits whose read items are not written yet."""
        return self.head - self.rendered

    @property
    def has_problem(self) -> bool:
        """True if somebody must act: something is unreadable, stalled or parked."""
        return bool(self.unreadable or self.stalled or self.parked or any(policy.stalled for policy in self.policies))


async def status(
    log: OperatorLog, views: Views, policies: PolicyPositions, generation: Generation, environment: Environment
) -> AsyncIterator[WorkspaceStatus]:
    """Yield the status of every workspace: three to five requests each, and one more where it lags.

    What cannot be read is named, and ends nothing.
    """
    async for workspace in log.workspaces():
        stored, unreadable = await views.stored_records(workspace), list[str]()
        unreadable += [str(error) for error in stored.unreadable.values()]
        mine = find_record(stored.readable, generation)
        parked = await read(unreadable, partial(views.parked, mine)) if mine and mine.parked else None
        positions = await read(unreadable, partial(policies.read, workspace))
        point = await read(unreadable, partial(log.head, workspace))
        head = point.position if point else await log.last_position(workspace)
        rendered = mine.rendered if mine else 0
        yield WorkspaceStatus(
            workspace=workspace,
            head=head,
            rendered=rendered,
            folded=mine.folded if mine else 0,
            stalled=mine.stalled if mine else "",
            parked=parked or (),
            other_generations=[record for record in stored.readable if record is not mine],
            policies=sorted((positions or {}).values(), key=lambda position: position.policy),
            lag_seconds=await age(log, workspace, rendered + 1, environment) if head > rendered else 0.0,
            unreadable=tuple(unreadable),
        )


async def read(unreadable: list[str], request: Callable[[], Awaitable[T]]) -> T | None:
    """Return what the request returns. If that cannot be read, add the reason to `unreadable` and return None."""
    try:
        return await request()
    except UnreadableLog as error:
        unreadable.append(str(error))
        return None


async def age(log: OperatorLog, workspace: WorkspaceId, position: int, environment: Environment) -> float | None:
    """Return the seconds since a commit, at least 0: clocks differ. None if its time is unreadable."""
    time = await log.time_of(workspace, position)
    return None if time is None else max(0.0, (environment.now() - time).total_seconds())
