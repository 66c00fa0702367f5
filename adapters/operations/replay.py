"""The replay of logs into a scratch store, by the ordinary batches of a worker. It finds faults in the log itself.

`replay` folds a log up to *rendered*, and `extend` folds it on. It never goes back.
"""

from collections import Counter
from collections.abc import AsyncIterator, Sequence
from functools import partial

from ascend.adapters.layout import keys
from ascend.adapters.operations.verified import Difference, log_difference
from ascend.adapters.sqlite.scratch_states import scratch_states
from ascend.adapters.store.applied_commands import find_applied
from ascend.adapters.store.event_log import TableEventLog
from ascend.adapters.store.views import TableViews
from ascend.adapters.table.port import Tables
from ascend.domain.errors import DamagedViews, UnreadableLog
from ascend.domain.ids import WorkspaceId
from ascend.domain.runtime.cache import applied_by
from ascend.domain.runtime.chain import START_HASH
from ascend.domain.runtime.commit import Commit
from ascend.domain.runtime.ports import Environment, Folded, Point, Rendered
from ascend.projections.build import Generation
from ascend.projections.engine.building.builder import GenerationBuilder
from ascend.projections.engine.building.entity_states import SpillingStates
from ascend.projections.engine.projector import Projector
from ascend.projections.generation_record import BuildProgress, GenerationRecord, find_record
from ascend.projections.limits import ProjectionLimits
from ascend.projections.projection import Projection


class LogUpTo:
    """The log as it was when it ended at a position."""

    def __init__(self, log: TableEventLog, position: int) -> None:
        self.log, self.position = log, position

    async def commits(
        self,
        workspace: WorkspaceId,
        first: int,
        limit: int,
        *,
        consistent: bool = False,  # noqa: ARG002  every read is consistent
        least: int = 1,
        predecessor: bytes | None = None,
        events: int | None = None,
    ) -> Sequence[Commit]:
        limit = min(limit, self.position - first + 1)
        if limit <= 0:
            return ()
        read = partial(self.log.commits, workspace, consistent=True)
        commits = list(await read(first, limit, least=least, predecessor=predecessor, events=events))
        while 0 < len(commits) < min(least, limit):  # a page may end early
            more = await read(first + len(commits), limit - len(commits), predecessor=commits[-1].hash)
            if not more:
                break
            commits += more
        return commits

    async def head(self, workspace: WorkspaceId) -> Point:
        return await self.log.head(workspace)

    async def last_position(self, workspace: WorkspaceId) -> int:
        return await self.log.last_position(workspace)

    def workspaces(self) -> AsyncIterator[WorkspaceId]:
        return self.log.workspaces()


