"""Begins a generation in a workspace: decides as of which position its builds are written.

    nothing is rendered here yet, and the log is short ─▶ position 0: ordinary batches write everything
    otherwise                                          ─▶ the end of the log, or less where other generations share builds

The position of a build is noted once, in an item of the workspace. Every other builder takes it from there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from ascend.domain.ids import WorkspaceId
from ascend.domain.runtime.ports import Environment, Folded, Rendered
from ascend.projections.build import Build, Generation
from ascend.projections.deadline import is_too_late
from ascend.projections.engine.batch_writer import SLEPT
from ascend.projections.engine.building import Builder
from ascend.projections.engine.commit_reader import CommitReader
from ascend.projections.engine.shared_builds import rendered_builds
from ascend.projections.engine.step import LeftToBuilder, Overtaken
from ascend.projections.generation_record import BuildProgress, GenerationRecord
from ascend.projections.ports import Views

SHORT = 500
"""Commits of a log that ordinary batches write from the first on, where nothing is rendered yet."""


class Beginnings:
    def __init__(
        self,
        commits: CommitReader,
        views: Views,
        environment: Environment,
        short: int = SHORT,
        builder: Builder | None = None,
    ) -> None:
        self.commits = commits
        self.views = views
        self.environment = environment
        self.builder = builder
        self.short = short
        """Where nothing is rendered yet: the commits of a log that ordinary batches write from the first on."""

    async def begin(
        self,
        workspace: WorkspaceId,
        generation: Generation,
        records: Sequence[GenerationRecord],
        bound: int,
        started: float,
        *,
        builds: bool = True,
    ) -> GenerationRecord:
        """Write the first record of a generation. Never in an erased workspace, and never long after the read.

        `bound` is the position beyond which the generation must not begin. Raises `Overtaken`, and without `builds`
        `LeftToBuilder` if the generation is to be built.
        """
        await self.commits.check_not_erased(workspace)
        noted = await self.views.starts(workspace)
        there = rendered_builds(records, generation)
        pending = [noted[build] for build in generation.builds if build in noted and build not in there]
        least = min([await self._least(workspace, records), bound, *there.values(), *pending])
        unnoted = {build: 0 if build in there else least for build in generation.builds}  # earlier releases note none
        wanted = {build: noted.get(build, start) for build, start in unnoted.items()}
        if not builds and self._first_progress(generation, there, wanted) is not None:
            raise LeftToBuilder(workspace, is_new=is_new(records))
        starts = await self.views.put_starts(workspace, wanted, partial(self._check_in_time, started))
        record = await self._with_last(self._first_record(workspace, generation, there, starts))
        self._check_in_time(started)
        await self.views.begin(record)
        return record

    async def _least(self, workspace: WorkspaceId, records: Sequence[GenerationRecord]) -> int:
        """Return the position as of which new builds are written, as far as no other generation matters."""
        head = await self.commits.log.last_position(workspace)
        if is_new(records) and head <= self.short:
            return 0
        furthest = max((record.rendered for record in records), default=0)
        return min(head, furthest) if furthest else head  # what nobody has rendered yet may be unreadable

    async def _with_last(self, record: GenerationRecord) -> GenerationRecord:
        """Note the last commit that is folded, so that nobody goes on with the build in another log."""
        if record.progress is None:
            return record
        end = max([record.progress.start, *(record.starts.get(build, 0) for build in record.progress.todo)])
        commits = await self.commits.log.commits(record.workspace, end, 1, consistent=True, least=0)
        if not commits:
            return record
        return replace(record, progress=replace(record.progress, end=end, hash=commits[0].hash))

    def _first_record(
        self, workspace: WorkspaceId, generation: Generation, there: Mapping[Build, int], starts: Mapping[Build, int]
    ) -> GenerationRecord:
        progress = self._first_progress(generation, there, starts)
        return GenerationRecord(
            workspace,
            generation,
            Rendered(0),
            Folded(0),
            "",
            0,
            incarnation=f"{generation.id}-{self.environment.new_id()[-12:]}",
            starts={build: start for build, start in starts.items() if start},
            progress=progress and (self.builder.claim(progress) if self.builder else progress),
        )

    def _first_progress(
        self, generation: Generation, there: Mapping[Build, int], starts: Mapping[Build, int]
    ) -> BuildProgress | None:
        """Return None if ordinary batches write everything."""
        todo = tuple(build for build in generation.builds if build not in there)
        start = min(there.get(build, starts[build]) for build in generation.builds)
        is_empty = start == 0 and not any(starts[build] for build in todo)
        return None if is_empty else BuildProgress(start, todo)

    def _check_in_time(self, started: float) -> None:
        if is_too_late(self.environment, started):
            raise Overtaken(SLEPT)


def is_new(records: Sequence[GenerationRecord]) -> bool:
    """Return True if nothing is rendered in the workspace yet."""
    return not any(record.rendered for record in records)
