"""What a chunk of a build holds is bounded."""

from collections.abc import Sequence

import pytest
from support.building.given import afresh, begin, builder_of
from support.simulation.busy import a_busy_store

from ascend.domain.runtime.commit import Commit
from ascend.projections.deadline import Check
from ascend.projections.engine.building import chunks
from ascend.projections.generation_record import GenerationRecord


async def test_a_chunk_keeps_few_events_also_where_none_of_them_has_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    store, history = await a_busy_store(4, 60)
    generation = afresh(store)
    members = {build for build in generation.builds if build.projection == "members"}
    shared = [build for build in generation.builds if build not in members]
    record = await begin(store, history.workspace, generation, len(history.commits), shared=shared)
    held: list[int] = []
    put_applied_batch = store.views.put_applied_batch

    async def count(record: GenerationRecord, commits: Sequence[Commit], check: Check) -> None:
        held.append(sum(len(list(commit.events())) for commit in commits))
        await put_applied_batch(record, commits, check)

    monkeypatch.setattr(store.views, "put_applied_batch", count)
    monkeypatch.setattr(chunks, "EVENTS_AT_ONCE", 10)
    await builder_of(store).build(record)

    events = [len(list(commit.events())) for commit in history.commits]
    assert sum(held) == sum(events)
    assert max(held) < 10 + max(events)
