"""A batch makes no more writes than its limit, and is shorter after another worker has overtaken it."""

import pytest
from support.limits import projection_limits
from support.scenario import BEA, MAX, task_id
from support.simulation.busy import a_copy
from support.staged import Home, StagedTables, paint, staged_home

from ascend import Store
from ascend.domain.tasks.commands import AssignTask
from ascend.projections.engine.pace import LEAST, Pace
from ascend.testing import ADA, HOME

LIMIT, RECORD = 30, 3
"""Writes of a batch, and of the generation record: begun, rendered, folded."""


async def busy_home() -> Home:
    tasks = [command for n in range(8) for command in (paint(n), AssignTask(task_id=task_id(n), users=(ADA, BEA, MAX)))]
    return await staged_home(*tasks)


async def test_a_batch_makes_no_more_writes_than_its_limit_and_ends_in_the_same_items() -> None:
    home = await busy_home()
    at_once = Store(await a_copy(home.tables), home.environment)
    await at_once.worker.catch_up(HOME)
    tables = StagedTables(home.tables)
    store = Store(tables, home.environment, limits=projection_limits(writes_per_batch=LIMIT))

    steps = 0
    while not (await store.projector.step(HOME, store.current.generation)).idle:
        assert 0 < tables.made().count("put views") <= LIMIT + RECORD
        steps += 1

    assert steps > 3
    assert await store.digest() == await at_once.digest()
    assert (await store.verify()).clean


async def test_what_was_rendered_and_not_folded_is_folded_within_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    home = await busy_home()
    await stop_before_folding(home.process(), monkeypatch)
    tables = StagedTables(home.tables)
    store = Store(tables, home.environment, limits=projection_limits(writes_per_batch=10))
    folded: list[int] = []

    while not (await store.projector.step(HOME, store.current.generation)).idle:
        assert tables.made().count("put views") <= 10 + RECORD
        folded.append((await store.views.records(HOME))[0].folded)
        tables.made()

    assert len(folded) > 3
    assert folded == sorted(set(folded))
    assert folded[-1] == home.head
    assert (await store.verify()).clean


async def stop_before_folding(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a worker render everything in one batch, and stop before it folds it."""

    async def stop(*_: object) -> None:
        raise InterruptedError

    monkeypatch.setattr(store.projector.writer, "fold", stop)
    with pytest.raises(InterruptedError):
        await store.projector.step(HOME, store.current.generation)


@pytest.mark.parametrize("times", [1, 3, 20])
async def test_a_batch_that_was_overtaken_is_followed_by_a_shorter_one(times: int) -> None:
    home = await busy_home()
    await home.caught_up()
    (record,) = await home.process().views.records(HOME)
    pace = Pace()
    for _ in range(times):
        pace.shorten(HOME, 500)
    assert pace.next_count(record, 500) == max(LEAST, 500 // 2**times)
    pace.remember(HOME, max(LEAST, 500 // 2**times), max(LEAST, 500 // 2**times))
    assert pace.next_count(record, 500) == max(2 * LEAST, 2 * (500 // 2**times))
