"""Many puts at once in an SQLite file are one transaction in one thread."""

from functools import partial

import pytest
from support.conformance.contract_bulk import put_below, read_all, read_line
from support.conformance.contract_races import call_at_once
from support.sqlite_traces import count_transactions, trace_writer

from ascend.adapters.sqlite import tables as sqlite_tables_module
from ascend.adapters.sqlite import writer
from ascend.adapters.sqlite.tables import SqliteTables
from ascend.adapters.table.conditions import Absent
from ascend.adapters.table.item import Item, Table
from ascend.domain.errors import StoreError


async def test_a_hundred_puts_are_one_transaction_and_one_call_of_a_thread(sqlite_tables: SqliteTables) -> None:
    statements = await trace_writer(sqlite_tables)

    assert await put_below(sqlite_tables, *(read_line(number) for number in range(100))) == [True] * 100

    assert count_transactions(statements) == 1


async def test_a_huge_number_of_puts_lets_other_writers_in_between(
    sqlite_tables: SqliteTables, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_tables_module, "TRANSACTION_BYTES", 25_000)
    statements = await trace_writer(sqlite_tables)
    items = [read_line(number, data="x" * 10_000) for number in range(5)]

    assert await put_below(sqlite_tables, *items) == [True] * 5

    assert count_transactions(statements) == 3
    assert await read_all(sqlite_tables, items) == items


async def test_many_puts_at_once_share_a_transaction_with_other_writers(sqlite_tables: SqliteTables) -> None:
    statements = await trace_writer(sqlite_tables)
    parts = [[read_line(number, data=f"{part}") for number in range(part * 10, part * 10 + 10)] for part in range(12)]

    assert await call_at_once(*(partial(put_below, sqlite_tables, *part) for part in parts)) == [[True] * 10] * 12

    assert count_transactions(statements) < 12


@pytest.mark.parametrize(("limit", "most"), [("TRANSACTION_WRITES", 4), ("TRANSACTION_BYTES", 4_500)])
async def test_a_transaction_that_writes_share_has_a_limit(
    sqlite_tables: SqliteTables, monkeypatch: pytest.MonkeyPatch, limit: str, most: int
) -> None:
    monkeypatch.setattr(writer, limit, most)
    statements = await trace_writer(sqlite_tables)

    await call_at_once(
        *(partial(put_below, sqlite_tables, read_line(number, data="x" * 1_000)) for number in range(20))
    )

    shared = count_rows_of_each_transaction(statements)
    assert sum(shared) == 20
    assert max(shared) == 4


def count_rows_of_each_transaction(statements: list[str]) -> list[int]:
    text = "\n".join(statements)
    return [part.count("INTO views") for part in text.split("BEGIN IMMEDIATE")[1:]]


async def test_no_put_that_fails_its_condition_takes_others_with_it(sqlite_tables: SqliteTables) -> None:
    await put_below(sqlite_tables, read_line(1, position=9))
    new = [read_line(number, position=2) for number in range(3)]

    outcomes = await call_at_once(
        partial(put_below, sqlite_tables, *new), partial(put_below, sqlite_tables, read_line(7), read_line(8))
    )

    assert outcomes == [[True, False, True], [True, True]]


async def test_no_write_that_sqlite_refuses_takes_others_with_it(sqlite_tables: SqliteTables) -> None:
    """SQLite's whole numbers have 64 bits. The writes that shared its transaction get one each."""
    statements = await trace_writer(sqlite_tables)
    refused = Item(read_line(99).key, {}, expires=10**30)

    async def put_refused() -> None:
        with pytest.raises(StoreError, match="cannot store"):
            await sqlite_tables.put(Table.VIEWS, refused, Absent())

    items = [read_line(number) for number in range(20)]
    calls = [partial(sqlite_tables.put, Table.VIEWS, item, Absent()) for item in items]
    await call_at_once(*calls[:10], put_refused, *calls[10:])

    assert await read_all(sqlite_tables, [*items, refused]) == [*items, None]
    assert count_transactions(statements) >= 20
