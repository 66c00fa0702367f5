# ruff: noqa: ASYNC240  a test may wait for the disk
"""Files that are not a store, are forbidden, or lie on a network share: each is refused and stays unchanged."""

import sqlite3
import tempfile
from pathlib import Path

import pytest
from support.conformance.given import PK, fill, item, sort_keys
from support.conformance.processes import make_error, start_script

from ascend.adapters.sqlite import file as sqlite_file
from ascend.adapters.sqlite.file import DamagedFile, FolderMissing, NetworkFileSystem, refuse_network
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
    async def test_a_missing_file_is_not_created_by_a_read(self, path: Path) -> None:
        async with open_sqlite(path) as tables:
            with pytest.raises(StoreMissing, match=r"store\.db"):
                await tables.check()
            with pytest.raises(StoreMissing, match=r"store\.db"):
                await tables.get(Table.VIEWS, Key("a", "b"))
        assert not path.exists()

    async def test_a_missing_folder_is_named(self, path: Path) -> None:
        async with open_sqlite(path / "sub" / "x.db") as tables:
            with pytest.raises(FolderMissing, match=r"folder .* does not exist: make it first\. \[.*sub\]"):
                await tables.create()

    async def test_an_empty_file_becomes_a_store_only_by_create(self, path: Path) -> None:
        path.touch()
        async with open_sqlite(path) as tables:
            with pytest.raises(StoreMissing):
                await tables.check()
            await tables.create()
            await tables.check()

    async def test_an_empty_file_in_utf_16_is_refused(self, path: Path) -> None:
        connection = sqlite3.connect(path)
        connection.execute("PRAGMA encoding = 'UTF-16le'")
        connection.execute("CREATE TABLE gone (text)")
        connection.execute("DROP TABLE gone")
        connection.close()
        async with open_sqlite(path) as tables:
            for call in (tables.create, tables.check):
                with pytest.raises(StoreMismatch, match="UTF-16le: Ascend needs a file in UTF-8"):
                    await call()

    async def test_a_file_of_another_format_is_refused(self, path: Path) -> None:
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
    async def test_a_database_of_another_program_stays_unchanged(self, path: Path, statement: str) -> None:
        execute(path, statement)
        before = path.read_bytes()
        async with open_sqlite(path) as tables:
            for call in (tables.check, tables.create):
                with pytest.raises(StoreMismatch, match="another program"):
                    await call()
        assert path.read_bytes() == before

    @pytest.mark.parametrize(
        ("table", "message"), [("views", "workers fill it from the log"), ("events", "restore a backup")]
    )
    async def test_a_lost_table_is_created_only_by_create(
        self, tables: SqliteTables, path: Path, table: str, message: str
    ) -> None:
        await tables.put(Table.EVENTS, item("1"), Absent())
        execute(path, f"DROP TABLE {table}")
        async with open_sqlite(path) as again:
            for call in (again.check(), again.get(Table.VIEWS, Key(PK, "1"))):
                with pytest.raises(StoreMissing, match=message):
                    await call
            await again.create()
            await again.check()
            assert await sort_keys(again, table=Table.EVENTS) == ([] if table == "events" else ["1"])
            await fill(again, item("2"))

    async def test_a_table_with_other_columns_is_refused(self, tables: SqliteTables, path: Path) -> None:
        execute(path, "ALTER TABLE views RENAME COLUMN expires TO ends")
        async with open_sqlite(path) as again:
            for call in (again.check, again.create):
                with pytest.raises(StoreMismatch, match="ends, attributes instead of"):
                    await call()

    async def test_a_folder_is_refused(self, path: Path) -> None:
        path.mkdir()
        async with open_sqlite(path) as tables:
            for call in (tables.check, tables.create):
                with pytest.raises(StoreMismatch, match="is a folder: name a file in it"):
                    await call()

    async def test_another_schema_version_is_refused(self, tables: SqliteTables, path: Path) -> None:
        execute(path, "PRAGMA user_version = 99")
        async with open_sqlite(path) as again:
            with pytest.raises(StoreMismatch, match="schema 99, this code expects 1"):
                await again.check()

    @pytest.mark.parametrize(
        ("mode", "file", "message"),
        [(0o555, "store.db", "the file and its folder must be writable"), (0, "sub/store.db", "Permission denied")],
    )
    def test_a_folder_without_permission_is_an_access_error(self, mode: int, file: str, message: str) -> None:
        """Runs in an unprivileged process of its own, because root may write anywhere."""
        script = """
            import os, sys, anyio
            from ascend.adapters.sqlite.tables import open_sqlite
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
        with tempfile.TemporaryDirectory() as folder:  # other users cannot enter pytest's folders
            Path(folder).chmod(mode)
            output, _ = start_script(script, Path(folder) / file).communicate(timeout=60)
            Path(folder).chmod(0o755)
        assert "store.db" in output
        assert message in output

    async def test_sqlite_errors_are_translated_by_their_code(self, tables: SqliteTables, path: Path) -> None:
        assert isinstance(sqlite_file.translate_sqlite_error(make_error(sqlite3.SQLITE_READONLY), path), AccessDenied)
        assert isinstance(sqlite_file.translate_sqlite_error(make_error(sqlite3.SQLITE_FULL), path), StoreUnavailable)
        assert type(sqlite_file.translate_sqlite_error(make_error(sqlite3.SQLITE_CONSTRAINT), path)) is StoreError

    async def test_a_closed_store_refuses_calls(self, tables: SqliteTables, path: Path) -> None:
        await tables.close()
        with pytest.raises(InvalidInput, match=r"store\.db is closed: it lives as long as its `async with`"):
            await tables.get(Table.VIEWS, Key("a", "b"))
        with pytest.raises(InvalidInput, match="is closed"):
            await tables.put(Table.VIEWS, item("a"), Absent())

    async def test_a_damaged_file_is_reported(self, tables: SqliteTables, path: Path) -> None:
        await fill(tables, *(item(f"{number:04}", text="x" * 4_000) for number in range(30)))
        await tables.close()
        content = path.read_bytes()
        path.write_bytes(content[:4_096] + b"\xa5" * (len(content) - 4_096))

        async with open_sqlite(path) as again:
            with pytest.raises(
                DamagedFile, match=r"is damaged: .*restore a backup\. \[.*store\.db: database disk image"
            ):
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
    def test_a_file_on_a_network_file_system_is_refused(self, tmp_path: Path, path: str, refused: bool) -> None:
        mounts = tmp_path / "mounts"
        mounts.write_text(self.MOUNTS)
        if not refused:
            refuse_network(Path(path), mounts)
            return
        with pytest.raises(NetworkFileSystem, match="put the file on a local disk"):
            refuse_network(Path(path), mounts)

    def test_nothing_is_refused_on_a_system_without_a_list_of_mounts(self, tmp_path: Path) -> None:
        refuse_network(Path("/mnt/nas/x.db"), tmp_path / "nothing")


def execute(path: Path, statement: str) -> None:
    connection = sqlite3.connect(path)
    connection.execute(statement)
    connection.commit()
    connection.close()
