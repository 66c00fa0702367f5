# ruff: noqa: ASYNC240  a test may wait for the disk
"""A file that this process may not write to can be read, also while another process writes to it."""

import shutil
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

import pytest
from support.architect.sqlite_drift import HOME, find_drift, make_store_file
from support.conformance.given import PK, fill, item
from support.conformance.processes import start_script

from ascend.adapters.layout.setting_check import Verdict
from ascend.adapters.sqlite import doctor
from ascend.adapters.sqlite import file as sqlite_file
from ascend.adapters.sqlite import statements as sql
from ascend.adapters.sqlite.connections import Connections
from ascend.adapters.sqlite.tables import SqliteTables, open_sqlite
from ascend.adapters.table.item import Key, Table
from ascend.domain.errors import StoreBusy, StoreMissing

READ_EVERYTHING = """
    import os, sys, anyio, ascend, ascend.adapters.sqlite.tables

    ADA = ascend.UserId("ada")

    async def read(store, home):
        yield (await store.queries.workspace(home, viewer=ascend.OPERATOR)).card.name
        yield [status.rendered async for status in store.status()]
        yield (await store.verify()).clean, (await store.digest())[1] > 0

    async def import_everything(home):
        # afterwards, Python's own files may be as forbidden as the store's
        async with ascend.open_store("memory://", create=True) as store:
            await store.execute(home, ascend.CreateWorkspace(name="Home", owner_name="Ada"), actor=ADA)
            await store.worker.run_once()
            [line async for line in read(store, home)]

    async def main(home):
        await import_everything(home)
        if os.geteuid() == 0:
            os.setuid(65534)
        async with ascend.open_store(f"sqlite:///{sys.argv[1]}") as store:
            async for line in read(store, home):
                print(line)
            try:
                await store.execute(home, ascend.RenameWorkspace(name="Ours"), actor=ADA)
            except ascend.AccessDenied as error:
                print(error)

    anyio.run(main, ascend.WorkspaceId(sys.argv[2]))
"""


@pytest.fixture
def read_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Root may write anywhere, so most tests only say that it may not. Writers do not ask."""

    def is_writable(_: Path) -> bool:
        return False

    for module in (sqlite_file, doctor):
        monkeypatch.setattr(module, "is_writable", is_writable)


def test_a_user_without_write_permission_reads_everything_and_is_told_why_nothing_is_written() -> None:
    with tempfile.TemporaryDirectory() as folder:  # other users cannot enter pytest's folders
        path = make_store_file(Path(folder))
        path.chmod(0o444)
        Path(folder).chmod(0o555)
        output, _ = start_script(READ_EVERYTHING, path, HOME).communicate(timeout=60)
        Path(folder).chmod(0o755)
        beside = sorted(file.name for file in Path(folder).iterdir())

    name, positions, checks, denied = output.splitlines()
    assert (name, positions, checks) == ("Home", "[1]", "(True, True)")
    assert "the file and its folder must be writable for this user" in denied
    assert beside == ["life.db"]


@pytest.mark.usefixtures("read_only")
async def test_a_reader_follows_a_writer_that_comes_and_goes(tables: SqliteTables, path: Path) -> None:
    await fill(tables, item("1"))
    await tables.close()
    async with open_sqlite(path) as reader:
        assert await reader.get(Table.VIEWS, Key(PK, "1")) == item("1")
        assert not Path(f"{path}-wal").exists()

        for name in ("2", "3"):
            async with open_sqlite(path) as writer:
                await fill(writer, item(name))
                assert await reader.get(Table.VIEWS, Key(PK, name)) == item(name)


@pytest.mark.usefixtures("read_only")
async def test_a_log_that_a_crash_left_behind_is_read(tables: SqliteTables, path: Path, tmp_path: Path) -> None:
    await fill(tables, item("1"))
    for suffix in ("", "-wal"):
        shutil.copy(f"{path}{suffix}", f"{tmp_path}/copy.db{suffix}")

    async with open_sqlite(tmp_path / "copy.db") as reader:
        assert await reader.get(Table.VIEWS, Key(PK, "1")) == item("1")


@pytest.mark.usefixtures("read_only")
def test_what_was_read_while_somebody_wrote_is_read_again(path: Path) -> None:
    sqlite_file.create_file(path)
    connections = Connections(path)
    writes = [1]

    def read(connection: sqlite3.Connection) -> int:
        (count,) = connection.execute("SELECT count(*) FROM views").fetchone()
        if writes:
            write_row(path, writes.pop())
        return int(count)

    assert connections.read(read) == 1

    writes += range(2, 2 + 100)
    with pytest.raises(StoreBusy, match="changes all the time"):
        connections.read(read)
    connections.close()


def write_row(path: Path, number: int) -> None:
    """Write as another process does that has the file open for a moment."""
    with closing(sqlite_file.open_writer(path)) as writer:
        row = (PK, str(number), *[None] * 5, "{}")
        writer.connection.execute(sql.PUT[Table.VIEWS], row)


def test_the_doctor_examines_a_file_that_it_cannot_write(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    path = make_store_file(tmp_path)
    request.getfixturevalue("read_only")

    assert [(check.setting, check.state, check.stops) for check in find_drift(path)] == [
        ("file mode", Verdict.DRIFT, False),
        ("write-ahead log", Verdict.UNKNOWN, False),
    ]
    assert [file.name for file in tmp_path.iterdir()] == ["life.db"]


@pytest.mark.usefixtures("read_only")
def test_a_removed_file_is_noticed_without_locks(tmp_path: Path) -> None:
    path = make_store_file(tmp_path)
    connections = Connections(path)
    connections.read(lambda _: None)
    path.unlink()

    with pytest.raises(StoreMissing):
        connections.read(lambda _: None)
    connections.close()
