"""The generation that is announced is written first, and the record says so before a worker turns to the other one."""

from collections.abc import Sequence

import pytest
from support.building.given import afresh, stored_record
from support.simulation.busy import a_busy_store, a_copy

import ascend
from ascend.domain.runtime.commit import Commit
from ascend.domain.runtime.ports import Folded, Rendered
from ascend.projections.generation_record import GenerationRecord, StoredState
from ascend.projections.generation_state import LEASE
from ascend.testing import ADA


async def test_a_visit_to_a_workspace_that_was_only_begun_brings_both_generations_to_the_end_of_the_log() -> None:
    """A rebuild is announced while the first worker of a new workspace has stopped after it had begun its record."""
    projected, history = await a_busy_store(1, 20)
    store = ascend.Store(await a_copy(projected.tables, views=False), projected.environment)
    workspace, current, announced = history.workspace, store.current.generation, afresh(store)
    first = GenerationRecord(workspace, current, Rendered(0), Folded(0), "", 0, incarnation="a-life")
    await store.views.begin(first)
    claimed = store.current.state.announce_first()
    assert await store.views.replace_state(StoredState(None), claimed.announce(announced))

    await store.worker.run_once()

    head = len(history.commits)
    leading, following = [await stored_record(store, workspace, each) for each in (announced, current)]
    assert (leading.rendered, leading.leads) == (head, 1)
    assert (following.rendered, following.leads) == (head, 0)


async def test_a_worker_that_slept_with_known_states_does_not_go_beyond_a_leader_of_which_it_does_not_know(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It reads nothing but commits: without a second look, it would show what the leader does not show yet."""
    store, history = await a_busy_store(1, 20)
    workspace, current, announced = history.workspace, store.current.generation, afresh(store)
    other = ascend.Store(store.tables, store.environment)
    claimed = store.current.state.announce_first()
    assert await store.views.replace_state(StoredState(None), claimed)
    await store.execute(workspace, ascend.RenameWorkspace(name="Ours"), actor=ADA)
    await store.worker.catch_up(workspace)  # it knows the state of the workspace, and the state of the generations
    read_new = store.worker.projector.commits.read_new

    async def read_after_a_nap(record: GenerationRecord, *, exact: bool) -> Sequence[Commit]:
        monkeypatch.setattr(store.worker.projector.commits, "read_new", read_new)
        stored = await other.views.state()
        assert await other.views.replace_state(stored, claimed.announce(announced))
        await other.worker.catch_up(workspace, announced)
        await other.execute(workspace, ascend.RenameWorkspace(name="Yours"), actor=ADA)
        await store.environment.sleep(LEASE + 1)
        return await read_new(record, exact=exact)

    monkeypatch.setattr(store.worker.projector.commits, "read_new", read_after_a_nap)
    await store.worker.projector.step(workspace, current)

    leading, following = [await stored_record(store, workspace, each) for each in (announced, current)]
    assert leading.leads == 1
    assert following.rendered == leading.rendered
