from collections.abc import AsyncIterator

import pytest
from support.erasure.contract import ErasureContract

from ascend.adapters.dynamodb.client import open_client
from ascend.adapters.dynamodb.tables import DynamoTables
from ascend.adapters.table.port import Tables


@pytest.fixture
async def tables(dynamodb_local_url: str) -> AsyncIterator[Tables]:
    async with open_client(None, dynamodb_local_url) as client:
        tables = DynamoTables(client, "erasure", stream=False)
        await tables.create()
        yield tables


class TestErasureOnDynamoDBLocal(ErasureContract):
    pass
