"""A sample verifies some workspaces, chosen at random, without reading the whole table."""

from dataclasses import replace
from typing import cast

import pytest
from support.simulation.busy import everything, overwrite
from support.staged import StagedTables
from support.workers.house import create_many

import ascend
from ascend.adapters.memory.tables import MemoryTables
from ascend.adapters.operations.verify import Verifier
from ascend.adapters.table.conditions import Absent
from ascend.adapters.table.item import Item, Key, Table
from ascend.adapters.table.port import Tables
from ascend.testing import FakeEnvironment


async def a_village(tables: Tables, seed: int = 0) -> tuple[ascend.Store, StagedTables]:
    """Six workspaces of one owner."""
    staged = StagedTables(tables)
    store = ascend.Store(staged, FakeEnvironment(seed))
    await create_many(store, 6)
    await store.worker.run_once()
    staged.made()
    staged.partitions.clear()
    return store, staged


async def verify(store: ascend.Store, sample: int) -> ascend.Verified:
    verifier = Verifier(store.tables, MemoryTables(), store.model, store.current, store.environment)
    return await verifier.run(sample=sample)


async def find_cards(store: ascend.Store) -> list[Item]:
    items = [item for _, item in await everything(store.tables)]
    return [item for item in items if item.attributes.get("type") == "WorkspaceCard"]


async def test_it_reads_the_partitions_of_the_chosen_workspaces_and_of_their_people(any_tables: Tables) -> None:
    store, staged = await a_village(any_tables)

    verified = await verify(store, 2)

    assert verified.clean
    assert (verified.sampled, verified.workspaces, verified.registered) == (True, 2, 6)
    assert verified.items > 0
    assert not [call for call in staged.calls if call.method == "scan"]
    assert len({place.split("#")[1] for place in staged.partitions if place.startswith("W#")}) == 2


async def test_damage_is_found_in_the_chosen_workspaces_only_and_every_workspace_may_be_chosen() -> None:
    found = set[str]()
    for seed in range(12):
        store, _ = await a_village(MemoryTables(), seed)
        for card in await find_cards(store):
            await overwrite(store.tables, Table.VIEWS, replace(card, attributes={**card.attributes, "data": "{}"}))
        differences = (await verify(store, 2)).differences
        assert [difference.what for difference in differences] == ["wrong", "wrong"]
        found |= {difference.workspace for difference in differences}
    assert len(found) == 6


async def test_a_surplus_item_is_found_where_the_log_names_its_partition_and_nowhere_else() -> None:
    store, _ = await a_village(MemoryTables())
    card, *_ = await find_cards(store)
    near = replace(card, key=Key(card.key.pk, "surplus"))
    far = replace(card, key=Key(card.key.pk.replace("#", "#far", 1), "surplus"))
    for item in (near, far):
        await store.tables.put(Table.VIEWS, item, Absent())

    sampled = (await verify(store, 6)).differences
    whole = (await store.verify()).differences

    assert [(difference.what, difference.partition) for difference in sampled] == [("surplus", near.key.pk)]
    assert {difference.partition for difference in whole} == {near.key.pk, far.key.pk}


async def test_a_sample_has_at_least_one_workspace_and_at_most_all() -> None:
    store, _ = await a_village(MemoryTables())
    with pytest.raises(ascend.InvalidInput, match="a sample has at least one workspace, not 0"):
        await store.verify(sample=0)
    assert (await store.verify(sample=100)).workspaces == 6


class LookedUp:
    """Names that are looked up one by one. Nobody can go through them: that would take longer, the more there are."""

    def __init__(self) -> None:
        self._names: set[str] = set()

    def add(self, name: str) -> None:
        self._names.add(name)

    def __contains__(self, name: object) -> bool:
        return name in self._names


@pytest.mark.parametrize("sample", [None, 3])
async def test_no_page_of_items_costs_a_walk_through_all_workspaces(sample: int | None) -> None:
    store, _ = await a_village(MemoryTables())
    verifier = Verifier(store.tables, MemoryTables(), store.model, store.current, store.environment)
    replay = verifier._replay  # pyright: ignore[reportPrivateUsage]
    replay.incarnations = cast("set[str]", LookedUp())
    assert (await verifier.run(sample=sample)).clean
