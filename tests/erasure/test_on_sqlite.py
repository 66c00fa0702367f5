from collections.abc import AsyncIterator
from pathlib import Path

import anyio
import pytest
from erasure.contract import ErasureContract
from erasure.house import DOOMED, SECRET, fill
from world import FakeWorld

from ascend.adapters.sqlite import open_sqlite
from ascend.adapters.table import Tables


@pytest.fixture
async def tables(tmp_path: Path) -> AsyncIterator[Tables]:
    async with open_sqlite(tmp_path / "store.db") as tables:
        await tables.create()
        yield tables


class TestSqlite(ErasureContract):
    pass
