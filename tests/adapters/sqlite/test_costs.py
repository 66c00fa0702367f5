"""What a call costs in an SQLite file: statements, transactions, changes of threads, Python calls. And it stays durable."""

import asyncio
import sqlite3
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import anyio
import pytest
from anyio.to_thread import run_sync
from support.conformance.contract_races import call_at_once
from support.conformance.given import PK, fill, item
from support.python_calls import count_python_calls, counting_python_calls
from support.sqlite_traces import count_transactions, trace_writer

from ascend.adapters.sqlite.tables import SqliteTables, open_sqlite
from ascend.adapters.table.conditions import Absent, Below, Condition, Predecessor
from ascend.adapters.table.item import Item, Key, Table
from ascend.adapters.table.puts import Put
from ascend.adapters.table.query import Query
from ascend.testing import HOME

BEGIN, COMMIT = "BEGIN IMMEDIATE", "COMMIT"
MANY = 100
CALLS_OF_A_NEW_ITEM = 20
"""A ceiling a little above what was counted."""


def commit_item(position: int, pk: str = "log") -> Item:
    """An item like that of a commit."""
    texts = {"id": "x" * 36, "time": "x" * 27, "format": "json", "body": "x" * 400, "hash": f"{position:064}"}
    return Item(Key(pk, f"{position:016}"), {**texts, "clock": 1_700_000_000_000})


def behind(position: int) -> Absent:
    previous = commit_item(position - 1)
    return Absent(Predecessor(previous.key, {"hash": previous.attributes["hash"]}))


class TestStatements:
    @pytest.mark.parametrize(
        ("when", "expected"),
        [
            (Absent(), [BEGIN, "INSERT", COMMIT]),
            (behind(2), [BEGIN, "SELECT", "INSERT", COMMIT]),
            (Below("clock", 1), [BEGIN, "SELECT", "INSERT", COMMIT]),
        ],
        ids=["a first commit", "a commit behind another", "an item that may exist"],
    )
    async def test_a_put_executes_few_statements(
        self, tables: SqliteTables, when: Condition, expected: list[str]
    ) -> None:
        await fill(tables, commit_item(1), table=Table.EVENTS)
        statements = await trace_writer(tables)

        assert await tables.put(Table.EVENTS, commit_item(2), when) is None

        executed = [text if text in {BEGIN, COMMIT} else text.split()[0] for text in statements]
        assert [text for text in executed if text != "PRAGMA"] == expected  # it may set the time to wait for the lock

    async def test_a_new_item_of_many_executes_one_statement(self, tables: SqliteTables) -> None:
        statements = await trace_writer(tables)

        await tables.put_all(
            Table.VIEWS, [Put(item(f"{number}"), Below("position", 1), is_new=True) for number in range(MANY)]
        )

        assert len([text for text in statements if "views" in text]) == MANY
        assert count_transactions(statements) == 1

    async def test_many_reads_at_once_are_one_transaction(self, tables: SqliteTables) -> None:
        keys = [Key(PK, f"{number}") for number in range(MANY)]
        await fill(tables, *(Item(key, {}) for key in keys))
        statements: list[str] = []
        connection = await tables._read(lambda connection: connection)  # pyright: ignore[reportPrivateUsage]
        connection.set_trace_callback(statements.append)

        assert len(await tables.batch_get(Table.VIEWS, keys)) == MANY

        assert len(statements) == MANY + 2


