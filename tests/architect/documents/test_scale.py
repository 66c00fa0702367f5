"""What a command and every query cost does not depend on how much lies in the workspace.

ASCEND_SCALE=1 pytest tests/architect/documents/test_scale.py --timeout=7200      100,000 tasks and 50,000 Things; else a part of it
"""

import os
from pathlib import Path
from typing import Any

import pytest
from support.environment import FakeEnvironment
from support.faulty import FaultyTables
from support.schema.measured import of_queries
from support.schema.padding import paddings
from support.schema.realistic import ADA, Realistic, fill
from support.wire import listen

import ascend
from ascend.adapters.dynamodb.tables import DynamoTables
from ascend.adapters.sqlite.tables import open_sqlite
from ascend.adapters.table.port import Tables
from ascend.architect.documents.examples import EXAMPLES
from ascend.projections.queries.patterns import PATTERNS

SCALE = float(os.environ.get("ASCEND_SCALE", "0.004"))
TASKS, THINGS = int(100_000 * SCALE), int(50_000 * SCALE)


async def pad(store: ascend.Store, home: ascend.WorkspaceId, tasks: int, things: int) -> None:
    for padding in paddings(store.environment, tasks, things):
        await store.execute(home, padding, actor=ADA)
        await store.worker.catch_up(home)


async def costs(url: str, tasks: int, things: int) -> dict[str, Any]:
    """Of each query, and of a command in a process that knows nothing yet."""
    environment = FakeEnvironment()
    async with ascend.open_store(
        f"dynamodb://pad-{tasks}?endpoint_url={url}", create=True, environment=environment
    ) as store:
        realistic = Realistic(environment)
        await store.execute(realistic.home, next(realistic.commands()), actor=ADA)
        await pad(store, realistic.home, tasks, things)  # first, so that a page of the latest events shows none of it
        await fill(store, realistic)
        assert isinstance(store.tables, DynamoTables)
        found: dict[str, Any] = await of_queries(store, realistic)
        cold = ascend.Store(store.tables, environment)
        wire = listen(store.tables)
        edit = ascend.EditTask(task_id=realistic.tasks[5], title="Look at the beans")
        await cold.execute(realistic.home, edit, actor=ADA)
        found["cold command"] = (wire.summary(), wire.read_units, wire.write_units)
        wire.clear()
        await store.worker.catch_up(realistic.home)
        found["projected"] = (wire.summary(), wire.read_units, wire.write_units)
        return found


@pytest.mark.timeout(7_200)
async def test_on_dynamodb(dynamodb_local_url: str) -> None:
    assert await costs(dynamodb_local_url, TASKS, THINGS) == await costs(dynamodb_local_url, 100, 50)


@pytest.mark.timeout(7_200)
async def test_on_sqlite(tmp_path: Path) -> None:
    """The same requests, and the same answers: what there is more of is not on these pages."""

    async def asked(tasks: int, things: int) -> dict[str, Any]:
        environment = FakeEnvironment()
        async with open_sqlite(tmp_path / f"{tasks}.db") as tables:
            await tables.create()
            store, realistic = ascend.Store(tables, environment), Realistic(environment)
            await fill(store, realistic)
            await pad(store, realistic.home, tasks, things)  # behind it, so that positions and ids are the same
            summary = await store.queries.workspace(realistic.home, viewer=ADA)
            assert (summary.counts["things"], summary.counts["tasks.open"]) == (150 + things, 140 + tasks)
            return await of_pages(tables, realistic) | {"cold command": await of_a_cold_command(tables, realistic)}

    assert await asked(TASKS, THINGS) == await asked(100, 50)


async def of_pages(tables: Tables, realistic: Realistic) -> dict[str, Any]:
    """Requests and lines; of what shows how much there is, the requests alone."""
    counted = FaultyTables(tables)
    store = ascend.Store(counted, realistic.environment)
    await store.queries.check(realistic.home, ascend.OPERATOR)  # the epochs are known from here on
    found: dict[str, Any] = {}
    for pattern in PATTERNS:
        counted.calls.clear()
        answer = await eval(EXAMPLES[pattern.query], {"queries": store.queries, **realistic.names})
        lines = None if pattern.query in {"workspace", "history"} else getattr(answer, "items", answer)
        found[pattern.query] = methods(counted), lines
    return found


async def of_a_cold_command(tables: Tables, realistic: Realistic) -> list[str]:
    counted = FaultyTables(tables)
    edit = ascend.EditTask(task_id=realistic.tasks[5], title="Look at the beans")
    await ascend.Store(counted, realistic.environment).execute(realistic.home, edit, actor=ADA)
    return methods(counted)


def methods(tables: FaultyTables) -> list[str]:
    return sorted(call.method for call in tables.calls)