class LogReplay:
    """Folds the logs of workspaces into a scratch store, as the current generation would."""

    def __init__(
        self,
        log: TableEventLog,
        views: TableViews,
        scratch: Tables,
        projections: Sequence[Projection],
        environment: Environment,
        limits: ProjectionLimits,
    ) -> None:
        self.lag: dict[str, int] = {}
        """Commits that are not rendered, by workspace."""
        self.commits: dict[str, int] = {}
        """Commits that were verified, by workspace."""
        self.rendered: dict[str, int] = {}
        """The position up to which each log was replayed."""
        self.built_at: dict[str, int] = {}
        """The position as of which the generation was built in each workspace."""
        self.incarnations: set[str] = set()
        self._log = log
        self._views = views
        self._scratch = scratch
        self._scratch_views = TableViews(scratch, log.model, environment, keeps_expired_commands=True)
        self._projections = projections
        self._environment = environment
        self._limits = limits

    async def replay(
        self, workspace: WorkspaceId, generation: Generation, record: GenerationRecord | None
    ) -> list[Difference]:
        """Fold the log up to *rendered* in the record of this generation. Return the faults of the log and of the record."""
        head, until = await self._log.last_position(workspace), record.rendered if record is not None else 0
        self.lag[workspace], self.commits[workspace] = max(0, head - until), 0
        if record is None:
            return [self.never_rendered(workspace, generation)] if head else []
        if head < until:
            return [log_difference(workspace, head, f"the log ends here, the views are at {until}")]
        self.incarnations.add(record.incarnation)
        self.built_at[workspace] = record.built_at
        try:
            await self.extend(record, until)
            at_rendered = await self._log.commits(workspace, until, 1, consistent=True) if until else ()
            if at_rendered and at_rendered[0].hash != record.rendered_hash:
                return [log_difference(workspace, until, "another commit than the one that the views were built from")]
            faults = [difference async for difference in self._find_faults(record, head)]
            return [*faults, *await self.compare_record(record)]
        except UnreadableLog as error:
            return [log_difference(workspace, error.position or until, str(error))]

    async def extend(self, record: GenerationRecord, until: int) -> None:
        """Fold the log on up to a position that it has, unless it is folded as far already.

        Raises:
            UnreadableLog: a commit cannot be folded.
        """
        workspace = record.workspace
        if until <= self.rendered.get(workspace, -1):
            return
        await self._fold(record, until)
        self.rendered[workspace] = until

    async def _fold(self, record: GenerationRecord, until: int) -> None:
        workspace, generation = record.workspace, record.generation
        await self._scratch_views.begin(first_record(record))
        log = LogUpTo(self._log, max([until, *record.starts.values()]))
        parts = (log, self._scratch_views, self._log.model, self._projections, self._environment, self._limits)
        builder = GenerationBuilder(*parts, lambda: SpillingStates(scratch_states(self._log.model)))
        projector = Projector(*parts, builder=builder)
        while not (await projector.step(workspace, generation)).idle:
            pass

    def never_rendered(self, workspace: WorkspaceId, generation: Generation) -> Difference:
        detail = "no worker has rendered this workspace, or its views are gone: run a worker"
        partition = keys.generations_partition(workspace)
        return Difference("missing", workspace, partition, generation.id, detail)

    async def compare_record(self, record: GenerationRecord) -> list[Difference]:
        """Compare the counts in the record, and what it says of the commit at *folded*, with the replay up to *rendered*.

        The counts are compared without those of parked entities: what they count depends on where the generation began.
        """
        records = await self._scratch_views.records(record.workspace)
        replayed = find_record(records, record.generation)
        assert replayed is not None
        partition = keys.generations_partition(record.workspace)
        try:
            stored = await count_unparked(self._views, record)
        except DamagedViews as error:
            return [Difference("wrong", record.workspace, partition, record.generation.id, str(error))]
        expected = await count_unparked(self._scratch_views, replayed)
        names = sorted(name for name in {**stored, **expected} if stored[name] != expected[name])
        parts = (f"{name}: {stored[name]}, should be {expected[name]}" for name in names)
        details = [f"counts {'; '.join(parts)}"] if names else []
        if record.folded == replayed.folded:  # else a batch is unfinished, and the workspace is not settled
            details += [f"the {name} at *folded*" for name in differing_at_folded(record, replayed)]
        return [Difference("wrong", record.workspace, partition, record.generation.id, detail) for detail in details]

    async def _find_faults(self, record: GenerationRecord, head: int) -> AsyncIterator[Difference]:
        """Read the whole log as one chain, and yield a difference for each command that stands in it a second time.

        The command record, written in the replay, holds the first position of its command.

        Raises:
            Damaged: the chain is broken.
        """
        log, workspace, position, hash = LogUpTo(self._log, head), record.workspace, 1, START_HASH
        while commits := await log.commits(workspace, position, self._limits.commits_per_batch, predecessor=hash):
            if any(commit.is_stub for commit in commits):
                yield log_difference(workspace, position, "a stub, although the workspace is not erased")
                return
            rendered = [commit for commit in commits if commit.position <= record.rendered]
            applied = [command for commit in rendered for command in applied_by(commit)]
            ids = {command.command_id for command in applied}
            first = await find_applied(self._scratch, workspace, record.incarnation, ids)
            for command in applied:
                if first[command.command_id].position != command.position:
                    yield log_difference(workspace, command.position, f"{command.command_id} is applied twice")
            position, hash = commits[-1].position + 1, commits[-1].hash
            self.commits[workspace] += len(rendered)


def first_record(record: GenerationRecord) -> GenerationRecord:
    """Return the record with which a generation begins whose builds are written as of the same positions."""
    starts = {build: record.starts.get(build, 0) for build in record.generation.builds}
    return GenerationRecord(
        record.workspace,
        record.generation,
        Rendered(0),
        Folded(0),
        "",
        0,
        incarnation=record.incarnation,
        starts=record.starts,
        progress=BuildProgress(min(starts.values()), record.generation.builds) if any(starts.values()) else None,
    )


async def count_unparked(views: TableViews, record: GenerationRecord) -> Counter[str]:
    """Return the counts of a record without those of parked entities."""
    counts = Counter(record.counts)
    for parked in await views.parked(record) if record.parked else ():
        counts.subtract(parked.counts)
    return counts


def differing_at_folded(record: GenerationRecord, expected: GenerationRecord) -> list[str]:
    """Return what the record holds otherwise: commands take a wrong hash for another log, a wrong clock for new ids."""
    is_same = {"clock": record.clock == expected.clock, "hash": record.folded_hash == expected.folded_hash}
    return [name for name, same in is_same.items() if not same]
