"""How far a generation is: in how many workspaces it leads, and is rendered to the end of the log."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from ascend.domain.ids import WorkspaceId
from ascend.projections.build import Generation
from ascend.projections.generation_record import GenerationRecord
from ascend.projections.generation_state import GenerationState
from ascend.projections.ports import FollowedLog, Views
from ascend.projections.workers.checks import in_chunks


@dataclass(frozen=True, slots=True)
class Readiness:
    """The progress of the generation that this code reads, or is to read."""

    is_ready: bool
    """True if queries of this code are answered."""
    is_current: bool
    """True if it is the current generation of the store."""
    workspaces: int = 0
    """Workspaces with a log."""
    leading: int = 0
    """Workspaces in which the generation is written first."""
    rendered: int = 0
    """Workspaces in which the generation is rendered to the end of the log."""

    @property
    def is_level(self) -> bool:
        """True if the generation shows everywhere what any other one shows."""
        return self.workspaces == self.leading == self.rendered


async def measure(log: FollowedLog, views: Views, state: GenerationState, generation: Generation) -> Readiness:
    """Return how far a generation is in all workspaces: one Query each, and a BatchGet for a hundred.

    The current generation leads wherever it is rendered.
    """
    workspaces, leading, rendered = 0, 0, 0
    number = state.announcements if generation == state.announced else None
    async for chunk in in_chunks(with_a_log(log)):
        records = await views.records_of(chunk, generation, consistent=True)
        workspaces += len(chunk)
        leading += sum(1 for record in records.values() if number is None or record.leads == number)
        rendered += await count_rendered(log, chunk, [records.get(workspace) for workspace in chunk])
    is_current = generation == state.current
    return Readiness(is_current or state.at_hand, is_current, workspaces, leading, rendered)


async def count_rendered(
    log: FollowedLog, workspaces: Sequence[WorkspaceId], records: Sequence[GenerationRecord | None]
) -> int:
    ends = [await log.last_point(workspace, consistent=True) for workspace in workspaces]
    return sum(
        1 for record, end in zip(records, ends, strict=True) if record is not None and record.rendered >= end.position
    )


async def with_a_log(log: FollowedLog) -> AsyncIterator[WorkspaceId]:
    async for workspace in log.workspaces():
        if await log.last_position(workspace):
            yield workspace
