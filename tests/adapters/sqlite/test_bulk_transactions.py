"""Many puts at once in an SQLite file are one transaction in one thread."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from support.conformance.contract_bulk import put_below, read_all, read_line
from support.conformance.contract_races import call_at_once

from ascend.adapters.sqlite import tables as sqlite_tables_module
from ascend.adapters.sqlite.connections import Connections
from ascend.adapters.sqlite.tables import SqliteTables


@pytest.fixture
def transactions(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The number of writes in each transaction that is run."""
    run: Callable[..., Any] = Connections._run_transaction  # pyright: ignore[reportPrivateUsage]
    sizes: list[int] = []

    def count(self: Connections, writer: Any, batch: list[Any]) -> Any:
        sizes.append(len(batch))
        return run(self, writer, batch)

    monkeypatch.setattr(Connections, "_run_transaction", count)
    return sizes


async def test_a_hundred_puts_are_one_transaction_and_one_call_of_a_thread(
    sqlite_tables: SqliteTables, transactions: list[int]
) -> None:
    assert await put_below(sqlite_tables, *(read_line(number) for number in range(100))) == [True] * 100

    assert transactions == [1]


async def test_a_huge_number_of_puts_lets_other_writers_in_between(
    sqlite_tables: SqliteTables, transactions: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_tables_module, "TRANSACTION_BYTES", 25_000)
    items = [read_line(number, data="x" * 10_000) for number in range(5)]

    assert await put_below(sqlite_tables, *items) == [True] * 5

    assert transactions == [1, 1, 1]
    assert await read_all(sqlite_tables, items) == items


async def test_many_puts_at_once_share_a_transaction_with_other_writers(
    sqlite_tables: SqliteTables, transactions: list[int]
) -> None:
    parts = [[read_line(number, data=f"{part}") for number in range(part * 10, part * 10 + 10)] for part in range(12)]

    assert await call_at_once(*(partial(put_below, sqlite_tables, *part) for part in parts)) == [[True] * 10] * 12

    assert sum(transactions) == 12
    assert len(transactions) < 12


async def test_no_put_that_fails_its_condition_takes_others_with_it(sqlite_tables: SqliteTables) -> None:
    await put_below(sqlite_tables, read_line(1, position=9))
    new = [read_line(number, position=2) for number in range(3)]

    outcomes = await call_at_once(
        partial(put_below, sqlite_tables, *new), partial(put_below, sqlite_tables, read_line(7), read_line(8))
    )

    assert outcomes == [[True, False, True], [True, True]]
