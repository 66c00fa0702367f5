import pytest
from conformance.contract import TablesContract

from ascend.adapters.memory import MemoryTables
from ascend.adapters.table import Tables


@pytest.fixture
def tables() -> Tables:
    return MemoryTables()


class TestMemory(TablesContract):
    pass
