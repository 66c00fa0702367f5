"""Verify lists every kind of damage once and by its name, and lists nothing where there is no damage."""

from dataclasses import replace
from typing import Any

import orjson
import pytest
from support.chained import chained
from support.faulty import Call
from support.simulation.busy import a_busy_store, a_copy, everything, overwrite
from support.simulation.histories import History
from support.staged import StagedTables

import ascend
from ascend.adapters.layout import keys
from ascend.adapters.memory.tables import MemoryTables
from ascend.adapters.operations.verified import Verified
from ascend.adapters.operations.verify import Verifier
from ascend.adapters.table.conditions import Absent, Equals
from ascend.adapters.table.item import Item, Key, Table
from ascend.adapters.table.port import Tables
from ascend.domain.runtime.body import FORMAT


def place_of(item: Item) -> str:
    if item.key.sk[:2] in {"S#", "E#", "C#"}:
        return item.key.sk[0]
    return keys.parse_owner(item.key).partition(".")[0] if "data" in item.attributes else "tombstone"


@pytest.mark.parametrize("seed", range(8))
async def test_a_store_written_by_workers_is_clean(seed: int) -> None:
    store, history = await a_busy_store(seed, commits=50)
    verified = await verify(store, store.tables)
    assert verified.clean
    assert (verified.commits, verified.lag) == (len(history.commits), 0)


PLACES = [*(projection.name for projection in ascend.LIFE_OS.projections), "tombstone", "S", "E", "C"]


@pytest.mark.parametrize("place", PLACES)
async def test_each_damage_is_listed_once_by_its_name(place: str) -> None:
    store, _ = await a_busy_store()
    items = [item for table, item in await everything(store.tables) if table is Table.VIEWS and place_of(item) == place]
    damages = ["missing", "stale", "wrong", "surplus"]
    if place in {"S", "E", "C"}:
        damages.append("too new")
    for damage in damages:
        item = next(item for item in items if position(item) > 1)
        tables = await a_copy(store.tables)
        expected = await plant_damage(damage, item, tables)
        differences = (await verify(store, tables)).differences
        assert [(d.what, Key(d.partition, d.sort)) for d in differences] == [expected], damage


async def test_a_read_item_may_have_the_position_of_a_retry_but_no_other_content() -> None:
    """Only read items may: a retry of a parked entity writes them at a later position than a replay does."""
    store, _ = await a_busy_store()
    items = [item for table, item in await everything(store.tables) if table is Table.VIEWS]
    (record,) = [item for item in items if keys.parse_owner(item.key) == keys.GENERATIONS]
    rendered = int(str(record.attributes["rendered"]))
    item = next(item for item in items if place_of(item) == "tasks" and position(item) < rendered)
    tables = await a_copy(store.tables)
    await overwrite(tables, Table.VIEWS, alter(item, position=rendered))
    assert (await verify(store, tables)).differences == []
    await overwrite(tables, Table.VIEWS, alter(spoil(item), position=rendered))
    (difference,) = (await verify(store, tables)).differences
    assert (difference.what, difference.sort) == ("wrong", item.key.sk)


async def plant_damage(damage: str, item: Item, tables: Tables) -> tuple[str, Key]:
    match damage:
        case "missing":
            await tables.delete(Table.VIEWS, item.key, Equals({}))
        case "stale":
            await overwrite(tables, Table.VIEWS, alter(item, position=position(item) - 1))
        case "wrong":
            await overwrite(tables, Table.VIEWS, spoil(item))
        case "surplus":
            item = replace(item, key=Key(item.key.pk, f"{item.key.sk}0"))
            await tables.put(Table.VIEWS, item, Absent())
        case _:
            damage = "wrong"
            await overwrite(tables, Table.VIEWS, alter(item, position=position(item) + 1))
    return damage, item.key


def spoil(item: Item) -> Item:
    """Return the item with another value in one field, at the same position."""
    for name in ("data", "state"):
        if name in item.attributes:
            content = orjson.loads(str(item.attributes[name]))
            return alter(item, **{name: orjson.dumps({**content, next(iter(content)): "?"}).decode()})
    for name in ("digest", "there"):
        if name in item.attributes:
            return alter(item, **{name: "?"})
    return alter(item, data="{}")


def alter(item: Item, **attributes: Any) -> Item:
    return replace(item, attributes={**item.attributes, **attributes})


def position(item: Item) -> int:
    return int(str(item.attributes.get("position", 0)))


@pytest.mark.parametrize("index", ["gsi1", "gsi2"])
async def test_an_item_at_another_place_of_an_index_is_wrong(index: str) -> None:
    store, _ = await a_busy_store()
    item = next(item for _, item in await everything(store.tables) if getattr(item, index) is not None)
    moved = replace(item, gsi1=None) if index == "gsi1" else replace(item, gsi2=None)
    await overwrite(store.tables, Table.VIEWS, moved)
    assert [d.what for d in (await verify(store, store.tables)).differences] == ["wrong"]


