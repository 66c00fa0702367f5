import pytest
from support.importers.given import Store


@pytest.fixture
def store() -> Store:
    return Store()
