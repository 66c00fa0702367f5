# ruff: noqa: ASYNC240  a test may wait for the disk
"""A file that is removed or replaced under an open store is noticed before anything else is acknowledged or shown."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from anyio.to_thread import run_sync
from support.conformance.given import PK, fill, item

import ascend
from ascend.adapters.sqlite import rows
from ascend.adapters.sqlite.errors import FileReplaced
from ascend.adapters.sqlite.file import create_file
from ascend.adapters.sqlite.tables import SqliteTables, open_sqlite
from ascend.adapters.table.conditions import Absent
from ascend.adapters.table.item import Key, Table
from ascend.testing import ADA, HOME


def remove(path: Path) -> None:
    path.unlink()


def rename(path: Path) -> None:
    path.rename(path.with_name("away.db"))


def replace(path: Path) -> None:
    path.with_name("new.db").touch()
    path.with_name("new.db").replace(path)


def restore(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"VACUUM INTO '{path}.backup'")
    Path(f"{path}.backup").replace(path)


def remove_log(path: Path) -> None:
    Path(f"{path}-wal").unlink()


def remove_index_of_log(path: Path) -> None:
    Path(f"{path}-shm").unlink()


def remove_folder(path: Path) -> None:
    shutil.rmtree(path.parent)


@pytest.mark.parametrize(
    "happen",
    [remove, rename, replace, restore, remove_log, remove_index_of_log, remove_folder],
    ids=lambda f: f.__name__,
)
async def test_a_file_that_is_gone_takes_and_shows_nothing(
    tables: SqliteTables, path: Path, happen: Callable[[Path], None]
) -> None:
    await fill(tables, item("1"))
    assert await tables.get(Table.VIEWS, Key(PK, "1")) == item("1")

    happen(path)

    for _ in range(2):
        with pytest.raises(FileReplaced, match=r"open it again\. \[.*store\.db.* was (removed|replaced)"):
            await tables.put(Table.VIEWS, item("2"), Absent())
        with pytest.raises(FileReplaced):
            await tables.get(Table.VIEWS, Key(PK, "1"))


async def test_a_file_that_is_put_back_is_used_again(tables: SqliteTables, path: Path) -> None:
    await fill(tables, item("1"))
    path.rename(path.with_name("away.db"))
    with pytest.raises(FileReplaced):
        await fill(tables, item("2"))

    path.with_name("away.db").rename(path)

    await fill(tables, item("2"))
    assert await tables.get(Table.VIEWS, Key(PK, "2")) == item("2")


async def test_a_restored_backup_is_used_by_a_store_that_is_opened_again(tables: SqliteTables, path: Path) -> None:
    await fill(tables, item("1"))
    restore(path)
    with pytest.raises(FileReplaced):
        await tables.get(Table.VIEWS, Key(PK, "1"))

    async with open_sqlite(path) as again:
        await fill(again, item("2"))
        assert await again.get(Table.VIEWS, Key(PK, "1")) == item("1")


async def test_a_link_that_points_to_another_file_is_noticed(tables: SqliteTables, path: Path) -> None:
    await run_sync(create_file, path.with_name("new.db"))
    link = path.with_name("link.db")
    link.symlink_to(path)
    async with open_sqlite(link) as linked:
        await fill(linked, item("1"))
        link.unlink()
        link.symlink_to(path.with_name("new.db"))
        with pytest.raises(FileReplaced, match=r"link\.db was replaced"):
            await fill(linked, item("2"))


async def test_a_command_whose_file_vanishes_during_the_commit_has_an_unknown_outcome(
    tables: SqliteTables, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The commit may lie in a file that somebody puts back."""
    store, id = ascend.Store(tables), ascend.new_id(ascend.CommandId)
    command = ascend.RenameWorkspace(name="Ours")
    await store.execute(HOME, ascend.CreateWorkspace(name="Home", owner_name="Ada"), actor=ADA)
    write_row = rows.write_row

    def write_and_rename(*args: Any) -> Any:
        is_written = write_row(*args)
        path.rename(path.with_name("away.db"))
        return is_written

    monkeypatch.setattr(rows, "write_row", write_and_rename)
    with pytest.raises(ascend.OutcomeUnknown):
        await store.execute(HOME, command, actor=ADA, command_id=id)

    monkeypatch.undo()
    path.with_name("away.db").rename(path)
    receipt = await ascend.Store(tables).execute(HOME, command, actor=ADA, command_id=id)
    assert (receipt.position, receipt.repeated) == (2, True)


async def test_nothing_is_appended_behind_a_head_that_a_restore_in_place_has_removed(tmp_path: Path) -> None:
    """The file stays the same one. No commit is acknowledged behind a gap, or behind another commit."""
    path = tmp_path / "life.db"
    async with (
        ascend.open_store(f"sqlite:///{path}", create=True) as store,
        ascend.open_store(f"sqlite:///{path}") as other,
    ):
        await store.execute(HOME, ascend.CreateWorkspace(name="Home", owner_name="Ada"), actor=ADA)
        with closing(sqlite3.connect(path)) as file, closing(sqlite3.connect(":memory:")) as backup:
            file.backup(backup)
            for number in range(3):
                await store.execute(HOME, ascend.RenameWorkspace(name=f"Home {number}"), actor=ADA)
            backup.backup(file)
        assert (await store.execute(HOME, ascend.RenameWorkspace(name="Ours"), actor=ADA)).position == 2
        with closing(sqlite3.connect(path)) as file:
            file.execute("DELETE FROM events WHERE sk = '0000000000000002'")
            file.commit()
        await other.execute(HOME, ascend.RenameWorkspace(name="Theirs"), actor=ADA)
        assert (await store.execute(HOME, ascend.RenameWorkspace(name="Ours again"), actor=ADA)).position == 3
        await store.worker.run_once()
        assert (await store.verify()).clean
