"""The units of many puts at once: those of the same puts, and of each statement that failed before."""

import pytest
from support.conformance.contract_bulk import put_below, read_line

from ascend.adapters.memory.tables import MemoryTables
from ascend.adapters.table.conditions import Absent, Condition, Equals
from ascend.adapters.table.item import Key, Table
from ascend.adapters.table.puts import Put
from ascend.architect.cost.metered_tables import MeteredTables

OF_3_KB = 2_500


@pytest.fixture
async def tables() -> MeteredTables:
    """Tables with one item of three units, at position 5."""
    tables = MeteredTables(MemoryTables())
    await put_below(tables, read_line(1, position=5, data="x" * OF_3_KB))
    tables.clear()
    return tables


@pytest.mark.parametrize(
    ("number", "position", "is_new", "units"),
    [
        (0, 6, True, 1),  # INSERT
        (0, 6, False, 1 + 1),  # the UPDATE finds no item: one unit
        (1, 6, False, 3),  # UPDATE
        (1, 6, True, 3 + 3),  # the INSERT finds an item of three units
        (1, 5, True, 3 + 3 + 3),  # INSERT, UPDATE, put
        (1, 5, False, 3 + 3 + 3),  # UPDATE, INSERT, put
    ],
)
async def test_a_put_of_many_costs_its_write_and_every_statement_that_failed(
    tables: MeteredTables, number: int, position: int, is_new: bool, units: int
) -> None:
    other = read_line(9, position=1)

    await put_below(tables, read_line(number, position=position), other, is_new=is_new)

    assert tables.puts[0].units["views"] == units
    assert len(tables.puts) == 2


@pytest.mark.parametrize(("when", "units"), [(Absent(), 3), (Equals({"position": 4}), 3), (Equals({"position": 5}), 3)])
async def test_a_condition_with_one_statement_costs_what_a_put_costs(
    tables: MeteredTables, when: Condition, units: int
) -> None:
    puts = [Put(read_line(1, position=6), when), Put(read_line(2), Absent())]

    await tables.put_all(Table.VIEWS, puts)

    assert [put.units for put in tables.puts] == [{"views": units}, {"views": 1}]


async def test_a_put_alone_costs_no_guess(tables: MeteredTables) -> None:
    await put_below(tables, read_line(1, position=6), is_new=True)

    assert [put.units for put in tables.puts] == [{"views": 3}]
    assert await tables.get(Table.VIEWS, Key("workspace", "0001")) == read_line(1, position=6)
