import sqlite3
from pathlib import Path

import pytest
from anyio import to_thread
from support.erasure.contract import ErasureContract
from support.erasure.house import DOOMED, SECRET, fill_store

from ascend.adapters.sqlite.tables import SqliteTables, open_sqlite
from ascend.adapters.table.port import Tables
from ascend.testing import FakeEnvironment


@pytest.fixture
def tables(sqlite_tables: SqliteTables) -> Tables:
    return sqlite_tables


class TestErasureOnSqlite(ErasureContract):
    pass


async def test_after_a_vacuum_the_file_holds_no_trace(tmp_path: Path) -> None:
    file = tmp_path / "store.db"
    async with open_sqlite(file) as tables:
        await tables.create()
        store = await fill_store(tables, FakeEnvironment(), rebuilt=False)
        await store.erase(DOOMED)

    def vacuum() -> bytes:
        connection = sqlite3.connect(file)
        connection.execute("VACUUM")
        connection.close()
        return b"".join(part.read_bytes() for part in tmp_path.iterdir()).lower()

    content = await to_thread.run_sync(vacuum)
    assert SECRET.encode() not in content
    assert b"chore" in content
