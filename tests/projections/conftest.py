"""Tables of every store, for what must hold on each."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from ascend.adapters.dynamodb import DynamoTables
from ascend.adapters.dynamodb_client import open_client
from ascend.adapters.memory import MemoryTables
from ascend.adapters.sqlite import open_sqlite
from ascend.adapters.table import Tables


@pytest.fixture(params=("memory", "sqlite", pytest.param("dynamodb", marks=pytest.mark.dynamodb_local)))
async def any_tables(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Tables]:
    if request.param == "memory":
        yield MemoryTables()
    elif request.param == "sqlite":
        async with open_sqlite(tmp_path / "life.db") as tables:
            await tables.create()
            yield tables
    else:
        async with open_client(None, request.getfixturevalue("dynamodb_local_url")) as client:
            dynamo = DynamoTables(client, "life", stream=False)
            await dynamo.create()
            yield dynamo
