"""Verify compares the indexes with the table: what never shows is a difference, and what only lags is none."""

import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from anyio import to_thread
from support.simulation.busy import a_busy_store, a_copy, everything, overwrite
from support.staged import StagedTables

import ascend
from ascend.adapters.layout import keys
from ascend.adapters.memory.tables import MemoryTables
from ascend.adapters.operations.verified import Verified
from ascend.adapters.operations.verify import Verifier
from ascend.adapters.sqlite.tables import open_sqlite
from ascend.adapters.table.conditions import Absent, Equals
from ascend.adapters.table.item import Index, Item, Key, Table
from ascend.adapters.table.port import Tables
from ascend.testing import FakeEnvironment, Faults, FaultyTables


async def verify(store: ascend.Store, tables: Tables) -> Verified:
    return await Verifier(tables, MemoryTables(), store.model, store.current, store.environment).run()


async def find_indexed(tables: Tables) -> Item:
    return next(item for _, item in await everything(tables) if item.gsi1 is not None)


async def test_an_index_that_never_shows_changes_differs(any_tables: Tables) -> None:
    store, history = await a_busy_store(commits=20, tables=any_tables)
    frozen = StagedTables(store.tables)
    await frozen.freeze_indexes()
    assert (await verify(store, frozen)).clean
    await history.run_random(30)
    await store.worker.run_once()

    differences = (await verify(store, frozen)).differences

    assert {difference.what for difference in differences} == {"index"}
    assert {difference.detail.partition("  ")[2].split(" ", 1)[1][:10] for difference in differences} >= {
        "is missing",
        "is not in ",
    }
    frozen.thaw_indexes()
    assert (await verify(store, frozen)).clean


@pytest.mark.parametrize("seed", range(3))
async def test_an_index_that_lags_for_seconds_is_no_difference(seed: int) -> None:
    environment = FakeEnvironment(seed)
    faults = Faults.none().but(delayed_read=1.0, delay_seconds=12.0)
    tables = FaultyTables(MemoryTables(), faults, seed, environment)
    store, history = await a_busy_store(seed, environment=environment, tables=tables)
    environment.advance(seconds=60)
    await history.run_random(10)
    await store.worker.run_once()
    began = environment.elapsed()

    assert (await verify(store, tables)).clean
    assert environment.elapsed() - began >= 1.0  # it had to look again


@pytest.mark.parametrize("seed", range(2))
async def test_an_index_that_lags_for_minutes_is_a_difference(seed: int) -> None:
    environment = FakeEnvironment(seed)
    tables = FaultyTables(MemoryTables(), Faults.none().but(delayed_read=1.0, delay_seconds=6_000.0), seed, environment)
    store, _ = await a_busy_store(seed, environment=environment, tables=tables)

    assert {difference.what for difference in (await verify(store, tables)).differences} == {"index"}


async def test_a_row_that_an_index_in_memory_has_lost_is_listed() -> None:
    store, history = await a_busy_store()
    item = await find_indexed(store.tables)
    assert isinstance(store.tables, MemoryTables)
    assert item.gsi1 is not None
    rows = store.tables._tables[Table.VIEWS].rows[Index.GSI1, item.gsi1.pk]  # pyright: ignore[reportPrivateUsage]
    rows.remove((item.gsi1.sk, item.key.pk, item.key.sk))

    (difference,) = (await verify(store, store.tables)).differences

    assert (difference.what, difference.workspace) == ("index", history.workspace)
    assert (difference.partition, difference.sort) == (item.gsi1.pk, item.gsi1.sk)
    assert difference.detail == f"gsi1: {item.key.pk}  {item.key.sk} is missing"


async def freeze(store: ascend.Store) -> tuple[StagedTables, Tables, Item]:
    """Return tables whose indexes are those of a copy, the copy, and an item that is alone in its index partition."""
    tables, copy = StagedTables(store.tables), await a_copy(store.tables)
    tables.show_indexes_of(copy)
    items = [item for _, item in await everything(store.tables) if item.gsi1 is not None]
    partitions = Counter(item.gsi1.pk for item in items if item.gsi1 is not None)
    return tables, copy, next(item for item in items if item.gsi1 and partitions[item.gsi1.pk] == 1)


async def test_an_entry_in_a_partition_that_only_expected_items_name_is_listed() -> None:
    store, _ = await a_busy_store()
    tables, copy, item = await freeze(store)
    assert item.gsi1 is not None
    await store.tables.delete(Table.VIEWS, item.key, Equals({}))
    ghost = replace(item, key=Key(item.key.pk, f"{item.key.sk}0"), gsi1=Key(item.gsi1.pk, "ghost"), gsi2=None)
    await copy.put(Table.VIEWS, ghost, Absent())

    differences = (await verify(store, tables)).differences

    assert [(difference.what, difference.sort) for difference in differences] == [
        ("missing", item.key.sk),
        ("index", "ghost"),
    ]


async def test_an_entry_in_a_partition_that_only_stored_items_name_is_listed() -> None:
    store, _ = await a_busy_store()
    tables, copy, item = await freeze(store)
    assert item.gsi1 is not None
    elsewhere = f"{item.gsi1.pk.split('#')[0]}#elsewhere#{keys.parse_owner(item.key)}"
    await overwrite(store.tables, Table.VIEWS, replace(item, gsi1=Key(elsewhere, item.gsi1.sk)))
    ghost = replace(item, key=Key(item.key.pk, f"{item.key.sk}0"), gsi1=Key(elsewhere, "ghost"), gsi2=None)
    await copy.put(Table.VIEWS, ghost, Absent())

    differences = (await verify(store, tables)).differences

    listed = [(difference.what, difference.partition, difference.sort) for difference in differences]
    assert listed[0] == ("wrong", item.key.pk, item.key.sk)
    assert ("index", elsewhere, "ghost") in listed[1:]


def lose_row(path: Path, item: Item) -> None:
    """Remove a row from an SQLite file, and put it back while its index is not known."""
    key = (item.key.pk, item.key.sk)
    with closing(sqlite3.connect(path)) as connection:
        row = connection.execute("SELECT * FROM views WHERE pk = ? AND sk = ?", key).fetchone()
        index = connection.execute("SELECT * FROM sqlite_master WHERE name = 'views_gsi1'").fetchone()
        connection.execute("DELETE FROM views WHERE pk = ? AND sk = ?", key)
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("DELETE FROM sqlite_master WHERE name = 'views_gsi1'")
        connection.commit()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"INSERT INTO views VALUES ({', '.join('?' * len(row))})", row)
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("INSERT INTO sqlite_master VALUES (?, ?, ?, ?, ?)", index)
        connection.commit()


async def test_a_row_that_an_index_of_sqlite_has_lost_is_listed_by_its_own_check_and_by_ours(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    async with open_sqlite(path) as tables:
        await tables.create()
        store, _ = await a_busy_store(tables=tables)
        item = await find_indexed(tables)
    await to_thread.run_sync(lose_row, path, item)

    async with open_sqlite(path) as tables:
        own_check = (await verify(store, tables)).differences
        ours = (await verify(store, TrustingTables(tables))).differences

    assert {difference.what for difference in own_check} == {"file"}
    assert [(difference.what, difference.detail) for difference in ours] == [
        ("index", f"gsi1: {item.key.pk}  {item.key.sk} is missing")
    ]


class TrustingTables(StagedTables):
    """Tables whose engine finds no damage."""

    async def find_damage(self) -> list[str]:
        return []
