"""The generation that is announced is written first, and the record says so before a worker turns to the other one."""

from support.building.given import afresh, stored_record
from support.simulation.busy import a_busy_store, a_copy

import ascend
from ascend.domain.runtime.ports import Folded, Rendered
from ascend.projections.generation_record import GenerationRecord, StoredState


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