async def test_items_of_a_workspace_that_never_existed_are_surplus() -> None:
    store, _ = await a_busy_store()
    item = next(item for _, item in await everything(store.tables) if "data" in item.attributes)
    stray = alter(replace(item, key=Key(item.key.pk, "stray")), workspace=store.environment.new_id())
    await store.tables.put(Table.VIEWS, stray, Absent())
    assert [(d.what, d.sort) for d in (await verify(store, store.tables)).differences] == [("surplus", "stray")]


async def test_lost_views_are_missing() -> None:
    store, history = await a_busy_store()
    verified = await verify(store, await a_copy(store.tables, views=False))
    assert [(d.what, d.workspace) for d in verified.differences] == [("missing", history.workspace)]


async def test_a_gap_in_the_log_is_listed() -> None:
    store, history = await a_busy_store()
    tables = await a_copy(store.tables, without=(keys.commit_key(history.workspace, 40),))
    assert "gap at 40" in only_log_difference(await verify(store, tables)).detail


async def test_a_log_shorter_than_its_views_is_listed() -> None:
    store, history = await a_busy_store()
    lost = tuple(keys.commit_key(history.workspace, commit.position) for commit in history.commits[70:])
    difference = only_log_difference(await verify(store, await a_copy(store.tables, without=lost)))
    assert (difference.sort, difference.detail) == (keys.format_position(70), "the log ends here, the views are at 80")


async def test_another_commit_where_the_views_end_is_listed() -> None:
    store, history = await a_busy_store()
    last = await store.tables.get(Table.EVENTS, keys.commit_key(history.workspace, 80))
    assert last is not None
    await overwrite(store.tables, Table.EVENTS, alter(last, id="another"))
    assert only_log_difference(await verify(store, store.tables)).sort == keys.format_position(80)


async def test_a_command_that_is_applied_twice_is_listed() -> None:
    store, history = await a_busy_store()
    applied = await store.tables.get(Table.EVENTS, keys.commit_key(history.workspace, 33))
    assert applied is not None
    command = orjson.loads(str(applied.attributes["body"]))["commands"][0] | {"events": []}
    attributes = {**applied.attributes, "body": orjson.dumps({"commands": [command]}).decode(), "format": FORMAT}
    head = await store.log.head(history.workspace)
    again = chained(history.workspace, head.hash, Item(keys.commit_key(history.workspace, 81), attributes))
    await store.tables.put(Table.EVENTS, again, Absent())
    await store.worker.run_once()
    difference = only_log_difference(await verify(store, store.tables))
    assert difference.sort == keys.format_position(81)
    assert command["id"] in difference.detail


@pytest.mark.parametrize("seed", range(4))
async def test_a_store_that_moves_meanwhile_has_no_differences(seed: int) -> None:
    store, history = await a_busy_store(seed)
    tables = StagedTables(store.tables)
    moves_left, before = [2], len(history.commits)

    async def move_sometimes(call: object) -> None:
        if moves_left[0] and history.rng.random() < 0.1:
            moves_left[0] -= 1
            await write_and_project(store, history)

    tables.before = move_sometimes
    verified = await verify(store, tables)
    assert verified.clean
    await history.read_new_commits()
    assert before <= verified.commits + verified.lag <= len(history.commits)  # the end of the log at some moment


async def test_a_store_that_never_rests_is_verified_all_the_same() -> None:
    store, history = await a_busy_store()
    tables = StagedTables(store.tables)
    tables.before = lambda call: write_and_project(store, history)
    verified = await verify(store, tables)
    assert (verified.differences, verified.unsettled) == ([], [])


async def write_and_project(store: ascend.Store, history: History) -> None:
    await history.run_random(3)
    await store.worker.run_once()


async def verify(store: ascend.Store, tables: Tables) -> Verified:
    return await Verifier(tables, MemoryTables(), store.model, store.current, store.environment).run()


def only_log_difference(verified: Verified) -> Any:
    (difference,) = verified.differences
    assert difference.what == "log"
    return difference


async def test_a_switch_that_this_process_learns_of_meanwhile_is_no_damage() -> None:
    store, _ = await a_busy_store()
    rebuilt = ascend.Store(store.tables, store.environment)
    staged = StagedTables(store.tables)

    async def learn_of_a_rebuild(call: Call) -> None:
        if call.method == "query" and not learned:
            learned.append(call)
            await rebuilt.rebuild()
            await verifier.current.ask(rebuilt.views.state)

    learned: list[Call] = []
    verifier = Verifier(staged, MemoryTables(), store.model, store.current, store.environment, store.limits.projection)
    staged.after = learn_of_a_rebuild
    verified = await verifier.run()
    assert learned
    assert verified.clean


@pytest.mark.parametrize(("name", "value"), [("clock", 1), ("folded_hash", b"\x00" * 32)])
async def test_a_record_that_names_another_commit_at_folded_is_wrong(name: str, value: int | bytes) -> None:
    """Commands would take the log for another one, or an old command for a new one."""
    store, history = await a_busy_store()
    (record,) = [item for _, item in await everything(store.tables) if "folded_hash" in item.attributes]
    await overwrite(store.tables, Table.VIEWS, alter(record, **{name: value}))
    (difference,) = (await verify(store, store.tables)).differences
    assert (difference.what, difference.workspace) == ("wrong", history.workspace)
    assert difference.detail == f"the {name.removeprefix('folded_')} at *folded*"
