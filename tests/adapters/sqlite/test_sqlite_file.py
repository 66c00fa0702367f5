"""Properties of a file: several processes, a killed writer, a fork, writers that wait for each other."""

import asyncio
import os
import sqlite3
import subprocess
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

import anyio
import pytest
from anyio.to_thread import run_sync
from support.conformance.given import PK, fill, item, sort_keys
from support.conformance.processes import make_error, start_script

from ascend.adapters.sqlite import file as sqlite_file
from ascend.adapters.sqlite import schema
from ascend.adapters.sqlite import statements as sql
from ascend.adapters.sqlite.tables import SqliteTables, UsedAcrossFork, open_sqlite
from ascend.adapters.sqlite.writer import FileWriter
from ascend.adapters.table.conditions import Absent, Equals
from ascend.adapters.table.item import Index, Item, Key, Table
from ascend.adapters.table.query import Bookmark, Prefix, Query
from ascend.domain.errors import StoreUnavailable

WRITER = """
    import sys, anyio
    from ascend.adapters.sqlite.tables import open_sqlite
    from ascend.adapters.table.conditions import Absent
    from ascend.adapters.table.item import Item, Key, Table

    async def write(path, name):
        async with open_sqlite(path) as tables:
            await tables.create()
            print("ready", flush=True)
            sys.stdin.readline()
            for position in range(1, {count} + 1):
                item = Item(Key("log", f"{{position:06}}"), {{"writer": name, "text": "x" * {size}}})
                blocked = await tables.put(Table.EVENTS, item, Absent())
                print(f"{{position:06}}", blocked.existing.attributes["writer"] if blocked else name, flush=True)

    anyio.run(write, *sys.argv[1:])
"""


def start_writers(path: Path, count: int, size: int, number: int) -> list[subprocess.Popen[str]]:
    """Start writers that create the store at the same time, and wait before their first write."""
    writers = [start_script(WRITER.format(count=count, size=size), path, name) for name in range(number)]
    for writer in writers:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
    return writers


def finish(*processes: subprocess.Popen[str]) -> list[list[str]]:
    """Let all processes continue at once. Return the lines that each one printed."""
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    return [process.communicate(timeout=60)[0].splitlines() for process in processes]


