"""The digest is the same for the same content in every store, and differs when one field of one item differs."""

from dataclasses import replace

import orjson
from support.simulation.busy import a_busy_store, a_copy, everything, overwrite

import ascend
from ascend.adapters.dynamodb.tables import DynamoTables
from ascend.adapters.layout import keys
from ascend.adapters.memory.tables import MemoryTables
from ascend.adapters.sqlite.tables import SqliteTables
from ascend.adapters.table.conditions import Absent
from ascend.adapters.table.item import Item, Key, Table
from ascend.adapters.table.port import Tables
from ascend.domain.runtime.concurrency import for_each
from ascend.testing import FakeEnvironment


async def project_and_digest(tables: Tables, log: Tables) -> tuple[str, int]:
    """Copy the log into these tables, project it, and return the digest."""
    events = [(table, item) for table, item in await everything(log) if table is Table.EVENTS]
    await for_each(events, lambda pair: tables.put(*pair, Absent()), limit=16)
    store = ascend.Store(tables, FakeEnvironment())
    await store.worker.run_once()
    return await store.digest()


async def test_the_digest_is_the_same_on_every_store(
    sqlite_tables: SqliteTables, dynamodb_tables: DynamoTables
) -> None:
    store, _ = await a_busy_store()
    expected = await store.digest()
    for tables in (MemoryTables(), sqlite_tables, dynamodb_tables):
        assert await project_and_digest(tables, store.tables) == expected


async def test_the_digest_changes_with_every_field_of_every_item() -> None:
    store, _ = await a_busy_store(commits=40)
    seen = {(await store.digest())[0]}
    builds = {str(build) for build in store.current.generation.builds}
    items = [
        item for _, item in await everything(store.tables) if keys.parse_owner(item.key) in builds and is_live(item)
    ]
    for item in items:
        for other in variations(item):
            await overwrite(store.tables, Table.VIEWS, other)
            digest, count = await store.digest()
            assert digest not in seen
            assert count == len(items)
            seen.add(digest)
        await overwrite(store.tables, Table.VIEWS, item)


def is_live(item: Item) -> bool:
    return "data" in item.attributes


def variations(item: Item) -> list[Item]:
    """Return copies of the item, each with one change: a field, the type, or the place in an index."""
    data = orjson.loads(str(item.attributes["data"]))
    fields = [{**data, name: "?"} for name in data]
    texts = [{"data": orjson.dumps(changed).decode()} for changed in fields]
    places = [
        *(replace(item, gsi1=key) for key in other_places(item.gsi1)),
        *(replace(item, gsi2=key) for key in other_places(item.gsi2)),
    ]
    changes = (*texts, {"type": "?"})
    return [*places, *(replace(item, attributes={**item.attributes, **change}) for change in changes)]


def other_places(key: Key | None) -> list[Key | None]:
    return [] if key is None else [None, Key(key.pk, f"{key.sk}0"), Key(f"0{key.pk}", key.sk)]


async def test_the_digest_does_not_depend_on_positions_or_epochs() -> None:
    store, _ = await a_busy_store()
    before = await store.digest()
    tables = await a_copy(store.tables)
    for table, item in await everything(tables):
        if table is Table.VIEWS and item.attributes.get("position") == 1:
            await overwrite(tables, table, replace(item, attributes={**item.attributes, "position": 2}))
    assert await ascend.Store(tables, store.environment).digest() == before
    await store.rebuild()
    assert await store.digest() == before
