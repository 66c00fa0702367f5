"""Stored leases and heartbeats: read as written, conditional on what was read, and replaced where they are garbage."""

import pytest
from support.leases import NAMES, Crowd

from ascend.adapters.layout import keys
from ascend.adapters.memory.tables import MemoryTables
from ascend.adapters.store.leases import TableLeases
from ascend.adapters.table.conditions import Absent, Equals
from ascend.adapters.table.item import Item, Key, Table, Value
from ascend.adapters.table.port import Tables
from ascend.domain.errors import LimitExceeded
from ascend.domain.ids import WorkspaceId
from ascend.projections.workers.lease_records import NOBODY, Heartbeat, Lease, LeaseState
from ascend.testing import FakeEnvironment

NAME = "sweep#3"
HOME = WorkspaceId.derive("home")
WORKER, OTHER = FakeEnvironment().new_id(), FakeEnvironment(1).new_id()
GARBAGE: list[dict[str, Value]] = [
    {},
    {"owner": 7, "token": 1},
    {"owner": WORKER, "token": "first"},
    {"owner": {"a": [None, True, b"\x00"]}, "token": 10**30, "more": "x" * 10_000},
]
GARBAGE_OF_WORKERS: list[dict[str, Value]] = [
    {},
    {"beat": "x", "kinds": [], "busy": []},
    {"beat": 10**30, "kinds": 7, "busy": []},
    {"beat": 1, "kinds": [], "busy": ["no workspace"]},
]


async def overwrite(tables: Tables, key: Key, attributes: dict[str, Value]) -> None:
    stored = await tables.get(Table.VIEWS, key)
    when = Absent() if stored is None else Equals(stored.attributes)
    assert await tables.put(Table.VIEWS, Item(key, attributes), when) is None


async def test_what_was_written_is_read(any_tables: Tables) -> None:
    leases = TableLeases(any_tables)
    lease, heartbeat = Lease(NAME, WORKER, 1), Heartbeat(WORKER, 3, frozenset({"hints", "sweep"}), (HOME,))

    assert await leases.replace(None, lease)
    assert await leases.beat(heartbeat)

    assert await leases.read() == LeaseState({NAME: lease}, {WORKER: heartbeat})


async def test_a_lease_is_replaced_only_by_somebody_who_knows_its_owner_and_its_token(any_tables: Tables) -> None:
    leases = TableLeases(any_tables)
    stored = Lease(NAME, WORKER, 2)
    await leases.replace(None, stored)

    assert not await leases.replace(None, Lease(NAME, OTHER, 3))
    assert not await leases.replace(Lease(NAME, WORKER, 1), Lease(NAME, OTHER, 3))
    assert not await leases.replace(Lease(NAME, NOBODY, 2), Lease(NAME, OTHER, 3))
    await leases.remove_lease(Lease(NAME, WORKER, 1))
    assert (await leases.read()).leases == {NAME: stored}

    assert await leases.replace(stored, stored.pass_on(OTHER))
    assert await leases.replace(stored, stored.pass_on(OTHER))  # sent again, because the reply was lost
    assert (await leases.read()).leases == {NAME: Lease(NAME, OTHER, 3)}


async def test_a_heartbeat_never_goes_back(any_tables: Tables) -> None:
    leases = TableLeases(any_tables)
    first, second = (Heartbeat(WORKER, beat, frozenset(), ()) for beat in (1, 2))
    await leases.beat(second)

    assert await leases.beat(second)  # sent again, because the reply was lost
    await leases.remove_worker(first)
    assert (await leases.read()).heartbeats == {WORKER: second}

    await leases.remove_worker(second)
    assert (await leases.read()).heartbeats == {}


@pytest.mark.parametrize("garbage", GARBAGE)
async def test_a_lease_that_is_garbage_is_free_and_taken_at_once(
    any_tables: Tables, garbage: dict[str, Value], caplog: pytest.LogCaptureFixture
) -> None:
    crowd = Crowd(any_tables)
    first = crowd.join()
    crowd.join()
    await crowd.run(20)
    before = (await TableLeases(any_tables).read()).leases[NAME]
    await overwrite(any_tables, keys.lease_key(NAME), garbage)

    await crowd.run(4)

    after = (await TableLeases(any_tables).read()).leases[NAME]
    assert after.token > before.token
    assert crowd.owners().keys() == set(NAMES)
    assert len(first.owned) in {4, 5}
    assert [record.getMessage() for record in caplog.records] == ["lease.damaged item='leases lease#sweep#3'"]


@pytest.mark.parametrize("garbage", GARBAGE_OF_WORKERS)
async def test_a_heartbeat_that_is_garbage_is_written_again_and_the_worker_keeps_its_leases(
    any_tables: Tables, garbage: dict[str, Value], caplog: pytest.LogCaptureFixture
) -> None:
    crowd = Crowd(any_tables)
    keeper = crowd.join()
    crowd.join()
    await crowd.run(20)
    before = crowd.owners()
    await overwrite(any_tables, keys.worker_key(keeper.worker), garbage)
    await overwrite(any_tables, keys.worker_key(OTHER), garbage)  # of a worker that is gone

    await crowd.run(20)

    assert crowd.owners() == before
    assert (await TableLeases(any_tables).read()).heartbeats.keys() == {one.worker for one in crowd.keepers}
    assert {record.getMessage().partition(" ")[0] for record in caplog.records} == {"lease.damaged"}


async def test_an_item_of_another_kind_in_the_partition_is_left_alone() -> None:
    tables = MemoryTables()
    foreign = Item(Key(keys.LEASES, "later#version"), {"any": "thing"})
    await tables.put(Table.VIEWS, foreign, Absent())

    assert await TableLeases(tables).read() == LeaseState({}, {})
    assert await tables.get(Table.VIEWS, foreign.key) == foreign


async def test_the_name_of_a_shard_cannot_smuggle_a_separator() -> None:
    with pytest.raises(LimitExceeded):
        await TableLeases(MemoryTables()).replace(None, Lease("hints#a#b", WORKER, 1))
