"""The cost of a command and of every query does not depend on the number of entities in the workspace.

ASCEND_SCALE=1 pytest tests/architect/documents/test_scale.py --timeout=7200      100,000 tasks and 50,000 Things; without it, a part of them
"""

import os
from pathlib import Path
from typing import Any

import pytest
from support.architect.measured import ask_example, measure_queries
from support.architect.padding import PADDED, create_padding
from support.architect.realistic import ADA, Realistic, fill
from support.faulty import FaultyTables
from support.wire import listen

import ascend
from ascend.adapters.dynamodb.tables import DynamoTables
from ascend.adapters.sqlite.tables import open_sqlite
from ascend.adapters.table.port import Tables
from ascend.projections.life_os import LIFE_OS
from ascend.testing import FakeEnvironment

SCALE = float(os.environ.get("ASCEND_SCALE", "0.004"))
TASKS, THINGS = int(100_000 * SCALE), int(50_000 * SCALE)


async def pad(store: ascend.Store, home: ascend.WorkspaceId, tasks: int, things: int) -> None:
    for padding in create_padding(store.environment, tasks, things):
        await store.execute(home, padding, actor=ADA)
        await store.worker.catch_up(home)


async def measure_costs(url: str, tasks: int, things: int) -> dict[str, Any]:
    """Return the cost of each query, of a command in a process with empty caches, and of its projection."""
    environment = FakeEnvironment()
    async with ascend.open_store(
        f"dynamodb://pad-{tasks}?endpoint_url={url}", create=True, environment=environment, app=PADDED
    ) as store:
        realistic = Realistic(environment)
        await store.execute(realistic.home, next(realistic.commands()), actor=ADA)
        await pad(store, realistic.home, tasks, things)  # first, so that a page of the latest events shows no padding
        await fill(store, realistic)
        assert isinstance(store.tables, DynamoTables)
        costs: dict[str, Any] = await measure_queries(store, realistic)
        cold = ascend.Store(store.tables, environment)
        wire = listen(store.tables)
        edit = ascend.EditTask(task_id=realistic.tasks[5], title="Look at the beans")
        await cold.execute(realistic.home, edit, actor=ADA)
        costs["cold command"] = (wire.summary(), wire.read_units, wire.write_units)
        wire.clear()
        await store.worker.catch_up(realistic.home)
        costs["projected"] = (wire.summary(), wire.read_units, wire.write_units)
        return costs


@pytest.mark.timeout(7_200)
async def test_costs_do_not_grow_on_dynamodb(dynamodb_local_url: str) -> None:
    assert await measure_costs(dynamodb_local_url, TASKS, THINGS) == await measure_costs(dynamodb_local_url, 100, 50)


@pytest.mark.timeout(7_200)
async def test_requests_and_answers_stay_the_same_on_sqlite(tmp_path: Path) -> None:
    """The requests and the answers are the same: the padding is not on these pages."""

    async def ask_all(tasks: int, things: int) -> dict[str, Any]:
        environment = FakeEnvironment()
        async with open_sqlite(tmp_path / f"{tasks}.db") as tables:
            await tables.create()
            store, realistic = ascend.Store(tables, environment, PADDED), Realistic(environment)
            await fill(store, realistic)
            await pad(store, realistic.home, tasks, things)  # last, so that positions and ids are the same
            summary = await store.queries.workspace(realistic.home, viewer=ADA)
            assert (summary.counts["things"], summary.counts["tasks.open"]) == (150 + things, 140 + tasks)
            return await ask_every_query(tables, realistic) | {
                "cold command": await send_cold_command(tables, realistic)
            }

    assert await ask_all(TASKS, THINGS) == await ask_all(100, 50)


async def ask_every_query(tables: Tables, realistic: Realistic) -> dict[str, Any]:
    """Return the requests and the lines of each query; only the requests where the lines show the number of entities."""
    recorded = FaultyTables(tables)
    store = ascend.Store(recorded, realistic.environment)
    await store.queries.check(realistic.home, ascend.OPERATOR)  # caches the epochs
    answers: dict[str, Any] = {}
    for pattern in LIFE_OS.catalog.patterns:
        recorded.calls.clear()
        answer = await ask_example(pattern, store, realistic)
        lines = None if pattern.query in {"workspace", "history"} else getattr(answer, "items", answer)
        answers[pattern.query] = list_methods(recorded), lines
    return answers


async def send_cold_command(tables: Tables, realistic: Realistic) -> list[str]:
    recorded = FaultyTables(tables)
    edit = ascend.EditTask(task_id=realistic.tasks[5], title="Look at the beans")
    await ascend.Store(recorded, realistic.environment).execute(realistic.home, edit, actor=ADA)
    return list_methods(recorded)


def list_methods(tables: FaultyTables) -> list[str]:
    return sorted(call.method for call in tables.calls)
