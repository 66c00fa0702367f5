import pytest
from erasure.contract import ErasureContract

from ascend.adapters.memory import MemoryTables
from ascend.adapters.table import Tables


@pytest.fixture
def tables() -> Tables:
    return MemoryTables()


class TestMemory(ErasureContract):
    pass
