"""The status of every workspace, for operators: how far it is projected, what is parked, what is stalled."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from ascend.domain.errors import UnreadableLog
from ascend.domain.ids import WorkspaceId
from ascend.projections.build import Generation
from ascend.projections.policies.policy import PolicyPosition, PolicyPositions
from ascend.projections.ports import GenerationRecord, LogReader, Parked, Views, find_record

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
    unreadable: Sequence[str] = ()
    """Whatever of the workspace cannot be read, and why: the end of its log, a record, a parked item, a policy's position."""

    @property
    def lag(self) -> int:
        """The number of commits whose read items are not written yet."""
        return self.head - self.rendered


async def status(
    log: LogReader, views: Views, policies: PolicyPositions, generation: Generation
) -> AsyncIterator[WorkspaceStatus]:
    """Yield the status of every workspace: three to five requests each. What cannot be read is named, and ends nothing."""
    async for workspace in log.workspaces():
        stored, unreadable = await views.stored_records(workspace), list[str]()
        unreadable += [str(error) for error in stored.unreadable]
        mine = find_record(stored.readable, generation)
        parked = await read(unreadable, partial(views.parked, mine)) if mine and mine.parked else None
        positions = await read(unreadable, partial(policies.read, workspace))
        head = await read(unreadable, partial(log.head, workspace))
        yield WorkspaceStatus(
            workspace=workspace,
            head=head.position if head else await log.last_position(workspace),
            rendered=mine.rendered if mine else 0,
            folded=mine.folded if mine else 0,
            stalled=mine.stalled if mine else "",
            parked=parked or (),
            other_generations=[record for record in stored.readable if record is not mine],
            policies=sorted((positions or {}).values(), key=lambda position: position.policy),
            unreadable=tuple(unreadable),
        )


async def read(unreadable: list[str], request: Callable[[], Awaitable[T]]) -> T | None:
    """Return what the request returns. If that cannot be read, add the reason to `unreadable` and return None."""
    try:
        return await request()
    except UnreadableLog as error:
        unreadable.append(str(error))
        return None
