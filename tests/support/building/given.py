"""Generations that are built as of a position, in stores of a test, beside the one that ordinary batches keep."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

import ascend
from ascend.adapters.table.item import Table
from ascend.adapters.table.port import Tables
from ascend.adapters.table.puts import Put
from ascend.domain.ids import WorkspaceId
from ascend.domain.runtime.ports import Folded, Rendered
from ascend.projections.build import Build, Generation
from ascend.projections.deadline import Check, send_always
from ascend.projections.engine.building.builder import GenerationBuilder, MakeStates
from ascend.projections.engine.building.entity_states import SpillingStates
from ascend.projections.generation_record import BuildProgress, GenerationRecord, find_record
from ascend.projections.limits import ProjectionLimits


def builder_of(store: ascend.Store, make_states: MakeStates = SpillingStates, **limits: int) -> GenerationBuilder:
    return GenerationBuilder(
        store.log,
        store.views,
        store.model,
        store.current.projections,
        store.environment,
        ProjectionLimits(**limits),
        make_states,
    )


def afresh(store: ascend.Store) -> Generation:
    """Return the current generation with a new epoch for every projection."""
    current = store.current.generation
    return replace(current, builds=tuple(build._replace(epoch=build.epoch + 1) for build in current.builds))


async def begin(
    store: ascend.Store,
    workspace: WorkspaceId,
    generation: Generation,
    start: int,
    later: Mapping[Build, int] | None = None,
    shared: Sequence[Build] = (),
) -> GenerationRecord:
    """Write the first record of a generation that starts at a position; some builds may be written as of a later one."""
    starts = dict.fromkeys(generation.builds, start) | dict(later or {})
    todo = tuple(build for build in generation.builds if build not in shared)
    record = GenerationRecord(
        workspace,
        generation,
        Rendered(0),
        Folded(0),
        "",
        0,
        incarnation=f"{generation.id}-built",
        starts={build: at for build, at in starts.items() if at},
        progress=BuildProgress(start, todo),
    )
    await store.views.begin(record)
    return await stored_record(store, workspace, generation)


async def stored_record(store: ascend.Store, workspace: WorkspaceId, generation: Generation) -> GenerationRecord:
    record = find_record(await store.views.records(workspace), generation)
    assert record is not None
    return record


async def project(store: ascend.Store, workspace: WorkspaceId, generation: Generation) -> GenerationRecord:
    """Run ordinary batches of a generation until nothing is left to do."""
    while not (await store.worker.projector.step(workspace, generation, exact=True)).idle:
        pass
    return await stored_record(store, workspace, generation)


class CountingTables:
    """Tables that count the puts of each item. Delegates everything."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self.puts: Counter[str] = Counter()
        self.queries: Counter[str] = Counter()

    def __getattr__(self, name: str) -> object:
        return getattr(self._tables, name)

    async def put_all(self, table: Table, puts: Sequence[Put], check: Check = send_always) -> Sequence[bool]:
        self.puts.update(f"{put.item.key.pk} {put.item.key.sk}" for put in puts)
        return await self._tables.put_all(table, puts, check)
