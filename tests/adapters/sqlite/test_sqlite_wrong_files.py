# ruff: noqa: ASYNC240  a test may wait for the disk
"""Files that are no store, are forbidden, or lie where SQLite cannot lock them: each is refused and left alone."""

import sqlite3
import tempfile
from pathlib import Path

import pytest
from support.conformance.given import PK, fill, item, sort_keys
from support.conformance.processes import failure, start

from ascend.adapters.sqlite import file as sqlite_file
from ascend.adapters.sqlite.file import Damaged, FolderMissing, NetworkFileSystem, refuse_network
from ascend.adapters.sqlite.tables import SqliteTables, open_sqlite
from ascend.adapters.table.conditions import Absent
from ascend.adapters.table.item import Key, Table
from ascend.domain.errors import (
    AccessDenied,
    InvalidInput,
    StoreError,
    StoreMismatch,
    StoreMissing,
    StoreUnavailable,
)


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
            with pytest.raises(FolderMissing, match=r"folder .* does not exist: make it first\. \[.*sub\]"):
                await tables.create()

    async def test_an_empty_file_becomes_a_store_only_when_asked(self, path: Path) -> None:
        path.touch()
        async with open_sqlite(path) as tables:
            with pytest.raises(StoreMissing):
                await tables.check()
            await tables.create()
            await tables.check()

    async def test_an_empty_file_whose_text_would_be_in_another_order(self, path: Path) -> None:
        connection = sqlite3.connect(path)
        connection.execute("PRAGMA encoding = 'UTF-16le'")
        connection.execute("CREATE TABLE gone (text)")
        connection.execute("DROP TABLE gone")
        connection.close()
        async with open_sqlite(path) as tables:
            for call in (tables.create, tables.check):
                with pytest.raises(StoreMismatch, match="UTF-16le: Ascend needs a file in UTF-8"):
                    await call()

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
        assert isinstance(sqlite_file.translate_sqlite_error(failure(sqlite3.SQLITE_READONLY), path), AccessDenied)
        assert isinstance(sqlite_file.translate_sqlite_error(failure(sqlite3.SQLITE_FULL), path), StoreUnavailable)
        assert type(sqlite_file.translate_sqlite_error(failure(sqlite3.SQLITE_CONSTRAINT), path)) is StoreError

    async def test_a_closed_store(self, tables: SqliteTables, path: Path) -> None:
        await tables.close()
        with pytest.raises(InvalidInput, match=r"store\.db is closed: it lives as long as its `async with`"):
            await tables.get(Table.VIEWS, Key("a", "b"))
        with pytest.raises(InvalidInput, match="is closed"):
            await tables.put(Table.VIEWS, item("a"), Absent())

    async def test_a_damaged_file(self, tables: SqliteTables, path: Path) -> None:
        await fill(tables, *(item(f"{number:04}", text="x" * 4_000) for number in range(30)))
        await tables.close()
        whole = path.read_bytes()
        path.write_bytes(whole[:4_096] + b"\xa5" * (len(whole) - 4_096))

        async with open_sqlite(path) as again:
            with pytest.raises(Damaged, match=r"is damaged: .*restore a backup\. \[.*store\.db: database disk image"):
                await sort_keys(again)


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


def make(path: Path, statement: str) -> None:
    connection = sqlite3.connect(path)
    connection.execute(statement)
    connection.commit()
    connection.close()
