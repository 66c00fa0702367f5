from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from support.conformance.contract import TablesContract

from ascend.adapters.sqlite.tables import open_sqlite
from ascend.adapters.table.port import Tables


@pytest.fixture
async def tables(tmp_path: Path) -> AsyncIterator[Tables]:
    async with open_sqlite(tmp_path / "store.db") as tables:
        await tables.create()
        yield tables


class TestSqlite(TablesContract):
    pass
