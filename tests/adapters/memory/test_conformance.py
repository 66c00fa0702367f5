import pytest
from support.conformance.contract import TablesContract

from ascend.adapters.memory.tables import MemoryTables
from ascend.adapters.table.port import Tables


@pytest.fixture
def tables() -> Tables:
    return MemoryTables()


class TestMemory(TablesContract):
    pass
