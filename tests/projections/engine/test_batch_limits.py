"""A batch makes no more writes than its limit, and is shorter after another worker has overtaken it."""

import pytest
from support.faulty import Call
from support.limits import projection_limits
from support.scenario import BEA, MAX, task_id
from support.simulation.busy import a_copy
from support.staged import Home, StagedTables, paint, send, staged_home

from ascend import Store
from ascend.domain.tasks.commands import AssignTask
from ascend.projections.engine.pace import LEAST
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
    while not (await store.worker.projector.step(HOME, store.current.generation)).idle:
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

    while not (await store.worker.projector.step(HOME, store.current.generation)).idle:
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

    monkeypatch.setattr(store.worker.projector.writer, "fold", stop)
    with pytest.raises(InterruptedError):
        await store.worker.projector.step(HOME, store.current.generation)


async def test_a_batch_that_was_overtaken_is_followed_by_a_shorter_one() -> None:
    home = await busy_home()
    tables = StagedTables(home.tables)
    store = Store(tables, home.environment)
    pace = store.worker.projector.commits.pace
    await store.worker.projector.step(HOME, store.current.generation)
    (record,) = await store.views.records(HOME)

    async def be_faster(call: Call) -> None:
        if call.method == "put":
            tables.before = None
            await home.caught_up()

    for most in (250, 125):
        await send(home.process(), paint(most))
        tables.before = be_faster
        await store.worker.projector.step(HOME, store.current.generation)
        assert pace.next_count(record, 500) == most

    await send(home.process(), paint())
    await store.worker.projector.step(HOME, store.current.generation)
    assert pace.next_count(record, 500) == 250
    for _ in range(20):
        pace.shorten(HOME, 500)
    assert pace.next_count(record, 500) == LEAST
