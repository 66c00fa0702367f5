import pytest
from support.importers.store import ImportStore


@pytest.fixture
def store() -> ImportStore:
    return ImportStore()
