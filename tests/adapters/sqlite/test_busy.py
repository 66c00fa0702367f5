"""A write that waits for another process's lock ends soon, and says that nothing was written."""

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import anyio
import pytest
from anyio.to_thread import run_sync
from support.conformance.given import PK, fill, item, sort_keys

import ascend
from ascend.adapters.sqlite import file as sqlite_file
from ascend.adapters.sqlite.tables import SqliteTables
from ascend.adapters.sqlite.writer import SHORTEST_WAIT
from ascend.adapters.table.conditions import Absent
from ascend.adapters.table.item import Key, Table
from ascend.domain.errors import StoreBusy
from ascend.testing import ADA, HOME

LIMIT = 0.1


@pytest.fixture(autouse=True)
def short_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite_file, "BUSY_SECONDS", LIMIT)


@pytest.fixture
def other(tables: SqliteTables, path: Path) -> Iterator[sqlite3.Connection]:
    """The connection of another process, which holds the lock of the writer."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield connection


def find_writer(tables: SqliteTables) -> sqlite3.Connection:
    writer = tables._writer._opened  # pyright: ignore[reportPrivateUsage]
    assert writer is not None
    return writer.connection


async def test_a_command_behind_a_foreign_lock_is_refused_and_can_be_sent_again(
    tables: SqliteTables, other: sqlite3.Connection
) -> None:
    store, id = ascend.Store(tables), ascend.new_id(ascend.CommandId)
    command = ascend.CreateWorkspace(name="Home", owner_name="Ada")

    with anyio.fail_after(20 * LIMIT), pytest.raises(ascend.StoreBusy, match=r"nothing was written.*store\.db is busy"):
        await store.execute(HOME, command, actor=ADA, command_id=id)

    assert store.commands.counts.resent == 0
    other.rollback()
    receipt = await store.execute(HOME, command, actor=ADA, command_id=id)
    assert (receipt.position, receipt.repeated) == (1, False)


async def test_of_many_waiting_writes_only_the_first_waits_for_the_whole_limit(
    tables: SqliteTables, path: Path
) -> None:
    failures: list[StoreBusy] = []

    async def put(number: int) -> None:
        try:
            await tables.put(Table.VIEWS, item(str(number)), Absent())
        except StoreBusy as error:
            failures.append(error)

    await fill(tables, item("first"))
    statements: list[str] = []
    find_writer(tables).set_trace_callback(statements.append)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        async with anyio.create_task_group() as group:
            for number in range(100):
                group.start_soon(put, number)

    assert len(failures) == 100
    assert 1 <= statements.count("BEGIN IMMEDIATE") <= 20  # the others failed together with one of these
    assert await sort_keys(tables) == ["first"]


async def test_a_write_that_has_waited_long_for_its_turn_waits_only_shortly_for_a_foreign_lock(
    tables: SqliteTables, path: Path
) -> None:
    await fill(tables, item("first"))
    statements: list[str] = []
    find_writer(tables).set_trace_callback(statements.append)
    with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as other:
        entered = threading.Event()

        def outwait(_: sqlite3.Connection) -> None:
            """Hold the turn for longer than a write waits."""
            entered.set()
            time.sleep(2 * LIMIT)

        async with anyio.create_task_group() as group:
            group.start_soon(tables._writer.write, outwait)  # pyright: ignore[reportPrivateUsage]
            await run_sync(entered.wait)
            group.start_soon(tables.put, Table.VIEWS, item("second"), Absent())
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreBusy):
            await tables.put(Table.VIEWS, item("third"), Absent())

    waits = [text.rpartition(" ")[2] for text in statements if text.startswith("PRAGMA busy_timeout")]
    assert waits == [f"{1000 * SHORTEST_WAIT:.0f}", f"{1000 * LIMIT:.0f}"]
    assert await sort_keys(tables) == ["first", "second"]


async def test_a_worker_goes_on_after_a_foreign_lock(tables: SqliteTables, path: Path) -> None:
    store = ascend.Store(tables)
    receipt = await store.execute(HOME, ascend.CreateWorkspace(name="Home", owner_name="Ada"), actor=ADA)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        async with anyio.create_task_group() as group:
            group.start_soon(store.worker.follow, 0.01)
            await anyio.sleep(2 * LIMIT)
            other.rollback()
            await store.wait_for(receipt)
            group.cancel_scope.cancel()


async def test_a_full_disk_before_the_commit_says_that_nothing_was_written(tables: SqliteTables) -> None:
    await fill(tables, item("1"))
    writer = find_writer(tables)
    (before,) = writer.execute("PRAGMA max_page_count").fetchone()
    writer.execute("PRAGMA max_page_count = 1")  # SQLite takes the present size of the file instead

    with pytest.raises(StoreBusy, match="database or disk is full"):
        await tables.put(Table.VIEWS, item("2", text="x" * 100_000), Absent())

    assert await tables.get(Table.VIEWS, Key(PK, "2")) is None
    writer.execute(f"PRAGMA max_page_count = {before}")
    await fill(tables, item("2", text="x" * 100_000))
