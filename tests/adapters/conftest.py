"""Fixtures: a store in an SQLite file."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from ascend.adapters.sqlite.tables import SqliteTables, open_sqlite


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


@pytest.fixture
async def tables(path: Path) -> AsyncIterator[SqliteTables]:
    async with open_sqlite(path) as tables:
        await tables.create()
        yield tables
