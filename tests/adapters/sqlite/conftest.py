"""Fixtures: a store in an SQLite file."""

from pathlib import Path

import pytest

from ascend.adapters.sqlite.tables import SqliteTables


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


@pytest.fixture
def tables(sqlite_tables: SqliteTables) -> SqliteTables:
    return sqlite_tables
