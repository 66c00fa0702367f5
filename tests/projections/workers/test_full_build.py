"""One run of a full build, workspace by workspace."""

import weakref

import pytest
from support.building.given import afresh
from support.simulation.busy import a_busy_store

from ascend.domain.ids import WorkspaceId
from ascend.projections.build import Generation
from ascend.projections.engine.building.chunks import Chunk
from ascend.projections.engine.building.meter import WorkMeter
from ascend.projections.workers.estimate import RebuildProgress
from ascend.projections.workers.full_build import FullBuild, ProgressReport
from ascend.testing import FakeEnvironment


async def test_the_error_of_a_workspace_keeps_nothing_of_its_build_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """A release that cannot read the log fails in every workspace."""
    store, history = await a_busy_store()
    chunks: list[weakref.ref[Chunk]] = []

    async def fail(_: WorkspaceId, generation: Generation) -> int:
        chunk = Chunk()
        chunks.append(weakref.ref(chunk))
        raise ValueError(generation.id) from await make_cause(chunk)

    async def make_cause(chunk: Chunk) -> Exception:
        error = KeyError(id(chunk))
        with pytest.raises(KeyError):
            raise error
        return error

    monkeypatch.setattr(store.worker, "catch_up", fail)
    job = FullBuild(store.worker, WorkMeter(), store.current, afresh(store), None)

    await job.run()

    assert str(job.behind[history.workspace]) == afresh(store).id
    assert [chunk() for chunk in chunks] == [None]


async def test_a_report_that_takes_long_is_made_less_often() -> None:
    """The estimate looks at all workspaces: that takes longer in a large store."""
    environment = FakeEnvironment()
    store, history = await a_busy_store(environment=environment)
    reports: list[float] = []

    def show(_: RebuildProgress) -> None:
        reports.append(environment.elapsed())
        environment.advance(seconds=1)

    report = ProgressReport(store.worker, WorkMeter(), show)
    report.begin(())
    began = environment.elapsed()
    while environment.elapsed() < began + 200:
        environment.advance(seconds=0.1)
        report.finish(history.workspace)

    assert 5 <= len(reports) <= 12