class TestThreads:
    async def test_writes_that_wait_are_one_transaction_one_call_of_the_thread_and_one_wake_up(
        self, tables: SqliteTables, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        statements = await trace_writer(tables)
        calls = count_calls(monkeypatch, ThreadPoolExecutor, "submit")
        entered, go_on = threading.Event(), threading.Event()
        wake_ups: list[None] = []

        async with anyio.create_task_group() as group:
            group.start_soon(tables._writer.write, partial(hold_the_thread, entered, go_on))  # pyright: ignore[reportPrivateUsage]
            await run_sync(entered.wait)
            for position in range(MANY):
                group.start_soon(tables.put, Table.EVENTS, commit_item(position), Absent())
            await anyio.wait_all_tasks_blocked()
            wake_ups = count_calls(monkeypatch, asyncio.BaseEventLoop, "call_soon_threadsafe")
            go_on.set()

        assert count_transactions(statements) == 2
        assert len(calls) <= 1  # none while the thread still runs after the write before
        assert len(wake_ups) == 2

    async def test_a_put_alone_is_one_call_of_the_thread(
        self, tables: SqliteTables, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        calls = count_calls(monkeypatch, ThreadPoolExecutor, "submit")

        await fill(tables, item())

        assert len(calls) == 1

    async def test_no_thread_outlives_the_store(self, path: Path) -> None:
        async with open_sqlite(path) as tables:
            await tables.create()
            await call_at_once(*(partial(tables.put, Table.VIEWS, item(f"{n}"), Absent()) for n in range(8)))
            await call_at_once(*(partial(tables.get, Table.VIEWS, Key(PK, f"{n}")) for n in range(8)))
            assert store_threads()

        assert store_threads() == []

    async def test_a_store_that_is_closed_ends_the_write_that_it_makes_and_refuses_those_that_wait(
        self, path: Path
    ) -> None:
        entered, go_on, outcomes = threading.Event(), threading.Event(), list[str]()

        async def note(name: str, call: Callable[[], Awaitable[object]]) -> None:
            try:
                await call()
            except Exception as error:  # noqa: BLE001  noted
                outcomes.append(f"{name}: {type(error).__name__}")
            else:
                outcomes.append(f"{name}: written")

        tables = SqliteTables(path)
        await tables.create()
        async with anyio.create_task_group() as group:
            held = partial(hold_the_thread, entered, go_on)
            group.start_soon(note, "first", partial(tables._writer.write, held))  # pyright: ignore[reportPrivateUsage]
            await run_sync(entered.wait)
            group.start_soon(note, "second", partial(tables.put, Table.VIEWS, item(), Absent()))
            await anyio.wait_all_tasks_blocked()
            group.start_soon(tables.close)
            await anyio.wait_all_tasks_blocked()
            go_on.set()

        assert outcomes == ["first: written", "second: StoreClosed"]


class TestPythonCalls:
    async def test_a_put(self, path: Path) -> None:
        with counting_python_calls() as count:
            async with open_sqlite(path) as tables:
                await tables.create()
                await fill(tables, *(commit_item(position) for position in range(1, 4)), table=Table.EVENTS)
                before = count()
                await tables.put(Table.EVENTS, commit_item(4), behind(4))
                assert count() - before <= 200

    async def test_one_more_new_item_of_many(self, path: Path) -> None:
        """Ids, which are a type of text, need no call, and neither do the keys of indexes."""

        async def write(tables: SqliteTables, pk: str, count: int) -> None:
            keys = [Key(pk, f"{number}") for number in range(count)]
            attributes: dict[str, Any] = {"position": 1, "workspace": HOME, "type": "Line", "data": "x" * 100}
            items = [Item(key, attributes, key, key) for key in keys]
            await tables.put_all(Table.VIEWS, [Put(item, Below("position", 1), is_new=True) for item in items])

        with counting_python_calls() as count:
            async with open_sqlite(path) as tables:
                await tables.create()
                await write(tables, "first", 1)
                few = await count_python_calls(count, partial(write, tables, "few", 10))
                many = await count_python_calls(count, partial(write, tables, "many", 110))
                assert (many - few) / 100 <= CALLS_OF_A_NEW_ITEM

    async def test_an_item_that_is_read(self, path: Path) -> None:
        async def read(tables: SqliteTables, pk: str) -> None:
            await tables.query(Query(Table.EVENTS, pk))

        with counting_python_calls() as count:
            async with open_sqlite(path) as tables:
                await tables.create()
                await tables.put_all(Table.EVENTS, [Put(commit_item(n, "few"), Absent()) for n in range(10)])
                await tables.put_all(Table.EVENTS, [Put(commit_item(n, "many"), Absent()) for n in range(110)])
                await read(tables, "few")
                few = await count_python_calls(count, partial(read, tables, "few"))
                many = await count_python_calls(count, partial(read, tables, "many"))
                assert (many - few) / 100 <= 9


class TestPages:
    async def test_a_page_that_many_batches_change_is_copied_into_the_file_once(
        self, tables: SqliteTables, path: Path
    ) -> None:
        """SQLite copies the log into the file after 4 MB, unless it is told otherwise."""
        begun = measure(path)
        for position in range(1, 10):
            puts = [
                Put(Item(Key(PK, f"{n}"), {"position": position, "text": "x" * 3_000}), Below("position", position))
                for n in range(300)
            ]
            assert all(await tables.put_all(Table.VIEWS, puts))

        assert measure(path) == begun
        assert measure(path.with_name(f"{path.name}-wal")) > 6_000_000

    async def test_the_connection_that_writes_keeps_the_pages_of_a_batch(self, tables: SqliteTables) -> None:
        def read_cache(connection: sqlite3.Connection) -> int:
            (kib,) = connection.execute("PRAGMA cache_size").fetchone()
            return -int(kib)

        assert await tables._writer.write(read_cache) >= 16_000  # pyright: ignore[reportPrivateUsage]


class TestDurability:
    async def test_the_connection_that_writes_flushes_every_commit_to_the_disk(self, tables: SqliteTables) -> None:
        await fill(tables, item())

        def read_settings(connection: sqlite3.Connection) -> tuple[int, str]:
            (synchronous,) = connection.execute("PRAGMA synchronous").fetchone()
            (journal,) = connection.execute("PRAGMA journal_mode").fetchone()
            return synchronous, journal

        assert await tables._writer.write(read_settings) == (2, "wal")  # pyright: ignore[reportPrivateUsage]

    async def test_a_write_is_answered_after_its_commit(self, tables: SqliteTables, path: Path) -> None:
        """Another connection sees it at once."""
        await fill(tables, item("1"))

        other = sqlite3.connect(path)
        (count,) = other.execute("SELECT count(*) FROM views").fetchone()
        other.close()
        assert count == 1


def measure(file: Path) -> int:
    return file.stat().st_size


def hold_the_thread(entered: threading.Event, go_on: threading.Event, _: sqlite3.Connection) -> None:
    entered.set()
    go_on.wait()


def count_calls(patch: pytest.MonkeyPatch, owner: type, name: str) -> list[None]:
    """Return a list that gets an entry at each call of a method."""
    real, calls = getattr(owner, name), list[None]()

    def call(self: Any, *args: Any, **named: Any) -> Any:
        calls.append(None)
        return real(self, *args, **named)

    patch.setattr(owner, name, call)
    return calls


def store_threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("ascend-sqlite")]
