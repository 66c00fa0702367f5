"""The replay of logs into a scratch store, by the ordinary batches of a worker. It finds faults in the log itself."""

from collections.abc import AsyncIterator, Sequence

from ascend.adapters.layout import keys
from ascend.adapters.operations.verified import Difference, log_difference
from ascend.adapters.store.applied_commands import find_applied
from ascend.adapters.store.event_log import TableEventLog
from ascend.adapters.store.views import TableViews
from ascend.adapters.table.port import Tables
from ascend.domain.errors import UnreadableLog
from ascend.domain.ids import WorkspaceId
from ascend.domain.runtime.cache import applied_by
from ascend.domain.runtime.chain import START_HASH
from ascend.domain.runtime.commit import Commit
from ascend.domain.runtime.ports import Environment, Folded, Point, Rendered
from ascend.projections.build import Generation
from ascend.projections.engine.projector import Projector
from ascend.projections.limits import ProjectionLimits
from ascend.projections.ports import GenerationRecord, find_record
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
    ) -> Sequence[Commit]:
        limit = min(limit, self.position - first + 1)
        if limit <= 0:
            return ()
        return await self.log.commits(workspace, first, limit, consistent=True, least=least, predecessor=predecessor)

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
        self.incarnations: set[str] = set()
        self._log = log
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
            return [self._never_rendered(workspace, generation)] if head else []
        if head < until:
            return [log_difference(workspace, head, f"the log ends here, the views are at {until}")]
        self.incarnations.add(record.incarnation)
        self.rendered[workspace] = until
        try:
            await self._fold(record)
            at_rendered = await self._log.commits(workspace, until, 1, consistent=True) if until else ()
            if at_rendered and at_rendered[0].hash != record.rendered_hash:
                return [log_difference(workspace, until, "another commit than the one that the views were built from")]
            faults = [difference async for difference in self._find_faults(record, head)]
            return [*faults, *await self._compare_record(record)]
        except UnreadableLog as error:
            return [log_difference(workspace, error.position or until, str(error))]

    async def _fold(self, record: GenerationRecord) -> None:
        workspace, generation = record.workspace, record.generation
        empty = GenerationRecord(workspace, generation, Rendered(0), Folded(0), "", 0, incarnation=record.incarnation)
        await self._scratch_views.begin(empty)
        log = LogUpTo(self._log, record.rendered)
        projector = Projector(
            log, self._scratch_views, self._log.model, self._projections, self._environment, self._limits
        )
        while not (await projector.step(workspace, generation)).idle:
            pass

    def _never_rendered(self, workspace: WorkspaceId, generation: Generation) -> Difference:
        detail = "no worker has rendered this workspace, or its views are gone: run a worker"
        partition = keys.generations_partition(workspace)
        return Difference("missing", workspace, partition, generation.id, detail)

    async def _compare_record(self, record: GenerationRecord) -> list[Difference]:
        """Compare the counts in the record, and what it says of the commit at *folded*, with the replay."""
        records = await self._scratch_views.records(record.workspace)
        replayed = find_record(records, record.generation)
        assert replayed is not None
        stored, expected = record.counts, replayed.counts
        names = sorted(name for name in {**stored, **expected} if stored.get(name) != expected.get(name))
        parts = (f"{name}: {stored.get(name, 0)}, should be {expected.get(name, 0)}" for name in names)
        details = [f"counts {'; '.join(parts)}"] if names else []
        if record.folded == replayed.folded:  # else a batch is unfinished, and the workspace is not settled
            details += [f"the {name} at *folded*" for name in differing_at_folded(record, replayed)]
        partition = keys.generations_partition(record.workspace)
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


def differing_at_folded(record: GenerationRecord, expected: GenerationRecord) -> list[str]:
    """Return what the record holds otherwise: commands take a wrong hash for another log, a wrong clock for new ids."""
    is_same = {"clock": record.clock == expected.clock, "hash": record.folded_hash == expected.folded_hash}
    return [name for name, same in is_same.items() if not same]
