"""Tests of the faulty tables themselves."""

import pytest
from support.conformance.given import PK, fill, item, sort_keys
from support.faulty import Call, Crash, Fault, FaultyTables

from ascend.adapters.memory.tables import MemoryTables
from ascend.adapters.table.conditions import Absent, Below
from ascend.adapters.table.item import Index, Key, Table
from ascend.adapters.table.query import Query
from ascend.domain.errors import StoreUnavailable


async def test_calls_are_counted() -> None:
    faulty = FaultyTables(MemoryTables())
    await fill(faulty, item("1"))
    await faulty.get(Table.VIEWS, Key(PK, "1"))

    assert [(call.number, call.method) for call in faulty.calls] == [(1, "put"), (2, "get")]
    assert faulty.calls[0] == Call(1, "put", Table.VIEWS, (Key(PK, "1"),))


@pytest.mark.parametrize(
    ("fault", "raised", "is_written"),
    [
        (Fault.CRASH_BEFORE, Crash, False),
        (Fault.CRASH_AFTER, Crash, True),
        (Fault.LOST_REQUEST, StoreUnavailable, False),
        (Fault.LOST_REPLY, StoreUnavailable, True),
    ],
)
async def test_a_fault_happens_at_its_call(fault: Fault, raised: type[BaseException], is_written: bool) -> None:
    tables = MemoryTables()
    faulty = FaultyTables(tables, {2: fault})
    await fill(faulty, item("1"))

    with pytest.raises(raised):
        await faulty.put(Table.VIEWS, item("2"), Absent())

    assert await sort_keys(tables) == (["1", "2"] if is_written else ["1"])


async def test_every_call_after_a_crash_crashes() -> None:
    faulty = FaultyTables(MemoryTables(), lambda call: Fault.CRASH_AFTER if call.is_write else None)
    await faulty.check()
    with pytest.raises(Crash):
        await faulty.put(Table.VIEWS, item(), Absent())

    with pytest.raises(Crash):
        await faulty.check()
    assert faulty.crashed
    assert len(faulty.calls) == 2


async def test_a_frozen_index_lags_behind_the_table() -> None:
    faulty = FaultyTables(MemoryTables())
    old, new = item(position=1, gsi1=Key("feed", "1")), item(position=2, gsi1=Key("feed", "2"))
    await fill(faulty, old)
    await faulty.freeze_indexes()
    await faulty.put(Table.VIEWS, new, Below("position", 2))

    assert (await faulty.query(Query(Table.VIEWS, "feed", index=Index.GSI1))).items == [old]
    assert (await faulty.query(Query(Table.VIEWS, PK))).items == [new]

    faulty.thaw_indexes()
    assert (await faulty.query(Query(Table.VIEWS, "feed", index=Index.GSI1))).items == [new]
