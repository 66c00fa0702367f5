"""Parked entities: list them, and render them again without a new event."""

from collections.abc import AsyncIterator, Sequence

from ascend.domain.errors import Contention, InvalidInput
from ascend.domain.ids import Ref, WorkspaceId
from ascend.domain.runtime.arguments import check_type
from ascend.projections.build import Build
from ascend.projections.engine.retry import Choose, ParkedRetry, Retried
from ascend.projections.engine.step import Overtaken
from ascend.projections.generation import CurrentGeneration
from ascend.projections.generation_record import GenerationRecord, find_record
from ascend.projections.ports import Parked
from ascend.projections.workers.problems import ParkedEntity, describe_parked
from ascend.projections.workers.results import RetriedEntity
from ascend.projections.workers.worker import Worker

ATTEMPTS = 10
"""Tries to render entities again while other workers move their workspace."""


def check_choice(
    current: CurrentGeneration, entity: Ref | None, projection: str | None
) -> tuple[Ref | None, str | None]:
    """Return the choice of entities to retry. Raises: InvalidInput for a wrong type, or a name that no projection has."""
    if entity is not None:
        check_type("entity", Ref, entity)
    names = [known.name for known in current.projections]
    if projection is not None and projection not in names:
        raise InvalidInput(f"no projection {projection!r}; there are {', '.join(names)}")
    return entity, projection


class Parking:
    """The parked entities of a store, as one worker's generation has them."""

    def __init__(self, worker: Worker) -> None:
        self.worker = worker
        self.retrying = ParkedRetry(worker.projector)

    async def is_empty(self, workspace: WorkspaceId) -> bool:
        """Return True if nothing is parked in a workspace, and no earlier retry is unfinished: one read."""
        record = await self._find_record(workspace)
        return record is None or not (record.parked or record.retried)

    async def list(self, workspace: WorkspaceId) -> AsyncIterator[ParkedEntity]:
        """Yield what is parked in a workspace, in the order of projections and entities: two reads."""
        record = await self._find_record(workspace)
        if record is None or not record.parked:
            return
        parked = [entity for entity in await self.worker.projector.views.parked(record) if entity.until is None]
        for entity in sorted(parked, key=lambda entity: (entity.build, entity.ref)):
            yield describe_parked(workspace, entity)

    async def _find_record(self, workspace: WorkspaceId) -> GenerationRecord | None:
        generation = await self.worker.generation()
        return find_record(await self.worker.projector.views.records(workspace), generation)

    async def retry(
        self, workspace: WorkspaceId, ref: Ref | None = None, projection: str | None = None
    ) -> AsyncIterator[RetriedEntity]:
        """Catch up with a workspace, then render what is parked there again, and yield each with its outcome.

        `ref` and `projection` narrow the choice. Raises `Contention` if other workers move the workspace all the time.
        """
        tried: set[tuple[Build, Ref]] = set()

        def choose(parked: Parked) -> bool:
            key = parked.build, parked.ref
            is_named = ref in (None, parked.ref) and projection in (None, parked.build.projection)
            return is_named and parked.until is None and key not in tried

        while results := await self._retry_some(workspace, choose):
            for result in results:
                tried.add((result.parked.build, result.parked.ref))
                yield RetriedEntity(describe_parked(workspace, result.parked), result.error)

    async def _retry_some(self, workspace: WorkspaceId, choose: Choose) -> Sequence[Retried]:
        for _ in range(ATTEMPTS):
            await self.worker.catch_up(workspace)
            try:
                return await self.retrying.run(workspace, await self.worker.generation(), choose)
            except Overtaken:
                await self.worker.environment.sleep(0.05 * self.worker.environment.random())
        raise Contention(f"other workers move the workspace {workspace} all the time: try again later")
