"""The append sequence of the events, and files of schema 1, which had none."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from support.architect.sqlite_drift import find_drift
from support.conformance.given import fill, item
from support.paths import GOLDEN

import ascend
from ascend.adapters.layout.setting_check import Verdict
from ascend.adapters.sqlite import file as sqlite_file
from ascend.adapters.sqlite import schema
from ascend.adapters.sqlite import statements as sql
from ascend.adapters.sqlite.tables import SqliteTables, open_sqlite
from ascend.adapters.table.conditions import Absent, Equals
from ascend.adapters.table.item import Item, Key, Table
from ascend.doctor import examine
from ascend.domain.errors import StoreError
from ascend.testing import ADA, HOME, NOON, FakeEnvironment

PUT_OF_VERSION_1 = "INSERT OR REPLACE INTO events VALUES (?, ?, ?)"


LATER = NOON + timedelta(days=365)
"""After everything in the file of schema 1."""


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A store of schema 1, as an earlier release made it: two workspaces with a task each."""
    path = tmp_path / "old.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript((GOLDEN / "sqlite" / "schema_1.sql").read_text())
        connection.execute("PRAGMA journal_mode = WAL")
    return path


def rows(path: Path, statement: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(statement).fetchall()


def find_version(path: Path) -> object:
    return rows(path, "PRAGMA user_version")[0][0]


async def find_drift_in(path: Path) -> list[str]:
    return [check.setting for check in await examine(f"sqlite:///{path}") if check.state is Verdict.DRIFT]


# ---- the append sequence -------------------------------------------------------------------------------------------


async def test_another_process_sees_what_was_appended_since(tables: SqliteTables, path: Path) -> None:
    async def append(pk: str, sk: str) -> None:
        assert await tables.put(Table.EVENTS, Item(Key(pk, sk), {}), Absent()) is None

    for sk in ("1", "2"):
        await append("z", sk)
    ((seen,),) = rows(path, "SELECT max(seq) FROM events")

    await append("a", "1")
    await append("z", "3")
    await tables.put(Table.EVENTS, Item(Key("z", "1"), {"stub": True}), Equals({}))  # is nothing new

    since = f"SELECT pk, sk FROM events WHERE seq > {seen} ORDER BY seq"
    assert rows(path, since) == [("a", "1"), ("z", "3")]
    assert "SEARCH events USING INTEGER PRIMARY KEY (rowid>?)" in str(rows(path, f"EXPLAIN QUERY PLAN {since}"))


async def test_the_number_of_a_removed_item_is_never_used_again(tables: SqliteTables, path: Path) -> None:
    await tables.put(Table.EVENTS, item("1"), Absent())
    last = "SELECT max(seq) FROM events"
    before = rows(path, last)

    await tables.delete(Table.EVENTS, item("1").key, Equals({}))
    await tables.put(Table.EVENTS, item("2"), Absent())

    assert rows(path, last) > before


async def test_a_backup_keeps_the_numbers(tables: SqliteTables, path: Path) -> None:
    for name in ("b", "a"):
        await tables.put(Table.EVENTS, item(name), Absent())
    rows(path, f"VACUUM INTO '{path}.vacuumed'")
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(f"{path}.copied")) as target:
        source.backup(target)

    events = "SELECT * FROM events ORDER BY seq"
    assert rows(Path(f"{path}.vacuumed"), events) == rows(Path(f"{path}.copied"), events) == rows(path, events)


# ---- files of schema 1 ---------------------------------------------------------------------------------------------


