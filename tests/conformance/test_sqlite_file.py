# ruff: noqa: ASYNC240  a test may wait for the disk
"""What only a file can do: several processes, a killed writer, a wrong or forbidden file, a fork."""

import asyncio
import os
import sqlite3
import subprocess
import sys
import tempfile
import textwrap
import threading
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import anyio
import pytest
from anyio.to_thread import run_sync
from conformance.given import PK, fill, item, sort_keys

from ascend.adapters import sqlite_file
from ascend.adapters import sqlite_statements as sql
from ascend.adapters.queries import Query
from ascend.adapters.sqlite import SqliteTables, UsedAcrossFork, open_sqlite
from ascend.adapters.sqlite_connections import Connections
from ascend.adapters.sqlite_file import NetworkFileSystem, refuse_network
from ascend.adapters.table import Absent, Bookmark, Equals, Index, Item, Key, Prefix, Table
from ascend.domain.errors import AccessDenied, StoreError, StoreMismatch, StoreMissing, StoreUnavailable

SOURCE = Path(__file__).parents[2] / "src"
WRITER = """
    import sys, anyio
    from ascend.adapters.sqlite import open_sqlite
    from ascend.adapters.table import Absent, Item, Key, Table

    async def write(path, name):
        async with open_sqlite(path) as tables:
            await tables.create()
            print("ready", flush=True)
            sys.stdin.readline()
            for position in range(1, {count} + 1):
                one = Item(Key("log", f"{{position:06}}"), {{"writer": name, "text": "x" * {size}}})
                blocked = await tables.put(Table.EVENTS, one, Absent())
                print(f"{{position:06}}", blocked.existing.attributes["writer"] if blocked else name, flush=True)

    anyio.run(write, *sys.argv[1:])
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


@pytest.fixture
async def tables(path: Path) -> AsyncIterator[SqliteTables]:
    async with open_sqlite(path) as tables:
        await tables.create()
        yield tables


def start(script: str, *arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(script), *map(str, arguments)],
        env={**os.environ, "PYTHONPATH": str(SOURCE)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def start_writers(path: Path, count: int, size: int, number: int) -> list[subprocess.Popen[str]]:
    """Writers that created the store, all at once, and stand before their first write."""
    writers = [start(WRITER.format(count=count, size=size), path, name) for name in range(number)]
    for writer in writers:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
    return writers


def finish(*processes: subprocess.Popen[str]) -> list[list[str]]:
    """Lets all go on at once; the lines that each printed."""
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    return [process.communicate(timeout=60)[0].splitlines() for process in processes]


class TestProcesses:
    def test_every_position_has_one_winner_and_all_processes_agree_who(self, path: Path) -> None:
        told = finish(*start_writers(path, count=100, size=100, number=3))

        assert len(told[0]) == 100
        assert told[0] == told[1] == told[2]

    def test_after_a_kill_all_that_was_confirmed_is_there_and_whole(self, path: Path) -> None:
        for run in range(4):
            (writer,) = start_writers(path, count=10_000, size=20_000, number=1)
            assert writer.stdin is not None
            assert writer.stdout is not None
            writer.stdin.write("go\n")
            writer.stdin.flush()
            last = [writer.stdout.readline() for _ in range(run * 15 + 3)][-1].split()[0]
            writer.kill()
            writer.communicate()

            anyio.run(self.check, path, last)

    async def check(self, path: Path, last: str) -> None:
        async with open_sqlite(path) as tables:
            keys = await sort_keys(tables, table=Table.EVENTS, pk="log")
            assert keys == [f"{position:06}" for position in range(1, len(keys) + 1)]
            assert keys[-1] >= last
            found = await tables.get(Table.EVENTS, Key("log", keys[-1]))
            assert found is not None
            assert found.attributes["text"] == "x" * 20_000
            await fill(tables, item("after"))
            await tables.delete(Table.VIEWS, Key(PK, "after"), Equals({}))

    async def test_readers_go_on_while_another_process_writes(self, tables: SqliteTables, path: Path) -> None:
        await fill(tables, item("1"))
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        other.execute("DELETE FROM views")

        assert await tables.get(Table.VIEWS, Key(PK, "1")) == item("1")

        other.rollback()
        other.close()

    async def test_a_file_that_stays_locked_is_said_to_be_busy(
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

        with tables._file._writing, pytest.raises(UsedAcrossFork):  # held by a thread that the child does not have  # pyright: ignore[reportPrivateUsage]
            await tables.put(Table.VIEWS, item("1"), Absent())

        monkeypatch.undo()
        assert await tables.get(Table.VIEWS, Key(PK, "1")) is None
        await fill(tables, item("2"))
        assert await sort_keys(tables) == ["2"]


class TestDurability:
    async def test_every_connection_waits_for_the_disk(self, tables: SqliteTables, path: Path) -> None:
        connection = await run_sync(sqlite_file.open_file, path)
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
        """So that the last page costs what the first one does."""
        statement, parameters = sql.query(
            Query(Table.VIEWS, "p", Prefix("a"), index=index, after=after, descending=descending, limit=10)
        )
        connection = await run_sync(sqlite_file.open_file, path)
        plan = str(connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters).fetchall())
        connection.close()

        assert statement.count("sk >") + statement.count("sk <") + statement.count(") >") + statement.count(") <") == 2
        assert used in plan.replace("(gsi1sk,pk,sk)", "gsi1sk")
        assert "SCAN" not in plan
        assert "TEMP B-TREE" not in plan


class TestWrongFiles:
    async def test_a_missing_file(self, path: Path) -> None:
        async with open_sqlite(path) as tables:
            with pytest.raises(StoreMissing, match=r"store\.db"):
                await tables.check()
            with pytest.raises(StoreMissing, match=r"store\.db"):
                await tables.get(Table.VIEWS, Key("a", "b"))
        assert not path.exists()

    async def test_a_missing_folder(self, path: Path) -> None:
        async with open_sqlite(path / "sub" / "x.db") as tables:
            with pytest.raises(StoreMissing, match="folder"):
                await tables.create()

    async def test_an_empty_file_becomes_a_store_only_when_asked(self, path: Path) -> None:
        path.touch()
        async with open_sqlite(path) as tables:
            with pytest.raises(StoreMissing):
                await tables.check()
            await tables.create()
            await tables.check()

    async def test_a_file_that_is_not_of_sqlite(self, path: Path) -> None:
        path.write_text("these are my notes, not a database\n" * 200)
        before = path.read_bytes()
        async with open_sqlite(path) as tables:
            for call in (tables.check, tables.create):
                with pytest.raises(StoreMismatch, match=r"store\.db: file is not a database"):
                    await call()
        assert path.read_bytes() == before

    @pytest.mark.parametrize(
        "statement", ["CREATE TABLE theirs (a)", "PRAGMA application_id = 7", "PRAGMA user_version = 3"]
    )
    async def test_a_database_of_another_program_is_left_alone(self, path: Path, statement: str) -> None:
        make(path, statement)
        before = path.read_bytes()
        async with open_sqlite(path) as tables:
            for call in (tables.check, tables.create):
                with pytest.raises(StoreMismatch, match="another program"):
                    await call()
        assert path.read_bytes() == before

    @pytest.mark.parametrize(
        ("table", "said"), [("views", "workers fill it from the log"), ("events", "restore a backup")]
    )
    async def test_a_store_that_lost_a_table_gets_it_only_when_asked(
        self, tables: SqliteTables, path: Path, table: str, said: str
    ) -> None:
        await tables.put(Table.EVENTS, item("1"), Absent())
        make(path, f"DROP TABLE {table}")
        async with open_sqlite(path) as again:
            for call in (again.check(), again.get(Table.VIEWS, Key(PK, "1"))):
                with pytest.raises(StoreMissing, match=said):
                    await call
            await again.create()
            await again.check()
            assert await sort_keys(again, table=Table.EVENTS) == ([] if table == "events" else ["1"])
            await fill(again, item("2"))

    async def test_a_store_whose_table_has_other_columns(self, tables: SqliteTables, path: Path) -> None:
        make(path, "ALTER TABLE views RENAME COLUMN expires TO ends")
        async with open_sqlite(path) as again:
            for call in (again.check, again.create):
                with pytest.raises(StoreMismatch, match="ends, attributes instead of"):
                    await call()

    async def test_a_folder(self, path: Path) -> None:
        path.mkdir()
        async with open_sqlite(path) as tables:
            for call in (tables.check, tables.create):
                with pytest.raises(StoreMismatch, match="is a folder: name a file in it"):
                    await call()

    async def test_a_store_with_another_schema(self, tables: SqliteTables, path: Path) -> None:
        make(path, "PRAGMA user_version = 99")
        async with open_sqlite(path) as again:
            with pytest.raises(StoreMismatch, match="schema 99, this code expects 1"):
                await again.check()

    @pytest.mark.parametrize(
        ("mode", "file", "said"),
        [(0o555, "store.db", "the file and its folder must be writable"), (0, "sub/store.db", "Permission denied")],
    )
    def test_a_folder_without_permission(self, mode: int, file: str, said: str) -> None:
        """In a process of its own without privileges, since root may write anywhere."""
        script = """
            import os, sys, anyio
            from ascend.adapters.sqlite import open_sqlite
            from ascend.domain.errors import AccessDenied

            async def main():
                if os.geteuid() == 0:
                    os.setuid(65534)
                async with open_sqlite(sys.argv[1]) as tables:
                    try:
                        await tables.create()
                    except AccessDenied as error:
                        print(error)

            anyio.run(main)
        """
        with tempfile.TemporaryDirectory() as folder:  # pytest's own are closed to others
            Path(folder).chmod(mode)
            output, _ = start(script, Path(folder) / file).communicate(timeout=60)
            Path(folder).chmod(0o755)
        assert "store.db" in output
        assert said in output

    async def test_a_file_that_may_only_be_read(self, tables: SqliteTables, path: Path) -> None:
        assert isinstance(sqlite_file.translate(failure(sqlite3.SQLITE_READONLY), path), AccessDenied)
        assert isinstance(sqlite_file.translate(failure(sqlite3.SQLITE_FULL), path), StoreUnavailable)
        assert type(sqlite_file.translate(failure(sqlite3.SQLITE_CONSTRAINT), path)) is StoreError

    async def test_a_closed_store(self, tables: SqliteTables, path: Path) -> None:
        await tables.close()
        with pytest.raises(StoreUnavailable, match="closed"):
            await tables.get(Table.VIEWS, Key("a", "b"))


class TestNetworkFileSystems:
    MOUNTS = """\
