"""Surveys the workspaces of a rebuild: how much there is to fold, and what is built already."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from ascend.domain.errors import UnreadableLog
from ascend.domain.ids import WorkspaceId
from ascend.domain.runtime.concurrency import for_each
from ascend.domain.runtime.ports import Point
from ascend.projections.build import Generation
from ascend.projections.generation_state import GenerationState
from ascend.projections.ports import FollowedLog, Views
from ascend.projections.workers.checks import in_chunks, is_rendered


@dataclass(frozen=True, slots=True)
class SurveyedWorkspace:
    """A workspace before a rebuild, as far as it could be read."""

    workspace: WorkspaceId
    commits: int
    is_level: bool
    """True if the current generation is rendered to the end of the log, and belongs to it."""
    is_built: bool
    """True if the generation that is to be built leads, too, and is rendered as far."""


async def survey(
    log: FollowedLog, views: Views, state: GenerationState, target: Generation
) -> Sequence[SurveyedWorkspace]:
    """Return all workspaces: one Query each, and two BatchGets for a hundred."""
    surveyed: list[SurveyedWorkspace] = []
    async for chunk in in_chunks(log.workspaces()):
        built = await views.records_of(chunk, target, consistent=True)
        current = await views.records_of(chunk, state.current, consistent=True)
        ends = await read_ends(log, chunk)  # last: until it leads, the current generation may go beyond it
        for workspace in chunk:
            end, record = ends.get(workspace), built.get(workspace)
            is_level = end is not None and is_rendered(current.get(workspace), end)
            leads = record is not None and record.leads == state.announcements
            is_built = is_level and leads and end is not None and is_rendered(record, end)
            surveyed.append(SurveyedWorkspace(workspace, end.position if end else 0, is_level, is_built))
    return surveyed


async def read_ends(log: FollowedLog, workspaces: Sequence[WorkspaceId]) -> dict[WorkspaceId, Point]:
    ends: dict[WorkspaceId, Point] = {}

    async def read(workspace: WorkspaceId) -> None:
        with suppress(UnreadableLog):
            ends[workspace] = await log.last_point(workspace, consistent=True)

    await for_each(workspaces, read)
    return ends