async def test_a_file_of_schema_1_is_read_as_it_is_and_upgraded_by_the_first_write(old: Path) -> None:
    events = "SELECT pk, sk, attributes FROM events ORDER BY pk, sk"
    before = rows(old, events)
    async with ascend.open_store(f"sqlite:///{old}", environment=FakeEnvironment(start=LATER)) as store:
        assert (await store.queries.workspace(HOME, viewer=ADA)).card.name == "Home"
        assert len(await store.log.commits(HOME, 1, 100)) > 1
        assert find_version(old) == 1

        await store.execute(HOME, ascend.RenameWorkspace(name="Ours"), actor=ADA)

        assert find_version(old) == 2
        assert rows(old, "SELECT count(*) FROM events WHERE seq > (SELECT count(*) - 1 FROM events)") == [(1,)]
        assert [row for row in rows(old, events) if row in before] == before
        await store.worker.run_once()
        assert (await store.queries.workspace(HOME, viewer=ADA)).card.name == "Ours"
        assert (await store.verify()).clean
    assert await find_drift_in(old) == []


async def test_create_upgrades_a_file_of_schema_1_also_without_views(old: Path) -> None:
    rows(old, "DROP TABLE views")

    async with open_sqlite(old) as tables:
        await tables.create()
        await fill(tables, item("1"))

    assert find_version(old) == 2
    assert await find_drift_in(old) == []


def test_the_doctor_says_what_upgrades_a_file_of_schema_1(old: Path) -> None:
    assert [(check.setting, check.stops) for check in find_drift(old)] == [("schema version", False)]


def test_an_upgrade_that_does_not_end_leaves_schema_1(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tables = "SELECT type, name, sql FROM sqlite_master ORDER BY name"
    before = rows(old, tables), rows(old, "SELECT * FROM events")
    for end in range(1, len(schema._FROM_VERSION_1) + 1):  # pyright: ignore[reportPrivateUsage]
        with monkeypatch.context() as patch:
            patch.setattr(schema, "_FROM_VERSION_1", (*schema._FROM_VERSION_1[:end], "here the process ends"))  # pyright: ignore[reportPrivateUsage]
            with pytest.raises(StoreError, match="syntax error"):
                sqlite_file.open_writer(old)
        assert (find_version(old), (rows(old, tables), rows(old, "SELECT * FROM events"))) == (1, before)

    sqlite_file.open_writer(old).close()
    assert find_version(old) == 2


def test_processes_may_upgrade_one_file_at_the_same_time(old: Path) -> None:
    events = rows(old, "SELECT * FROM events")
    with ThreadPoolExecutor(4) as pool:
        for writer in pool.map(sqlite_file.open_writer, [old] * 4):
            writer.close()

    assert rows(old, "SELECT pk, sk, attributes FROM events") == events
    assert rows(old, "SELECT count(*), max(seq) FROM events") == [(len(events), len(events))]


def test_an_upgrade_that_another_process_overtakes_changes_nothing(old: Path) -> None:
    class Overtaken(sqlite3.Connection):
        def execute(self, statement: str, parameters: Any = (), /) -> sqlite3.Cursor:
            if statement == "BEGIN EXCLUSIVE":
                with closing(sqlite_file.open_writer(old)) as first:
                    first.connection.execute(sql.PUT[Table.EVENTS], ("A#", "the first one by its key", "{}"))
            return super().execute(statement, parameters)

    with closing(Overtaken(old, isolation_level=None)) as second:
        schema.upgrade(second, old)

    assert rows(old, "SELECT pk FROM events ORDER BY seq DESC LIMIT 1") == [("A#",)]


def test_a_process_of_schema_1_that_has_the_file_open_cannot_append(old: Path) -> None:
    with closing(sqlite3.connect(old, isolation_level=None)) as earlier:
        earlier.execute(PUT_OF_VERSION_1, ("W#a", "1", "{}"))
        sqlite_file.open_writer(old).close()
        before = rows(old, "SELECT * FROM events")

        with pytest.raises(sqlite3.OperationalError, match="4 columns but 3 values"):
            earlier.execute(PUT_OF_VERSION_1, ("W#a", "2", "{}"))

    assert rows(old, "SELECT * FROM events") == before


def test_an_upgrade_keeps_what_somebody_else_made_from_the_events(old: Path) -> None:
    rows(old, "CREATE VIEW mine AS SELECT count(*) AS number FROM events")
    sqlite_file.open_writer(old).close()

    assert rows(old, "SELECT number FROM mine") == rows(old, "SELECT count(*) FROM events")
