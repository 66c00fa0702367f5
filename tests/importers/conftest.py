import pytest
from importers.given import Store


@pytest.fixture
def store() -> Store:
    return Store()
