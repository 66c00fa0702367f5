from collections.abc import AsyncIterator

import pytest
from erasure.contract import ErasureContract

from ascend.adapters.dynamodb import DynamoTables
from ascend.adapters.dynamodb_client import open_client
from ascend.adapters.table import Tables


@pytest.fixture
async def tables(dynamodb_local_url: str) -> AsyncIterator[Tables]:
    async with open_client(None, dynamodb_local_url) as client:
        tables = DynamoTables(client, "erasure", stream=False)
        await tables.create()
        yield tables


class TestDynamoDBLocal(ErasureContract):
    pass