class TestProcesses:
    def test_every_position_has_one_winner_and_all_processes_agree_on_it(self, path: Path) -> None:
        winners = finish(*start_writers(path, count=100, size=100, number=3))

        assert len(winners[0]) == 100
        assert winners[0] == winners[1] == winners[2]

    def test_a_killed_writer_loses_no_confirmed_item(self, path: Path) -> None:
        for run in range(4):
            (writer,) = start_writers(path, count=10_000, size=20_000, number=1)
            assert writer.stdin is not None
            assert writer.stdout is not None
            writer.stdin.write("go\n")
            writer.stdin.flush()
            last = [writer.stdout.readline() for _ in range(run * 15 + 3)][-1].split()[0]
            writer.kill()
            writer.communicate()

            anyio.run(self.check_file, path, last)

    async def check_file(self, path: Path, last: str) -> None:
        async with open_sqlite(path) as tables:
            keys = await sort_keys(tables, table=Table.EVENTS, pk="log")
            assert keys == [f"{position:06}" for position in range(1, len(keys) + 1)]
            assert keys[-1] >= last
            last_item = await tables.get(Table.EVENTS, Key("log", keys[-1]))
            assert last_item is not None
            assert last_item.attributes["text"] == "x" * 20_000
            await fill(tables, item("after"))
            await tables.delete(Table.VIEWS, Key(PK, "after"), Equals({}))

    async def test_readers_continue_while_another_process_writes(self, tables: SqliteTables, path: Path) -> None:
        await fill(tables, item("1"))
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        other.execute("DELETE FROM views")

        assert await tables.get(Table.VIEWS, Key(PK, "1")) == item("1")

        other.rollback()
        other.close()

    async def test_a_file_that_stays_locked_is_reported_as_busy(
        self, path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(sqlite_file, "BUSY_SECONDS", 0.1)
        async with open_sqlite(path) as tables:
            await tables.create()
            other = sqlite3.connect(path, isolation_level=None)
            other.execute("BEGIN IMMEDIATE")

            with pytest.raises(StoreUnavailable, match=r"store\.db is busy"):
                await tables.put(Table.VIEWS, item(), Absent())

            other.rollback()
            other.close()
            await fill(tables, item())

    async def test_a_store_is_refused_in_a_forked_child(
        self, tables: SqliteTables, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        parent = os.getpid()
        monkeypatch.setattr(os, "getpid", lambda: parent + 1)

        with pytest.raises(UsedAcrossFork, match="open it anew in the child"):
            await tables.get(Table.VIEWS, Key(PK, "1"))

        with tables._writer._lock, pytest.raises(UsedAcrossFork):  # as if a thread of the parent held it  # pyright: ignore[reportPrivateUsage]
            await tables.put(Table.VIEWS, item("1"), Absent())

        monkeypatch.undo()
        assert await tables.get(Table.VIEWS, Key(PK, "1")) is None
        await fill(tables, item("2"))
        assert await sort_keys(tables) == ["2"]


class TestDurability:
    async def test_every_connection_flushes_to_the_disk(self, tables: SqliteTables, path: Path) -> None:
        connection = (await run_sync(sqlite_file.open_file, path)).connection
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
        connection.close()

    @pytest.mark.parametrize("descending", [False, True])
    @pytest.mark.parametrize(
        ("index", "after", "used"),
        [
            (None, ("a1",), "PRIMARY KEY (pk=? AND sk"),
            (Index.GSI1, ("a1", "pk", "sk"), "views_gsi1 (gsi1pk=? AND gsi1sk"),
        ],
    )
    async def test_pages_are_found_by_key(
        self, tables: SqliteTables, path: Path, index: Index | None, after: Bookmark, used: str, descending: bool
    ) -> None:
        """The last page costs as much as the first."""
        statement, parameters = sql.build_query(
            Query(Table.VIEWS, "p", Prefix("a"), index=index, after=after, descending=descending, limit=10)
        )
        connection = (await run_sync(sqlite_file.open_file, path)).connection
        plan = str(connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters).fetchall())
        connection.close()

        assert statement.count("sk >") + statement.count("sk <") + statement.count(") >") + statement.count(") <") == 2
        assert used in plan.replace("(gsi1sk,pk,sk)", "gsi1sk")
        assert "SCAN" not in plan
        assert "TEMP B-TREE" not in plan


class TestWaiting:
    async def test_a_write_whose_task_was_cancelled_ends_before_the_next_begins(
        self, tables: SqliteTables, path: Path
    ) -> None:
        """The test cancels the task, because a cancel scope would wait for the thread, which waits for the lock."""
        await fill(tables, item("0"))
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        entered = threading.Event()
        begin = FileWriter._begin  # pyright: ignore[reportPrivateUsage]

        def signal_and_begin(writer: FileWriter, deadline: float) -> sqlite3.Connection:
            entered.set()
            return begin(writer, deadline)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(FileWriter, "_begin", signal_and_begin)
            cancelled = asyncio.ensure_future(tables.put(Table.VIEWS, item("1", n=1), Absent()))
            await run_sync(entered.wait)
            cancelled.cancel()
            await asyncio.wait([cancelled])
            async with anyio.create_task_group() as group:
                group.start_soon(tables.put, Table.VIEWS, item("2"), Absent())
                await anyio.wait_all_tasks_blocked()
                other.rollback()
        other.close()

        assert await sort_keys(tables) == ["0", "1", "2"]

    def test_two_processes_may_create_the_tables_of_one_file(self, path: Path) -> None:
        first, other = (sqlite_file.connect(path, "mode=rwc") for _ in range(2))
        schema.create_tables(first, path)
        schema.create_tables(other, path)
        first.close()
        other.close()
        sqlite_file.create_file(path)

    def test_a_store_that_another_process_is_creating_is_not_mistaken_for_a_foreign_file(self, path: Path) -> None:
        other = sqlite3.connect(path, isolation_level=None, timeout=0)

        class Overtaken(sqlite3.Connection):
            def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
                cursor = super().execute(sql, parameters)
                if sql == "PRAGMA user_version":
                    with suppress(sqlite3.OperationalError):  # busy: the other one waits for the end of our reads
                        schema.create_tables(other, path)
                return cursor

        overtaken = Overtaken(path, isolation_level=None)
        assert schema.read_version(overtaken, path) is None
        overtaken.close()
        other.close()

    def test_the_switch_to_wal_waits_for_other_processes_that_switch(self) -> None:
        class Switching(sqlite3.Connection):
            remaining = 3

            def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
                self.remaining -= 1
                if self.remaining > 0:
                    raise make_error(sqlite3.SQLITE_BUSY)
                return super().execute(sql, parameters)

        connection = Switching(":memory:")
        sqlite_file.write_ahead(connection)
        connection.close()
        assert connection.remaining == 0

    async def test_concurrent_creations_wait_for_each_other(self, path: Path) -> None:
        async with open_sqlite(path) as first, open_sqlite(path) as other, anyio.create_task_group() as group:
            for tables in (first, other) * 4:
                group.start_soon(tables.create)
        async with open_sqlite(path) as tables:
            await tables.check()
            assert await tables.put(Table.EVENTS, Item(Key("a", "1"), {}), Absent()) is None
