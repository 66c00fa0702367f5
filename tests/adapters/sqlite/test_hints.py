"""Hints of an SQLite file, beyond the contract: other processes, numbered appends, files that change under the listener."""

import os
import sqlite3
from collections.abc import Callable
from contextlib import aclosing, closing
from pathlib import Path
from typing import Any

import anyio
import pytest
from anyio.to_thread import run_sync
from support.conformance.contract_hints import HOME, PATIENCE, WORK, commit, hear, listening
from support.conformance.processes import start_script

from ascend.adapters.sqlite import file as sqlite_file
from ascend.adapters.sqlite import hints as sqlite_hints
from ascend.adapters.sqlite.connections import Connections
from ascend.adapters.sqlite.errors import FileReplaced, UsedAcrossFork
from ascend.adapters.sqlite.hints import Appended
from ascend.adapters.sqlite.tables import SqliteTables, open_sqlite
from ascend.domain.errors import StoreUnavailable

COMMIT_ELSEWHERE = """
    import sqlite3, sys
    connection = sqlite3.connect(sys.argv[1], isolation_level=None)
    connection.execute("INSERT INTO events (pk, sk, attributes) VALUES (?, '0000000000000001', '{}')", (f"W#{sys.argv[2]}",))
"""
SCHEMA_1 = (
    "PRAGMA application_id = 0x41534344",
    "CREATE TABLE events (pk TEXT NOT NULL, sk TEXT NOT NULL, attributes TEXT NOT NULL, PRIMARY KEY (pk, sk)) WITHOUT ROWID, STRICT",
    """CREATE TABLE views (pk TEXT NOT NULL, sk TEXT NOT NULL, gsi1pk TEXT, gsi1sk TEXT, gsi2pk TEXT, gsi2sk TEXT,
       expires INTEGER, attributes TEXT NOT NULL, PRIMARY KEY (pk, sk)) WITHOUT ROWID, STRICT""",
    "PRAGMA user_version = 1",
)


@pytest.fixture
def appended(tables: SqliteTables, path: Path) -> Appended:
    return Appended(Connections(path))


async def test_a_commit_of_another_process_gives_a_hint(tables: SqliteTables, path: Path) -> None:
    async with listening(tables.change_hints()) as heard:
        await run_sync(lambda: start_script(COMMIT_ELSEWHERE, path, HOME).communicate(timeout=60))
        await hear(heard, HOME)


async def test_a_commit_shows_within_half_a_second(tables: SqliteTables) -> None:
    assert sqlite_hints.INTERVAL <= 0.25
    async with listening(tables.change_hints()) as heard:
        await commit(tables, HOME, 1)
        with anyio.fail_after(sqlite_hints.INTERVAL + 1):
            await hear(heard, HOME)


async def test_a_file_without_commits_is_asked_for_its_version_and_nothing_else(
    tables: SqliteTables, appended: Appended
) -> None:
    await run_sync(appended.start)
    await run_sync(appended.read)
    statements: list[str] = []
    reader = appended._reader  # pyright: ignore[reportPrivateUsage]
    assert reader is not None
    reader.connection.set_trace_callback(statements.append)
    for _ in range(3):
        assert list(await run_sync(appended.read)) == []
    assert statements == ["PRAGMA data_version"] * 3
    await commit(tables, HOME, 1)
    assert list(await run_sync(appended.read)) == [HOME]
    await run_sync(appended.close)


async def test_more_appends_than_one_look_reads_are_all_named(
    tables: SqliteTables, appended: Appended, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_hints, "ROWS", 2)
    await run_sync(appended.start)
    for position in range(1, 4):
        await commit(tables, HOME, position)
    await commit(tables, WORK, 1)
    assert [list(await run_sync(appended.read)) for _ in range(3)] == [[HOME], [HOME, WORK], []]
    await run_sync(appended.close)


async def test_a_removed_file_ends_the_hints(tables: SqliteTables, path: Path) -> None:
    async with listening(tables.change_hints()) as heard:
        path.rename(path.with_name("away.db"))  # noqa: ASYNC240  a test may wait for the disk
        with anyio.fail_after(PATIENCE), pytest.raises(FileReplaced):
            await anext(heard)


async def test_an_outage_delays_hints_and_loses_none(tables: SqliteTables, monkeypatch: pytest.MonkeyPatch) -> None:
    read_with: Callable[..., Any] = Connections.read_with
    failures = [StoreUnavailable("the disk gives no answer")] * 2

    def fail_twice(*arguments: Any) -> Any:
        if failures:
            raise failures.pop()
        return read_with(*arguments)

    async with listening(tables.change_hints()) as heard:
        monkeypatch.setattr(Connections, "read_with", fail_twice)
        await commit(tables, HOME, 1)
        await hear(heard, HOME)
    assert failures == []


async def test_a_user_who_may_only_read_gets_hints(
    tables: SqliteTables, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await tables.close()

    def is_writable(_: Path) -> bool:
        return False

    async with open_sqlite(path) as reader:
        with monkeypatch.context() as patched:
            patched.setattr(sqlite_file, "is_writable", is_writable)
            async with listening(reader.change_hints()) as heard:
                for workspace in (HOME, WORK):  # the writer comes and goes: its locks can be shared, and then not
                    async with open_sqlite(path) as writer:
                        await commit(writer, workspace, 1)
                    await hear(heard, workspace)


async def test_a_file_of_schema_1_names_all_its_workspaces_when_it_is_upgraded(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for statement in (*SCHEMA_1, f"INSERT INTO events VALUES ('W#{HOME}', '{1:016d}', '{{}}')"):
            connection.execute(statement)
    async with open_sqlite(path) as tables, listening(tables.change_hints()) as heard:
        await commit(tables, WORK, 1)
        await hear(heard, HOME, WORK)


async def test_a_forked_child_gets_no_hints(tables: SqliteTables, monkeypatch: pytest.MonkeyPatch) -> None:
    hints = tables.change_hints()
    (shard,) = await hints.shards()
    with monkeypatch.context() as forked:
        forked.setattr(os, "getpid", lambda: 1)
        with pytest.raises(UsedAcrossFork):
            await hints.shards()
        async with aclosing(hints.listen(shard)) as heard:
            with pytest.raises(UsedAcrossFork):
                await anext(heard)