/dev/sda / ext4 rw 0 0
nas:/home /mnt/nas nfs4 rw 0 0
/dev/sdb /mnt/nas/local ext4 rw 0 0
host /mnt/my\\040share fuse.sshfs rw 0 0
"""

    @pytest.mark.parametrize(
        ("path", "refused"),
        [
            ("/data/x.db", False),
            ("/mnt/nas/x.db", True),
            ("/mnt/nas/deep/x.db", True),
            ("/mnt/nas2/x.db", False),
            ("/mnt/nas/local/x.db", False),
            ("/mnt/my share/x.db", True),
        ],
    )
    def test_a_file_on_one_is_refused(self, tmp_path: Path, path: str, refused: bool) -> None:
        mounts = tmp_path / "mounts"
        mounts.write_text(self.MOUNTS)
        if not refused:
            refuse_network(Path(path), mounts)
            return
        with pytest.raises(NetworkFileSystem, match="put the file on a local disk"):
            refuse_network(Path(path), mounts)

    def test_where_no_mounts_are_listed_nothing_is_refused(self, tmp_path: Path) -> None:
        refuse_network(Path("/mnt/nas/x.db"), tmp_path / "nothing")


class TestWaiting:
    async def test_a_write_whose_task_was_cancelled_ends_before_the_next_begins(
        self, tables: SqliteTables, path: Path
    ) -> None:
        """Cancelled not by a scope, which would wait, but as a task, while its thread stands before the lock."""
        await fill(tables, item("0"))
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        entered = threading.Event()
        transaction = Connections._transaction  # pyright: ignore[reportPrivateUsage]

        def entering(connections: Connections, together: list[Any]) -> Any:
            entered.set()
            return transaction(connections, together)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Connections, "_transaction", entering)
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

    def test_two_who_found_an_empty_file_both_get_their_store(self, path: Path) -> None:
        one, other = sqlite_file.connect(path, "rwc"), sqlite_file.connect(path, "rwc")
        sqlite_file.create_tables(one, path)
        sqlite_file.create_tables(other, path)
        one.close()
        other.close()
        sqlite_file.create_file(path)

    def test_a_store_that_is_just_being_made_is_not_taken_for_somebody_elses(self, path: Path) -> None:
        other = sqlite3.connect(path, isolation_level=None, timeout=0)

        class Overtaken(sqlite3.Connection):
            def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
                cursor = super().execute(sql, parameters)
                if sql == "PRAGMA user_version":
                    with suppress(sqlite3.OperationalError):  # busy: it must wait until we have looked at all
                        sqlite_file.create_tables(other, path)
                return cursor

        overtaken = Overtaken(path, isolation_level=None)
        assert sqlite_file.is_empty(overtaken, path)
        overtaken.close()
        other.close()

    def test_the_switch_to_wal_waits_for_others_who_switch(self) -> None:
        class Switching(sqlite3.Connection):
            others = 3

            def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
                self.others -= 1
                if self.others > 0:
                    raise failure(sqlite3.SQLITE_BUSY)
                return super().execute(sql, parameters)

        connection = Switching(":memory:")
        sqlite_file.write_ahead(connection)
        connection.close()
        assert connection.others == 0

    async def test_creating_waits_for_one_who_creates(self, path: Path) -> None:
        async with open_sqlite(path) as one, open_sqlite(path) as other, anyio.create_task_group() as group:
            for tables in (one, other) * 4:
                group.start_soon(tables.create)
        async with open_sqlite(path) as tables:
            await tables.check()
            assert await tables.put(Table.EVENTS, Item(Key("a", "1"), {}), Absent()) is None


def make(path: Path, statement: str) -> None:
    connection = sqlite3.connect(path)
    connection.execute(statement)
    connection.commit()
    connection.close()


def failure(code: int) -> sqlite3.Error:
    error = sqlite3.OperationalError("it failed")
    error.sqlite_errorcode = code
    return error
