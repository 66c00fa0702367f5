import pytest
from support.erasure.contract import ErasureContract

from ascend.adapters.memory.tables import MemoryTables
from ascend.adapters.table.port import Tables


@pytest.fixture
def tables() -> Tables:
    return MemoryTables()


class TestErasureOnMemory(ErasureContract):
    pass
