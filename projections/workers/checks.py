"""Finds the workspaces in which there is something to do: one Query each, and a hundredth of a few BatchGets.

A workspace needs a visit unless its generation record is rendered and folded up to the end of its log, and each policy
has answered all of it. What cannot be read needs a visit, too: the visit says what is wrong.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ascend.domain.errors import UnreadableLog
from ascend.domain.ids import WorkspaceId
from ascend.domain.runtime.concurrency import for_each
from ascend.domain.runtime.ports import Point
from ascend.projections.build import Generation
from ascend.projections.generation_record import GenerationRecord
from ascend.projections.ports import FollowedLog, Views
from ascend.projections.workers.outage import PASSING

if TYPE_CHECKING:  # imported by whoever has one
    from ascend.projections.policies.runner import PolicyRunner

AT_ONCE = 100
"""Workspaces that are checked together: as many records as one BatchGet reads."""


@dataclass(frozen=True, slots=True)
class CheckedWorkspace:
    """The state of one workspace."""

    workspace: WorkspaceId
    needs_visit: bool
    is_rendered: bool
    """True if only policies may have something to do."""
    end: int | None
    """The last position of the log. None: it could not be read."""
    parked: int
    """The number of entities that are parked there."""


class Checks:
    def __init__(self, log: FollowedLog, views: Views, policies: "PolicyRunner | None", requests_at_once: int) -> None:
        self.log = log
        self.views = views
        self.policies = policies
        self.requests_at_once = requests_at_once

    async def check(
        self,
        workspaces: Sequence[WorkspaceId],
        generations: Sequence[Generation],
        *,
        consistent: bool,
        leads: int | None = None,
    ) -> Sequence[CheckedWorkspace]:
        """Return the state of these workspaces, at most `AT_ONCE`, in all of these generations.

        With `leads`, the first of the generations must lead under this number.
        """
        ends = await self._read_ends(workspaces, consistent=consistent)
        records: Mapping[WorkspaceId, Sequence[GenerationRecord | None]] = {}
        behind: Collection[WorkspaceId] = workspaces
        with suppress(*PASSING):  # where these reads fail, all workspaces are visited, each on its own
            records = await self._read_records(workspaces, generations, consistent=consistent)
            behind = await self._find_policies_behind(records, consistent=consistent)
        return [
            to_checked(workspace, ends.get(workspace), records.get(workspace, (None,)), workspace in behind, leads)
            for workspace in workspaces
        ]

    async def _read_records(
        self, workspaces: Sequence[WorkspaceId], generations: Sequence[Generation], *, consistent: bool
    ) -> Mapping[WorkspaceId, Sequence[GenerationRecord | None]]:
        """Return the records of each workspace, one for each generation. None: there is none."""
        found = [await self.views.records_of(workspaces, each, consistent=consistent) for each in generations]
        return {workspace: [records.get(workspace) for records in found] for workspace in workspaces}

    async def _read_ends(self, workspaces: Sequence[WorkspaceId], *, consistent: bool) -> Mapping[WorkspaceId, Point]:
        ends: dict[WorkspaceId, Point] = {}

        async def read(workspace: WorkspaceId) -> None:
            with suppress(UnreadableLog, *PASSING):
                ends[workspace] = await self.log.last_point(workspace, consistent=consistent)

        await for_each(workspaces, read, limit=self.requests_at_once)
        return ends

    async def _find_policies_behind(
        self, records: Mapping[WorkspaceId, Sequence[GenerationRecord | None]], *, consistent: bool
    ) -> Collection[WorkspaceId]:
        if self.policies is None:
            return ()
        ends = {
            workspace: max((each.rendered for each in own if each), default=0) for workspace, own in records.items()
        }
        rendered = {workspace: end for workspace, end in ends.items() if end}
        return frozenset(await self.policies.find_behind(rendered, consistent=consistent))


def to_checked(
    workspace: WorkspaceId,
    end: Point | None,
    records: Sequence[GenerationRecord | None],
    is_behind: bool,
    leads: int | None,
) -> CheckedWorkspace:
    if end is None:
        return CheckedWorkspace(workspace, needs_visit=True, is_rendered=False, end=None, parked=0)
    is_led = leads is None or end.position == 0 or (records[0] is not None and records[0].leads == leads)
    is_done = is_led and all(is_rendered(record, end) for record in records)
    parked = max((record.parked for record in records if record is not None), default=0)
    return CheckedWorkspace(workspace, is_behind or not is_done, is_done, end.position, parked)


def is_rendered(record: GenerationRecord | None, end: Point) -> bool:
    """Return True if a generation is rendered and folded up to the end of the log."""
    if record is None:
        return end.position == 0
    return (
        record.is_built
        and (record.rendered, record.folded) == (end.position, end.position)
        and record.rendered_hash == end.hash
        and not record.cursor
        and not record.stalled
    )


async def in_chunks(workspaces: AsyncIterator[WorkspaceId]) -> AsyncIterator[Sequence[WorkspaceId]]:
    """Yield the workspaces, as many at a time as are checked together."""
    chunk: list[WorkspaceId] = []
    async for workspace in workspaces:
        chunk.append(workspace)
        if len(chunk) == AT_ONCE:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


async def iterate(workspaces: Sequence[WorkspaceId]) -> AsyncGenerator[WorkspaceId]:
    """Yield these workspaces, as a log yields all of them."""
    for workspace in workspaces:
        yield workspace
